import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, rmSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { markInstalled } from "../bootstrap/packages.mjs";
import { root } from "../platform/paths.ts";
import { Problem } from "../platform/problem.ts";
import { runCommandLine } from "./steps.ts";

/** What a person would type. */
export const checkOutCommand = (commit: string, folder: string): string =>
  `git archive ${commit} | tar -x -C ${folder}, and npm ci --ignore-scripts if its packages are others`;

/**
 * Unpacks a commit of this clone into a folder, with its packages. What was in the folder goes. git does not know the folder, so nothing
 * has to be undone there.
 * @throws Problem if git or npm fails
 */
export async function checkOut(commit: string, folder: string): Promise<void> {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  const tar = `${folder}.tar`;
  try {
    await runCommandLine("git", ["archive", "--format=tar", `--output=${tar}`, commit], root);
    execFileSync("tar", ["-xf", tar, "-C", folder]);
  } finally {
    rmSync(tar, { force: true });
  }
  const packages = join(root, "node_modules");
  // The stamp of a whole install: without it, the first npm script in the folder would install again, through the link.
  const canShare = lockfileOf(folder) === lockfileOf(root) && existsSync(join(packages, ".installed"));
  if (canShare) return symlinkSync(packages, join(folder, "node_modules"));
  await runCommandLine("npm", ["ci", "--ignore-scripts", "--no-audit", "--no-fund"], folder);
  markInstalled(folder);
}

function lockfileOf(folder: string): string {
  try {
    return readFileSync(join(folder, "package-lock.json"), "utf8");
  } catch {
    throw new Problem(`${folder} has no package-lock.json: the commit is none of this product`);
  }
}
