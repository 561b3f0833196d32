import type { ChildProcess } from "node:child_process";
import { channel } from "node:diagnostics_channel";
import { mkdirSync, readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import type { RowDataPacket } from "mysql2";
import { readProcessIdentity } from "../../../scripts/bootstrap/process-identity.mjs";
import { connect, dropDatabase, withDatabase } from "../../../scripts/platform/mysql/database.ts";
import { local } from "../../../scripts/platform/paths.ts";
import { type Run, endRun, readRun, writeRun } from "../../../scripts/platform/processes/run-file.ts";

const RECORD = /^suite-(\d+)$/;
const recordOf = (folder: string, pid: number) => join(folder, `suite-${pid}`);

/**
 * Lists every process that this one starts from now on in `suite-PID/run.json`, so that the next run can end them if this one is killed.
 * They lead no groups of their own: a terminal's Ctrl-C reaches them.
 * @returns what ends the list
 */
export function recordChildren(folder = local): () => void {
  const record = recordOf(folder, process.pid);
  mkdirSync(record, { recursive: true });
  const run: Run = { pid: process.pid, identity: readProcessIdentity(process.pid) ?? "", groups: [] };
  writeRun(record, run);
  let hasEnded = false;
  function onChild(message: unknown): void {
    const { process: child } = message as { process: ChildProcess };
    child.once("spawn", () => {
      const pid = child.pid ?? 0;
      const identity = readProcessIdentity(pid);
      if (hasEnded || identity === undefined) return;
      run.groups.push({ name: child.spawnfile, pid, identity });
      writeRun(record, run);
    });
  }
  channel("child_process").subscribe(onChild);
  return () => {
    hasEnded = true;
    channel("child_process").unsubscribe(onChild);
    rmSync(record, { recursive: true, force: true });
  };
}

/** Ends the processes of killed runs, and removes their folders. Logs that a run that ended has kept stay. */
export async function sweepKilledRuns(print: (line: string) => void, folder = local): Promise<void> {
  mkdirSync(folder, { recursive: true });
  for (const name of readdirSync(folder)) {
    const pid = Number(RECORD.exec(name)?.[1]);
    const run = Number.isNaN(pid) ? undefined : readRun(join(folder, name));
    if (!run || readProcessIdentity(pid) === run.identity) continue;
    for (const child of run.groups.filter((one) => readProcessIdentity(one.pid) === one.identity)) {
      print(`Stopping ${child.name} (process ${child.pid}), left behind by a killed run`);
      process.kill(child.pid, "SIGKILL");
    }
    const own = new RegExp(`^(faults|bench|cold)-${pid}(-|$)`);
    for (const left of readdirSync(folder).filter((one) => own.test(one))) {
      // One of them may have run a whole platform.
      await endRun(join(folder, left), print);
      rmSync(join(folder, left), { recursive: true, force: true });
    }
    rmSync(join(folder, name), { recursive: true });
  }
}

/** Drops the databases of killed runs from the private server, which only one run at a time uses. */
export async function dropLeftDatabases(url: string): Promise<void> {
  const connection = await connect({ uri: withDatabase(url, "") });
  try {
    const [rows] = await connection.query<RowDataPacket[]>("SHOW DATABASES");
    const names = rows.map(({ Database }) => String(Database)).filter((name) => /^(faults|test)_\w+$/.test(name));
    for (const name of names) await dropDatabase(withDatabase(url, name));
  } finally {
    await connection.end();
  }
}
