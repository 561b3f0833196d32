import { execFileSync } from "node:child_process";
import { readFileSync, readdirSync } from "node:fs";

/**
 * What tells a process from a later one with the same number: when it began, in the system's own words.
 * Undefined when there is no such process (a zombie counts as none).
 */
export function processIdentity(pid: number): string | undefined {
  if (process.platform === "linux") {
    const stat = linuxStat(pid);
    return stat && stat.state !== "Z" ? `${bootId()} ${stat.started}` : undefined;
  }
  try {
    return execFileSync("ps", ["-o", "lstart=", "-p", String(pid)], { encoding: "utf8" }).trim() || undefined;
  } catch {
    return undefined;
  }
}

/** Whether any process of the group lives (zombies do not count where that can be told). */
export function isGroupAlive(group: number): boolean {
  if (process.platform === "linux") {
    return readdirSync("/proc")
      .filter((name) => /^\d+$/.test(name))
      .map((pid) => linuxStat(Number(pid)))
      .some((stat) => stat?.group === group && stat.state !== "Z");
  }
  try {
    process.kill(-group, 0);
    return true;
  } catch {
    return false;
  }
}

/** Signals a whole group; a group that is gone is no error. */
export function signalGroup(group: number, signal: NodeJS.Signals): void {
  try {
    process.kill(-group, signal);
  } catch (error) {
    const gone = typeof error === "object" && error !== null && "code" in error && error.code === "ESRCH";
    if (!gone) throw error;
  }
}

/** proc_pid_stat(5); the command in field 2 may itself hold spaces and brackets, so fields count from the last ")". */
function linuxStat(pid: number): { state: string; group: number; started: string } | undefined {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, "utf8");
    const fields = text.slice(text.lastIndexOf(")") + 2).split(" ");
    return { state: fields[0] ?? "", group: Number(fields[2]), started: fields[19] ?? "" };
  } catch {
    return undefined;
  }
}

function bootId(): string {
  return readFileSync("/proc/sys/kernel/random/boot_id", "utf8").trim();
}
