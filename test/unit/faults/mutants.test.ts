import { expect, test } from "@jest/globals";
import { build } from "esbuild";
import { functionsBundle } from "../../../scripts/platform/bundles/bundles.ts";
import { root } from "../../../scripts/platform/paths.ts";
import { mutants } from "../../faults/mutants/mutants.ts";
import { type Replacement, replaceModules } from "../../faults/mutants/replace-modules.ts";
import { readRules } from "../../faults/mutants/rules.ts";

/** How many bytes each module has in the functions' bundle, by its path. */
async function bundledBytes(replacements: Replacement[]): Promise<Map<string, number>> {
  const { metafile } = await build({
    ...functionsBundle,
    absWorkingDir: root,
    bundle: true,
    format: "esm",
    // Mutants replace our own modules, and packages are most of a build.
    packages: "external",
    write: false,
    metafile: true,
    plugins: [replaceModules(replacements)],
  });
  const [output] = Object.values(metafile.outputs);
  return new Map(Object.entries(output!.inputs).map(([path, { bytesInOutput }]) => [path, bytesInOutput]));
}

const replacing = Object.entries(mutants).filter(([, { replaces }]) => replaces);

test.each(replacing)("the functions use the code of the mutant: %s", async (_, { replaces = [] }) => {
  const bytes = await bundledBytes(replaces);
  for (const { by } of replaces) expect([by, bytes.get(by)]).toEqual([by, expect.any(Number)]);
  for (const { by } of replaces) expect(bytes.get(by)).toBeGreaterThan(0);
});

test("control: a replacement of a module that the functions do not have is not used", async () => {
  const by = "test/faults/mutants/modules/video-marked-early.ts";
  const bytes = await bundledBytes([{ module: "functions/src/realtime/no-fence.ts", by }]);
  expect(bytes.get(by)).toBeUndefined();
});

test.each(Object.entries(mutants).filter(([, { changeRules }]) => changeRules))(
  "the mutant changes the rules: %s",
  (_, { changeRules }) => {
    const rules = readRules();
    changeRules?.(rules);
    expect(rules).not.toEqual(readRules());
  },
);

test("every mutant changes the functions, the rules or both", () => {
  for (const [name, { replaces, changeRules }] of Object.entries(mutants)) {
    expect([name, replaces !== undefined || changeRules !== undefined]).toEqual([name, true]);
  }
});
