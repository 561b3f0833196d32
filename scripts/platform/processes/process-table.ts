import { execFileSync } from "node:child_process";
import { readFileSync, readdirSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";

/**
 * Tells a process from a later one with the same id: the boot's id and the process's start time.
 * Undefined when no such process runs. A zombie does not count.
 */
export function readProcessIdentity(pid: number): string | undefined {
  if (process.platform === "linux") {
    const stat = readLinuxStat(pid);
    return stat && stat.state !== "Z" ? `${readBootId()} ${stat.startTime}` : undefined;
  }
  try {
    return execFileSync("ps", ["-o", "lstart=", "-p", String(pid)], { encoding: "utf8" }).trim() || undefined;
  } catch {
    return undefined;
  }
}

/** Whether the identity was read since the machine last started. */
export function isFromThisBoot(identity: string): boolean {
  return process.platform !== "linux" || identity.startsWith(`${readBootId()} `);
}

/** Whether any process of the group runs. On Linux zombies do not count. */
export function isGroupAlive(group: number): boolean {
  if (process.platform === "linux") return listGroup(group).length > 0;
  try {
    process.kill(-group, 0);
    return true;
  } catch {
    return false;
  }
}

/** The ids of a process group's processes, without zombies. Only on Linux. */
export function listGroup(group: number): number[] {
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((pid) => {
      const stat = readLinuxStat(pid);
      return stat?.group === group && stat.state !== "Z";
    });
}

/** Sends SIGKILL to a process group until none of it runs, for at most 5 s. A group that is gone is no error. */
export async function killGroup(group: number): Promise<void> {
  const deadline = Date.now() + 5_000;
  while (isGroupAlive(group) && Date.now() < deadline) {
    signalGroup(group, "SIGKILL");
    await sleep(20);
  }
}

function signalGroup(group: number, signal: NodeJS.Signals): void {
  try {
    process.kill(-group, signal);
  } catch (error) {
    const isGone = error instanceof Error && "code" in error && error.code === "ESRCH";
    if (!isGone) throw error;
  }
}

/** Reads proc_pid_stat(5). Field 2, the command, may hold spaces and brackets, so we count from the last ")". */
function readLinuxStat(pid: number): { state: string; group: number; startTime: string } | undefined {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, "utf8");
    const fields = text.slice(text.lastIndexOf(")") + 2).split(" ");
    return { state: fields[0] ?? "", group: Number(fields[2]), startTime: fields[19] ?? "" };
  } catch {
    return undefined;
  }
}

function readBootId(): string {
  return readFileSync("/proc/sys/kernel/random/boot_id", "utf8").trim();
}
