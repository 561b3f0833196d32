import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";

/**
 * Tells a process from a later one with the same id: the boot's id and the process's start time.
 * Undefined when no such process runs. A zombie does not count.
 * @param {number} pid
 * @returns {string | undefined}
 */
export function readProcessIdentity(pid) {
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

/**
 * Reads proc_pid_stat(5). Field 2, the command, may hold spaces and brackets, so we count from the last ")".
 * @param {number} pid
 * @returns {{ state: string, group: number, startTime: string } | undefined}
 */
export function readLinuxStat(pid) {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, "utf8");
    const fields = text.slice(text.lastIndexOf(")") + 2).split(" ");
    return { state: fields[0] ?? "", group: Number(fields[2]), startTime: fields[19] ?? "" };
  } catch {
    return undefined;
  }
}

export function readBootId() {
  return readFileSync("/proc/sys/kernel/random/boot_id", "utf8").trim();
}
