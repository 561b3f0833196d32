import { expect, test } from "@jest/globals";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join, relative } from "node:path";
import { root } from "../../../scripts/platform/paths.ts";
import { useTemporaryFolder } from "../../support/temporary-folder.ts";

/** The function with which the Firebase CLI lists the files of a deployment. */
const { readdirRecursive } = createRequire(import.meta.url)("firebase-tools/lib/fsAsync.js") as {
  readdirRecursive: (options: { path: string; ignoreStrings: string[] }) => Promise<{ name: string }[]>;
};

const { functions, hosting } = JSON.parse(readFileSync(join(root, "firebase.json"), "utf8")) as {
  functions: { ignore: string[] };
  hosting: { headers: { headers: { key: string; value: string }[] }[] };
};

const FILES = [
  ".env",
  ".env.demo",
  ".git/config",
  ".github/workflows/ci.yml",
  ".local/secrets.json",
  ".npmrc",
  ".firebaserc",
  "README.md",
  "docs/deploy.md",
  "functions/lib/index.js",
  "functions/lib/index.js.map",
  "functions/migrations/0001_accounts.sql",
  "functions/src/index.ts",
  "node_modules/x/index.js",
  "package-lock.json",
  "package.json",
  "scripts/start.ts",
  "test/unit/x.test.ts",
];
const folder = useTemporaryFolder();

/** What a deployment would upload of these files. */
async function listUploaded(): Promise<string[]> {
  for (const file of FILES) {
    mkdirSync(dirname(join(folder.path, file)), { recursive: true });
    writeFileSync(join(folder.path, file), "");
  }
  const files = await readdirRecursive({ path: folder.path, ignoreStrings: functions.ignore });
  return files.map(({ name }) => relative(folder.path, name)).toSorted();
}

test("a deployment uploads the bundle, the manifests, and the setting that keeps install scripts off", async () => {
  const needed = [".npmrc", "functions/lib/index.js", "package-lock.json", "package.json"];
  expect((await listUploaded()).filter((file) => needed.includes(file))).toEqual(needed);
  expect(readFileSync(join(root, ".npmrc"), "utf8")).toMatch(/^ignore-scripts=true$/m);
});

test("a deployment uploads no secret, no source map and no source", async () => {
  expect(await listUploaded()).toHaveLength(4);
});

test("the page as deployed connects to Firebase and to its own site, not to the visitor's machine", () => {
  const policy = hosting.headers.flatMap(({ headers }) => headers).find(({ key }) => key === "Content-Security-Policy");
  expect(policy?.value).toContain("connect-src 'self'");
  expect(policy?.value).not.toMatch(/127\.0\.0\.1|localhost|http:/);
});
