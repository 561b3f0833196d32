import { existsSync, readFileSync, readdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { removeContainers } from "../mysql/docker.ts";
import { platformFolder } from "../paths.ts";
import type { Ports } from "../ports/ports.ts";
import { Problem } from "../problem.ts";
import { readProcessIdentity } from "../../bootstrap/process-identity.mjs";
import { isFromThisBoot, isGroupAlive, killGroup } from "./process-table.ts";

const RUN_FILE = "run.json";

/** What a running platform tells other commands: `run.json` in its folder. */
export interface Run {
  pid: number;
  identity: string;
  /** The process groups that it started. `pid` is the leader's. */
  groups: { name: string; pid: number; identity: string }[];
  mysqlUrl?: string;
  ports?: Ports;
}

export function readRun(folder: string): Run | undefined {
  try {
    const run: Run = JSON.parse(readFileSync(runFile(folder), "utf8"));
    return run;
  } catch {
    return undefined;
  }
}

/** Writes the file by renaming, so that a reader never sees half of it. */
export function writeRun(folder: string, run: Run): void {
  const file = runFile(folder);
  writeFileSync(`${file}.new`, JSON.stringify(run, undefined, 2), { mode: 0o600 });
  renameSync(`${file}.new`, file);
}

export function removeRun(folder: string): void {
  rmSync(runFile(folder), { force: true });
}

/** The platform that runs now, and where. Undefined if it has no database yet. */
export function findRunningPlatform(): { folder: string; mysqlUrl: string; ports: Ports } | undefined {
  const folder = platformFolder();
  const run = readRun(folder);
  if (!run?.mysqlUrl || !run.ports || !isRunning(run)) return undefined;
  return { folder, mysqlUrl: run.mysqlUrl, ports: run.ports };
}

function isRunning(run: Run): boolean {
  return readProcessIdentity(run.pid) === run.identity;
}

/**
 * Kills the process groups that a killed run left behind, and removes its containers.
 *
 * A group is still that run's if its leader has the recorded identity, or if the leader is gone and members remain:
 * while a group has members, the system gives its id to nobody else (POSIX fork). Ids from before a restart of the
 * machine are ignored.
 * @throws Problem when that run is still alive
 */
export async function killLeftovers(folder: string, print: (line: string) => void): Promise<void> {
  const run = readRun(folder);
  if (!run) return;
  if (isRunning(run)) {
    throw new Problem(`It already runs in this folder (process ${run.pid}). Stop that first: kill ${run.pid}`);
  }
  for (const { name, pid, identity } of run.groups) {
    const leader = readProcessIdentity(pid);
    const isOurs = leader === undefined ? isFromThisBoot(identity) : leader === identity;
    if (!isOurs || !isGroupAlive(pid)) continue;
    print(`Stopping ${name} (process ${pid}), left behind by a killed run`);
    await killGroup(pid);
  }
  // A kill of Docker's client does not reach its container.
  await removeContainers(folder);
  removeRun(folder);
}

/** Kills the run of a folder, if it is still alive, and what it started: for a folder that is only this run's to use. */
export async function endRun(folder: string, print: (line: string) => void): Promise<void> {
  const run = readRun(folder);
  if (run && isRunning(run)) {
    process.kill(run.pid, "SIGKILL");
    while (isRunning(run)) await sleep(20);
  }
  await killLeftovers(folder, print);
}

/** Ends the run of each folder below a folder that nobody else uses. */
export async function endRunsBelow(parent: string, print: (line: string) => void): Promise<void> {
  if (!existsSync(parent)) return;
  const files = readdirSync(parent, { recursive: true, encoding: "utf8" }).filter(
    (file) => basename(file) === RUN_FILE,
  );
  for (const file of files) await endRun(join(parent, dirname(file)), print);
}

function runFile(folder: string): string {
  return join(folder, RUN_FILE);
}
