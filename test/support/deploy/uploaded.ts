import { execFile, execFileSync } from "node:child_process";
import { readFileSync, rmSync, statSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { promisify } from "node:util";
import { root } from "../../../scripts/platform/paths.ts";

interface Upload {
  pathToSource: string;
}

type Prepare = (
  ...args: [
    projectDir: string,
    sourceDir: string,
    config: unknown,
    more: string[],
    runtimeConfig: undefined,
    options: { exportType?: string },
  ]
) => Promise<Upload>;

/** The function with which the Firebase CLI packages a deployment. */
const { prepareFunctionsUpload } = createRequire(import.meta.url)(
  "firebase-tools/lib/deploy/functions/prepareFunctionsUpload.js",
) as { prepareFunctionsUpload: Prepare };

const functionsConfig = (): unknown =>
  (JSON.parse(readFileSync(join(root, "firebase.json"), "utf8")) as { functions: unknown }).functions;

/** The size of what a deployment of this clone uploads, in bytes. */
export async function uploadedBytes(): Promise<number> {
  const { pathToSource } = await prepareFunctionsUpload(root, root, functionsConfig(), [], undefined, {});
  const { size } = statSync(pathToSource);
  rmSync(pathToSource);
  return size;
}

/** Unpacks what a deployment of this clone uploads into a folder; returns the files' names. */
export async function unpackUpload(folder: string): Promise<string[]> {
  const options = { exportType: "tar.gz" };
  const { pathToSource } = await prepareFunctionsUpload(root, root, functionsConfig(), [], undefined, options);
  execFileSync("tar", ["-xzf", pathToSource, "-C", folder]);
  const names = execFileSync("tar", ["-tzf", pathToSource], { encoding: "utf8" }).trim().split("\n");
  rmSync(pathToSource);
  return names.toSorted();
}

/** Installs what Google's build installs. */
export async function installProduction(folder: string): Promise<void> {
  const args = ["ci", "--omit=dev", "--prefer-offline", "--no-audit", "--no-fund"];
  await promisify(execFile)("npm", args, { cwd: folder, env: { ...process.env, NODE_ENV: "production" } });
}
