import { expect, test } from "@jest/globals";
import { join } from "node:path";
import { root } from "../../scripts/platform/paths.ts";
import { edited } from "../faults/build.ts";
import { mutants } from "../faults/mutants.ts";

test.each(Object.entries(mutants))("the mutant of the fault suite fits the sources: %s", (_, { edits }) => {
  for (const { file } of edits) expect(() => edited(join(root, file), edits)).not.toThrow();
});

test("control: one that does not fit says so, and where", () => {
  const edits = [{ file: "functions/src/runtime/log.ts", find: "not there", replace: "" }];
  expect(() => edited(join(root, "functions/src/runtime/log.ts"), edits)).toThrow(
    "does not fit functions/src/runtime/log.ts",
  );
});
