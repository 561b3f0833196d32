import { expect, test } from "@jest/globals";
import { checkServer } from "../../../functions/src/database/connections/server-check.ts";

const good = { version: "8.4.6", logsChanges: 1, binlogFormat: "ROW", maxAllowedPacket: 64 * 1024 * 1024, emoji: "😀" };

test.each([
  ["MySQL 8.0", { version: "8.0.44-google" }],
  ["MySQL 9", { version: "9.7.4-2" }],
  ["MariaDB 10.11", { version: "10.11.19-MariaDB-0+deb12u1" }],
  ["a server whose statements are not logged", { logsChanges: 0, binlogFormat: "STATEMENT" }],
  ["a mixed log", { binlogFormat: "MIXED" }],
])("a server can be used: %s", (_, settings) => {
  expect(() => checkServer({ ...good, ...settings })).not.toThrow();
});

test.each([
  [{ version: "5.7.44" }, "it is MySQL 5.7.44, and at least 8.0 is needed"],
  [{ version: "10.6.20-MariaDB" }, "it is MariaDB 10.6.20-MariaDB, and at least 10.11 is needed"],
  [{ binlogFormat: "STATEMENT" }, "binlog_format is STATEMENT; set it to ROW or MIXED"],
  [{ maxAllowedPacket: 1_048_576 }, "max_allowed_packet is 1048576; set it to at least 4194304"],
  [{ emoji: "?" }, "converts utf8mb4"],
])("an error names the setting that stands in the way: %j", (settings, text) => {
  expect(() => checkServer({ ...good, ...settings })).toThrow(text);
});
