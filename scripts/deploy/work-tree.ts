import { execFileSync } from "node:child_process";
import { Problem } from "../platform/problem.ts";

/**
 * What is built and uploaded is what the files say at that moment, minutes after the first look at them.
 * @throws Problem if another commit than this is checked out, or a file differs from it
 */
export function requireCommit(clone: string, commit: string): void {
  const head = execFileSync("git", ["rev-parse", "HEAD"], { cwd: clone, encoding: "utf8" }).trim();
  if (head === commit) return refuseChanges(clone);
  throw new Problem(
    `${head.slice(0, 12)} is checked out now, and not ${commit.slice(0, 12)}, with which this deployment began.`,
  );
}

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
