import { describe, expect, test } from "@jest/globals";
import type { ServerFacts } from "../../../scripts/doctor/database/facts.ts";
import * as replica from "../../../scripts/doctor/database/replicas.ts";
import { rights } from "../../../scripts/doctor/database/rights.ts";
import * as server from "../../../scripts/doctor/database/server.ts";
import type { Outcome } from "../../../scripts/doctor/outcome.ts";

const URL_ = "mysql://comments:secret@10.1.2.3:3306/live_comments?ssl-mode=VERIFY_CA";
const BUDGET = { total: 200, duringDeployment: 400 };

const healthy: ServerFacts = {
  variables: {
    version: "8.4.3",
    max_connections: "500",
    read_only: "OFF",
    log_bin: "ON",
    sync_binlog: "1",
    innodb_flush_log_at_trx_commit: "1",
    default_storage_engine: "InnoDB",
  },
  grants: ["GRANT USAGE ON *.* TO `comments`@`%`", "GRANT ALL PRIVILEGES ON `live_comments`.* TO `comments`@`%`"],
  charset: "utf8mb4",
  clockOffsetMs: 40,
  isEncrypted: true,
  isLocal: false,
};

/** What the checks say of a server. */
function examine(facts: ServerFacts, url = URL_): Outcome[] {
  return [
    ...server.durability(facts),
    ...server.binaryLog(facts),
    ...server.writable(facts),
    ...server.storageEngine(facts),
    ...server.characterSet(facts),
    ...server.clock(facts),
    ...server.connections(facts, BUDGET),
    ...server.encryption(url, facts),
    ...rights(facts, "live_comments"),
  ];
}

const withVariables = (variables: Record<string, string>): ServerFacts => ({
  ...healthy,
  variables: { ...healthy.variables, ...variables },
});
const withGrants = (...grants: string[]): ServerFacts => ({ ...healthy, grants });

test("a healthy server is all ok", () => {
  expect(examine(healthy).filter(({ status }) => status !== "ok")).toEqual([]);
});

/** A fault, what is found, and how bad it is. */
const FAULTS: [string, ServerFacts, Outcome["status"], RegExp][] = [
  [
    "commits that are not on disk",
    withVariables({ innodb_flush_log_at_trx_commit: "2" }),
    "error",
    /at_trx_commit is 2/,
  ],
  ["a binary log that is not on disk", withVariables({ sync_binlog: "0" }), "error", /sync_binlog is 0/],
  ["no binary log", withVariables({ log_bin: "OFF" }), "warning", /binary log is off/],
  ["a replica instead of the primary", withVariables({ read_only: "ON" }), "error", /takes no writes/],
  ["an engine without transactions", withVariables({ default_storage_engine: "MyISAM" }), "error", /MyISAM/],
  ["a database in latin1", { ...healthy, charset: "latin1" }, "error", /latin1/],
  ["no database", { ...healthy, charset: undefined }, "warning", /does not exist/],
  ["a wrong clock", { ...healthy, clockOffsetMs: -120_000 }, "error", /-120 s off/],
  ["too few connections", withVariables({ max_connections: "151" }), "error", /may open 200/],
  ["too few connections for a deployment", withVariables({ max_connections: "300" }), "warning", /may open 400/],
  [
    "no right to change the schema",
    withGrants("GRANT SELECT, INSERT, UPDATE, DELETE ON `live_comments`.* TO x"),
    "error",
    /CREATE/,
  ],
  ["rights on another database", withGrants("GRANT ALL PRIVILEGES ON `other`.* TO x"), "error", /lacks SELECT/],
  [
    "an administrator as the functions' user",
    withGrants("GRANT ALL PRIVILEGES ON *.* TO root"),
    "warning",
    /administrator/,
  ],
];

test.each(FAULTS)("%s is found, with a cure", (_, facts, status, message) => {
  const found = examine(facts).filter((outcome) => outcome.status !== "ok");
  expect(found).toHaveLength(1);
  expect(found[0]).toMatchObject({ status, message: expect.stringMatching(message), cure: expect.any(String) });
});

describe("a replica", () => {
  const ids = (own: string | undefined, primary: string | undefined) =>
    replica.sameData(healthy, "live_comments", own, primary).status;

  test("that takes writes is an error, and one that is read-only is not", () => {
    expect(replica.readOnly(healthy)).toMatchObject({ status: "error", cure: expect.any(String) });
    expect(replica.readOnly(withVariables({ read_only: "ON" })).status).toBe("ok");
    expect(replica.readOnly(withVariables({ innodb_read_only: "ON" })).status).toBe("ok");
  });

  test("that applies transactions in another order is an error", () => {
    expect(replica.commitOrder(withVariables({ replica_preserve_commit_order: "OFF" })).status).toBe("error");
    expect(replica.commitOrder(healthy).status).toBe("ok");
  });

  test("of another database is an error, and one without the heartbeat a warning", () => {
    expect([ids("a", "a"), ids("b", "a"), ids(undefined, "a"), ids("b", undefined)]).toEqual([
      "ok",
      "error",
      "warning",
      "ok",
    ]);
    expect(replica.sameData({ charset: undefined }, "live_comments", undefined, "a").status).toBe("error");
  });
});

describe("an unencrypted connection", () => {
  const plain = { ...healthy, isEncrypted: false };
  const at = (host: string, more = "") => server.encryption(`mysql://c:s@${host}:3306/live_comments${more}`, plain)[0];

  test("to a public address or a name is an error, to a private one is not", () => {
    expect(at("34.1.2.3")).toMatchObject({ status: "error", message: expect.stringContaining("not encrypted") });
    expect(at("db.example.com")?.status).toBe("error");
    expect(at("10.1.2.3")?.status).toBe("ok");
    expect(at("localhost", "?socketPath=/cloudsql/p:r:i")?.status).toBe("ok");
  });

  test("and one that nothing verifies is a warning", () => {
    expect(
      examine(healthy, URL_.replace("VERIFY_CA", "REQUIRED")).filter(({ status }) => status === "warning"),
    ).toHaveLength(1);
  });
});

test("a grant's database is a pattern", () => {
  const on = (scope: string) => rights(withGrants(`GRANT ALL PRIVILEGES ON ${scope} TO x`), "live_comments")[0]?.status;
  expect(on("`live\\_comments`.*")).toBe("ok");
  expect(on("`live%`.*")).toBe("ok");
  expect(on("`live`.*")).toBe("error");
  expect(on("`live_comment`.*")).toBe("error");
});
