import { expect, test } from "@jest/globals";
import { PassThrough } from "node:stream";
import { confirm } from "../../../scripts/command/confirm.ts";

const confirmation = { what: "This erases ada", word: "ada", instead: "--yes" };

/** Somebody at a terminal, who types this. */
function terminal(typed: string) {
  const input = new PassThrough();
  const output = new PassThrough();
  input.end(typed);
  return { input, output, isTerminal: true };
}

test("the word that was asked for confirms", async () => {
  const { output, ...rest } = terminal("ada\n");
  await confirm(confirmation, { output, ...rest });
  expect(String(output.read())).toContain("This erases ada. Type ada to confirm: ");
});

test.each(["y\n", "\n", "Ada\n", "ada b\n", ""])("%j does not", async (typed) => {
  await expect(confirm(confirmation, terminal(typed))).rejects.toThrow("Nothing was done");
});

test("where nobody is at a terminal, it says what to give instead", async () => {
  const nobody = { ...terminal("ada\n"), isTerminal: false };
  await expect(confirm(confirmation, nobody)).rejects.toThrow("give --yes to confirm it");
});
