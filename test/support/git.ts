import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { root } from "../../scripts/platform/paths.ts";

/** Whoever downloaded an archive may have no git. What needs it is skipped. */
export const hasGit = (): boolean => spawnSync("git", ["--version"]).status === 0;

/** Whether this is a clone, and git can read it. */
export const isClone = (): boolean => existsSync(join(root, ".git")) && hasGit();
