import { execFileSync } from "node:child_process";
import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { Problem } from "../platform/problem.ts";
import { contractionsIn } from "./expand-only.ts";

const FOLDER = "functions/migrations";

/**
 * The migrations that a commit lacks and on which its code may fail: those of the work tree, and of the commit that is left, which may be
 * another clone's. None of them is taken back by a rollback.
 * @param from the commit that is left, if it is known
 * @throws Problem if git does not know it
 */
export function contractionsSince(clone: string, { from, to }: { from: string | undefined; to: string }): string[] {
  const known = new Set(namesAt(clone, to));
  const sqlOf = new Map<string, string>();
  for (const name of migrationsIn(readdirSync(join(clone, FOLDER)))) {
    sqlOf.set(name, readFileSync(join(clone, FOLDER, name), "utf8"));
  }
  for (const name of from === undefined ? [] : namesAt(clone, from)) {
    if (!known.has(name)) sqlOf.set(name, git(clone, "show", `${from}:${FOLDER}/${name}`));
  }
  return [...sqlOf]
    .filter(([name]) => !known.has(name))
    .toSorted(([one], [other]) => (one < other ? -1 : 1))
    .flatMap(([name, sql]) => contractionsIn(sql).map((what) => `${name} ${what}`));
}

/** @throws Problem if the code of a commit may fail on the schema, which a rollback leaves as it is */
export function refuseOlderThanSchema(clone: string, way: { from: string | undefined; to: string }): void {
  const found = contractionsSince(clone, way);
  if (found.length === 0) return;
  throw new Problem(
    `${way.to.slice(0, 12)} may fail on the schema, which a rollback does not change. It lacks:\n  ${found.join("\n  ")}\n` +
      `npm run previous -- --release ${way.to.slice(0, 12)} tries it on these migrations. If it works, or if they were never applied, give ` +
      "--accept-migrations. Otherwise correct the code, and deploy it.",
  );
}

function namesAt(clone: string, commit: string): string[] {
  return migrationsIn(git(clone, "ls-tree", "--name-only", `${commit}:${FOLDER}`).split("\n"));
}

const migrationsIn = (names: string[]): string[] => names.filter((name) => name.endsWith(".sql"));

function git(clone: string, ...args: string[]): string {
  try {
    return execFileSync("git", args, { cwd: clone, encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] });
  } catch {
    throw new Problem(
      `git ${args.join(" ")} failed, so it is not known whether the code fits the schema. If the commit is another clone's: ` +
        "git fetch --all --tags. With --accept-migrations nobody looks.",
    );
  }
}
