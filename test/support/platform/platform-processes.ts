import { readFileSync } from "node:fs";
import { readProcessIdentity } from "../../../scripts/bootstrap/process-identity.mjs";
import { listGroup } from "../../../scripts/platform/processes/process-table.ts";
import { readRun } from "../../../scripts/platform/processes/run-file.ts";

/** The processes of the platform that runs in a folder, its own and all that it started. */
export function platformProcesses(folder: string): number[] {
  const run = readRun(folder);
  if (!run) return [];
  const isRunning = readProcessIdentity(run.pid) === run.identity;
  return [...(isRunning ? [run.pid] : []), ...run.groups.flatMap(({ pid }) => listGroup(pid))];
}

/** Those that the functions emulator started to run functions. */
export function functionProcesses(folder: string): number[] {
  return platformProcesses(folder).filter((pid) => read(pid, "cmdline").includes("functionsEmulatorRuntime"));
}

/**
 * The memory of processes, in MiB: the sum of their proportional set sizes (proc_pid_smaps(5)), in which a page that several share is
 * counted once.
 */
export function memoryMiB(pids: number[]): number {
  const kibibytes = pids.map((pid) => Number(/^Pss:\s+(\d+) kB$/m.exec(read(pid, "smaps_rollup"))?.[1] ?? 0));
  return kibibytes.reduce((sum, one) => sum + one, 0) / 1024;
}

/** Empty once the process has ended. */
function read(pid: number, file: string): string {
  try {
    return readFileSync(`/proc/${pid}/${file}`, "utf8");
  } catch {
    return "";
  }
}
