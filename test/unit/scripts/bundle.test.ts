import { readFileSync } from "node:fs";
import { builtinModules } from "node:module";
import { join } from "node:path";
import { build, stop } from "esbuild";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { functionsBundle } from "../../../scripts/platform/bundles/bundles.ts";
import { root } from "../../../scripts/platform/paths.ts";

const { dependencies } = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as {
  dependencies: Record<string, string>;
};

interface Import {
  path: string;
  kind: string;
}

let imports: Import[];

beforeAll(async () => {
  const options = { absWorkingDir: root, bundle: true, format: "esm", write: false, metafile: true } as const;
  const { metafile } = await build({ ...functionsBundle, ...options });
  imports = Object.values(metafile.outputs).flatMap((output) => output.imports.filter(({ external }) => external));
});
afterAll(() => stop());

/** `@google-cloud/tasks` of `@google-cloud/tasks/build/protos`. */
const packageOf = (path: string): string => /^(@[^/]+\/)?[^/]+/.exec(path)?.[0] ?? path;

test("a deployment installs exactly the packages that stay outside the bundle, and the framework that runs it", () => {
  const packages = imports
    .map(({ path }) => packageOf(path))
    .filter((name) => !name.startsWith("node:") && !builtinModules.includes(name));
  const needed = new Set([...packages, "@google-cloud/functions-framework"]);
  expect([...needed].toSorted()).toEqual(Object.keys(dependencies).toSorted());
});

test("Redis and the list of passwords are loaded only when they are used", () => {
  const kinds = (name: string) => imports.filter(({ path }) => path === name).map(({ kind }) => kind);
  expect(kinds("ioredis")).toEqual(["dynamic-import"]);
  expect(kinds("@zxcvbn-ts/language-common")).toEqual(["dynamic-import"]);
  // Control: what every instance needs is loaded at its start.
  expect(kinds("firebase-functions/https")).toEqual(["import-statement"]);
});
