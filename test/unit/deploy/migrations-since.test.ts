import { execFileSync } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeEach, describe, expect, test } from "@jest/globals";
import { contractionsSince, refuseOlderThanSchema } from "../../../scripts/deploy/migrations-since.ts";
import { hasGit } from "../../support/git.ts";
import { useTemporaryFolder } from "../../support/temporary-folder.ts";

const folder = useTemporaryFolder();
const git = (...args: string[]) => execFileSync("git", args, { cwd: folder.path, encoding: "utf8" }).trim();

/** Commits a migration. @returns the commit */
function commit(name: string, sql: string): string {
  const migrations = join(folder.path, "functions/migrations");
  mkdirSync(migrations, { recursive: true });
  writeFileSync(join(migrations, name), sql);
  git("add", ".");
  git("-c", "user.name=t", "-c", "user.email=t@example.com", "commit", "--quiet", `--message=${name}`);
  return git("rev-parse", "HEAD");
}

(hasGit() ? describe : describe.skip)("a rollback", () => {
  let first: string;
  let added: string;
  let dropped: string;
  beforeEach(() => {
    git("init", "--quiet");
    first = commit("0001_t.sql", "CREATE TABLE t (id INT, a INT)");
    added = commit("0002_b.sql", "ALTER TABLE t ADD COLUMN b INT NULL");
    dropped = commit("0003_a.sql", "ALTER TABLE t DROP COLUMN a");
  });

  test("to before a migration on which the code may fail is refused, and says how to try it", () => {
    const back = (to: string) => () => refuseOlderThanSchema(folder.path, { from: dropped, to });
    for (const to of [first, added]) {
      expect(back(to)).toThrow(
        /0003_a\.sql drops a column: ALTER TABLE t DROP COLUMN a\n.*npm run previous[^]*--accept-migrations/,
      );
    }
    back(dropped)();
  });

  test("to before migrations that only add is not", () => {
    git("checkout", "--quiet", added);
    for (const from of [added, undefined]) {
      expect(contractionsSince(folder.path, { from, to: first })).toEqual([]);
      refuseOlderThanSchema(folder.path, { from, to: first });
    }
  });

  test("counts the migrations of the commit that is left, though it is not checked out, and those of the clone, though it is unknown what is left", () => {
    const found = ["0003_a.sql drops a column: ALTER TABLE t DROP COLUMN a"];
    expect(contractionsSince(folder.path, { from: undefined, to: added })).toEqual(found);
    git("checkout", "--quiet", first);
    expect(contractionsSince(folder.path, { from: dropped, to: added })).toEqual(found);
    expect(contractionsSince(folder.path, { from: undefined, to: first })).toEqual([]);
  });

  test("from a commit that git does not know is refused", () => {
    const unknown = () => contractionsSince(folder.path, { from: "f".repeat(40), to: first });
    expect(unknown).toThrow(/git fetch --all --tags.*--accept-migrations/);
  });
});
