import { execFileSync } from "node:child_process";
import { Problem } from "../platform/problem.ts";

/**
 * A deployment is noted by its commit, and a rollback deploys that commit again: what is not committed would be lost by then.
 * @throws Problem if a file of the clone that git knows differs from its last commit
 */
export function refuseChanges(clone: string): void {
  const args = ["status", "--porcelain", "--untracked-files=no"];
  const changed = execFileSync("git", args, { cwd: clone, encoding: "utf8" }).trimEnd();
  if (changed === "") return;
  throw new Problem(
    `These changes are not committed, so a rollback could not deploy them again. Commit them:\n${changed}`,
  );
}
