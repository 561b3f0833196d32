import { execFileSync } from "node:child_process";
import { cpSync, existsSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeEach, describe, expect, test } from "@jest/globals";
import { contractionsIn } from "../../scripts/deploy/expand-only.ts";
import { migrations, root } from "../../scripts/platform/paths.ts";
import { tryCommit } from "../../scripts/previous/try-commit.ts";
import { hasMysqlProgram } from "../support/mysql/private-server.ts";
import { useTemporaryFolder } from "../support/temporary-folder.ts";

const folder = useTemporaryFolder();
const canRun = hasMysqlProgram() && existsSync(join(root, ".git"));
const head = () => execFileSync("git", ["rev-parse", "HEAD"], { cwd: root, encoding: "utf8" }).trim();

beforeEach(() => cpSync(migrations, folder.path, { recursive: true }));

/** Tries the last commit, as an earlier release, on this clone's migrations and one more. */
async function tryWith(sql: string): Promise<string> {
  const next = String(readdirSync(folder.path).length + 1).padStart(4, "0");
  writeFileSync(join(folder.path, `${next}_next.sql`), sql);
  const lines: string[] = [];
  await tryCommit({ commit: head(), migrations: folder.path, print: (line) => lines.push(line) });
  return lines.join("\n");
}

// It needs a MySQL server's program, and git to take a release from.
(canRun ? describe : describe.skip)("an earlier release, while the next one's migrations are applied", () => {
  test("goes on where they only add", async () => {
    const lines = await tryWith("ALTER TABLE comments ADD COLUMN mood VARCHAR(10) NULL");
    expect(lines).toMatch(/smoke test on its own schema[\s\S]*_next\.sql[\s\S]*smoke test on the new schema/);
    expect(lines).toContain("ran: maintain, purge, reconcile, sweep");
  });

  test.each([
    // Its queries name their indexes.
    ["an index that posts use", "ALTER TABLE comments RENAME INDEX comments_seq TO other", "smoke.ts"],
    ["an index that only a schedule uses", "ALTER TABLE videos RENAME INDEX videos_reconciled TO other", "reconcile"],
  ])("fails without %s, which the text of the migration does not show", async (_, sql, what) => {
    expect(contractionsIn(sql)).toEqual([]);
    const failure = expect.stringMatching(new RegExp(`does not work on the new schema: .*${what}`));
    await expect(tryWith(sql)).rejects.toMatchObject({ message: failure });
  });
});
