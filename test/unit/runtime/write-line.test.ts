import { expect, test } from "@jest/globals";
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { root } from "../../../scripts/platform/paths.ts";

const file = join(root, "functions/src/runtime/write-line.ts");

function run(program: string): string[] {
  const code = `import { writeLine } from ${JSON.stringify(file)};\n${program}`;
  const { stdout } = spawnSync(process.execPath, ["--input-type=module", "-e", code], { encoding: "utf8" });
  return stdout.split("\n").filter(Boolean);
}

test("lines come in the order in which they were written, over several turns", () => {
  const program = `for (const n of [1, 2]) writeLine("a" + n); setTimeout(() => { writeLine("b1"); writeLine("b2"); }, 1);`;
  expect(run(program)).toEqual(["a1", "a2", "b1", "b2"]);
});

test.each([
  ["process.exit", "process.exit(1)"],
  ["an error that nothing catches", 'throw new Error("broken")'],
  ["a rejection that nothing handles", 'await Promise.reject(new Error("broken"))'],
])("a line written just before %s is there", (_name, end) => {
  expect(run(`writeLine("last"); ${end};`)).toEqual(["last"]);
});
