import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { cpSync, mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import { contractionsIn } from "../../scripts/deploy/expand-only.ts";
import { migrations as ownMigrations, root } from "../../scripts/platform/paths.ts";
import { isGroupAlive, killGroup } from "../../scripts/platform/processes/process-table.ts";
import { type Run, readRun } from "../../scripts/platform/processes/run-file.ts";
import { tryCommit } from "../../scripts/previous/try-commit.ts";
import { isClone } from "../support/git.ts";
import { hasMysqlProgram } from "../support/mysql/private-server.ts";
import { useTemporaryFolder } from "../support/temporary-folder.ts";
import { until } from "../support/until.ts";

const folder = useTemporaryFolder();
const canRun = hasMysqlProgram() && isClone();
const head = () => execFileSync("git", ["rev-parse", "HEAD"], { cwd: root, encoding: "utf8" }).trim();

beforeEach(() => cpSync(ownMigrations, join(folder.path, "migrations"), { recursive: true }));

/** Tries the last commit, as an earlier release, on this clone's migrations and one more. */
async function tryWith(sql: string): Promise<string> {
  const migrations = join(folder.path, "migrations");
  const next = String(readdirSync(migrations).length + 1).padStart(4, "0");
  writeFileSync(join(migrations, `${next}_next.sql`), sql);
  const lines: string[] = [];
  const print = (line: string) => lines.push(line);
  await tryCommit({ commit: head(), migrations, print, folder: join(folder.path, "trial") });
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

(canRun ? describe : describe.skip)("a trial that is interrupted", () => {
  const started: Run["groups"] = [];
  const alive = () => started.filter(({ pid }) => isGroupAlive(pid));
  const trials: ChildProcess[] = [];
  let scratch: string;
  afterEach(async () => {
    for (const trial of trials.splice(0)) trial.kill("SIGKILL");
    for (const { pid } of started.splice(0)) await killGroup(pid);
  });

  /** Starts a trial of a release whose migration takes minutes, and waits until MySQL runs. */
  async function startTrial(): Promise<{ end: (signal: NodeJS.Signals) => Promise<void> }> {
    const release = join(folder.path, "release");
    scratch = join(folder.path, "run");
    mkdirSync(join(release, "scripts"), { recursive: true });
    mkdirSync(join(release, "functions/migrations"), { recursive: true });
    for (const script of ["build", "smoke"]) writeFileSync(join(release, `scripts/${script}.ts`), "");
    writeFileSync(join(release, "functions/migrations/0001_slow.sql"), "SELECT SLEEP(600)");
    const options = JSON.stringify({ folder: release, migrations: folder.path, scratch });
    const code = `const { tryRelease } = await import(${JSON.stringify(join(root, "scripts/previous/try-release.ts"))});
      await tryRelease({ ...${options}, print: console.log });`;
    const trial = spawn(process.execPath, ["--input-type=module", "--eval", code], { stdio: "inherit" });
    trials.push(trial);
    const closed = once(trial, "close");
    await until("MySQL", () => readRun(scratch)?.pid === trial.pid && readRun(scratch)?.groups.length === 1);
    started.push(...(readRun(scratch)?.groups ?? []));
    return {
      async end(signal) {
        trial.kill(signal);
        expect(await closed).toEqual([null, signal]);
      },
    };
  }

  test.each(["SIGINT", "SIGTERM"] as const)("by %s leaves no process", async (signal) => {
    const trial = await startTrial();
    expect(alive()).toHaveLength(1);
    await trial.end(signal);
    expect(alive()).toEqual([]);
  });

  test("by SIGKILL leaves processes that the next trial ends", async () => {
    await (await startTrial()).end("SIGKILL");
    expect(alive()).toHaveLength(1);
    const next = await startTrial();
    expect(alive()).toEqual([started[1]]);
    await next.end("SIGINT");
    expect(alive()).toEqual([]);
  });
});
