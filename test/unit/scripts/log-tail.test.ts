import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "@jest/globals";
import { logTail } from "../../../scripts/platform/processes/log-tail.ts";

const folder = mkdtempSync(join(tmpdir(), "log-"));

test("the last lines of a long log, without colours", () => {
  const file = join(folder, "long.log");
  const lines = Array.from({ length: 10_000 }, (_, index) => `\u001B[31mline ${index}\u001B[39m`);
  writeFileSync(file, `${lines.join("\n")}\n`);
  expect(logTail(file, 2)).toBe("line 9998\nline 9999");
});

test("a short log whole, and nothing for a log that is not there", () => {
  const file = join(folder, "short.log");
  writeFileSync(file, "one\ntwo\n");
  expect(logTail(file, 5)).toBe("one\ntwo");
  expect(logTail(join(folder, "none.log"), 5)).toBe("");
});
