import { spawn } from "node:child_process";
import { existsSync, mkdirSync, openSync } from "node:fs";
import { dirname } from "node:path";
import { logTail } from "./processes/log-tail.ts";
import { Problem } from "./problem.ts";

/** Whether packages can be installed here: Debian or a relative, as root. */
export function canInstall(): boolean {
  return existsSync("/usr/bin/apt-get") && process.getuid?.() === 0;
}

/** Installs a Debian package (as root), its output in a log file; a Problem when that fails. */
export async function installPackage(name: string, logFile: string, say: (line: string) => void): Promise<void> {
  say(`Installing Debian's ${name} (apt-get; up to a minute)`);
  mkdirSync(dirname(logFile), { recursive: true });
  const log = openSync(logFile, "w");
  // Another apt-get may be running (a second clone, the system's own updates): wait for its lock.
  const lock = ["-o", "DPkg::Lock::Timeout=300"];
  for (const args of [["update"], ["install", "-y", "--no-install-recommends", name]]) {
    const apt = spawn("apt-get", [...lock, ...args], {
      env: { ...process.env, DEBIAN_FRONTEND: "noninteractive" },
      stdio: ["ignore", log, log],
    });
    const code = await new Promise((resolve, reject) => {
      apt.once("error", reject);
      apt.once("exit", resolve);
    });
    if (code !== 0) {
      throw new Problem(
        `apt-get could not install ${name} (no network, or no such package?). Install it by hand; ${logFile} ends:\n` +
          logTail(logFile, 6),
      );
    }
  }
}
