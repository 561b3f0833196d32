import { readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { endGroup } from "./child.ts";
import { Problem } from "../problem.ts";
import { isGroupAlive, processIdentity } from "./process-table.ts";

/** What a running platform tells the next command about itself, in `run.json` of its folder. */
export interface Run {
  pid: number;
  identity: string;
  /** Process groups that it started. */
  groups: { name: string; pid: number; identity: string }[];
  mysqlUrl?: string;
}

export function readRun(folder: string): Run | undefined {
  try {
    const run: Run = JSON.parse(readFileSync(fileIn(folder), "utf8"));
    return run;
  } catch {
    return undefined;
  }
}

/** Replaces the file at once, so that a reader never sees half of it. */
export function writeRun(folder: string, run: Run): void {
  writeFileSync(`${fileIn(folder)}.new`, JSON.stringify(run, undefined, 2), { mode: 0o600 });
  renameSync(`${fileIn(folder)}.new`, fileIn(folder));
}

export function removeRun(folder: string): void {
  rmSync(fileIn(folder), { force: true });
}

export function isRunning(run: Run): boolean {
  return processIdentity(run.pid) === run.identity;
}

/**
 * Ends what a killed run left behind; a Problem when that run is still alive.
 *
 * A group is ours when its leader is the process that was recorded, or when the leader is gone and members remain: while a
 * group has members, its number is given to nobody else (POSIX fork). Numbers from before a restart of the machine are not
 * looked at: the identity holds the boot's id.
 */
export async function endLeftovers(folder: string, say: (line: string) => void): Promise<void> {
  const run = readRun(folder);
  if (!run) return;
  if (isRunning(run)) {
    throw new Problem(`It already runs in this folder (process ${run.pid}). Stop that first: kill ${run.pid}`);
  }
  const boot = processIdentity(process.pid)?.split(" ")[0];
  for (const { name, pid, identity } of run.groups) {
    const leader = processIdentity(pid);
    const ours = leader === undefined ? identity.split(" ")[0] === boot : leader === identity;
    if (!ours || !isGroupAlive(pid)) continue;
    say(`Ending ${name} (process ${pid}), which a killed run left behind`);
    await endGroup(pid);
  }
  removeRun(folder);
}

function fileIn(folder: string): string {
  return join(folder, "run.json");
}
