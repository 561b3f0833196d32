import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "@jest/globals";
import { readLogTail } from "../../../../scripts/platform/processes/log-tail.ts";
import { useTemporaryFolder } from "../../../support/temporary-folder.ts";

const folder = useTemporaryFolder();

test("the last lines of a long log come without colours", () => {
  const file = join(folder.path, "long.log");
  const lines = Array.from({ length: 10_000 }, (_, index) => `\u001B[31mline ${index}\u001B[39m`);
  writeFileSync(file, `${lines.join("\n")}\n`);
  expect(readLogTail(file, 2)).toBe("line 9998\nline 9999");
});

test("a short log comes whole, and a missing one is empty", () => {
  const file = join(folder.path, "short.log");
  writeFileSync(file, "one\ntwo\n");
  expect(readLogTail(file, 5)).toBe("one\ntwo");
  expect(readLogTail(join(folder.path, "none.log"), 5)).toBe("");
});
