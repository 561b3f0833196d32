import { readdirSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { readBootId, readLinuxStat } from "../../bootstrap/process-identity.mjs";

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
