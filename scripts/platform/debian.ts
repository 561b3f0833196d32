import { existsSync } from "node:fs";
import { Problem } from "./problem.ts";
import { runProgram } from "./processes/child.ts";
import { readLogTail } from "./processes/log-tail.ts";

export interface InstallOptions {
  /** Where apt-get's output goes. */
  logFile: string;
  print: (line: string) => void;
}

/** Whether packages can be installed: on Debian or a derivative, as root. */
export function canInstall(): boolean {
  return existsSync("/usr/bin/apt-get") && process.getuid?.() === 0;
}

/** @throws Problem when the package cannot be installed */
export async function installPackage(name: string, { logFile, print }: InstallOptions): Promise<void> {
  print(`Installing Debian's ${name} (apt-get; up to a minute)`);
  // Another apt-get may be running, for a second clone or the system's own updates: wait for its lock.
  const waitForLock = ["-o", "DPkg::Lock::Timeout=300"];
  const env = { ...process.env, DEBIAN_FRONTEND: "noninteractive" };
  for (const args of [["update"], ["install", "-y", "--no-install-recommends", name]]) {
    if (await runProgram({ command: "apt-get", args: [...waitForLock, ...args], env, logFile })) continue;
    throw new Problem(
      `apt-get could not install ${name} (no network, or no such package?). Install it by hand. ` +
        `The end of ${logFile}:\n${readLogTail(logFile, 6)}`,
    );
  }
}
