import { spawn } from "node:child_process";
import { mkdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { pageUrl } from "../../../scripts/platform/environment.ts";
import { removeEmulatorsFiles } from "../../../scripts/platform/firebase/emulators-files.ts";
import { projectId, root } from "../../../scripts/platform/paths.ts";
import type { Ports } from "../../../scripts/platform/ports/ports.ts";
import type { Send } from "../app/send.ts";
import { until } from "../until.ts";
import { platformProcesses } from "./platform-processes.ts";

export interface StartedPlatform {
  /** To the API through the Hosting emulator. */
  send: Send;
  /** To the API by its function's own URL. */
  sendToFunction: Send;
  /** Ends it as Ctrl-C does. Resolves with the exit code. */
  interrupt(): Promise<number | null>;
  /** Sends SIGKILL to all of its processes at once. */
  kill(): Promise<void>;
}

export interface PlatformPlace {
  folder: string;
  ports: Ports;
}

/**
 * Runs `npm start` with a private MySQL server in a folder of its own, until it says that it runs.
 * @param env further variables
 * @throws Error with what it printed, if it ends before
 */
export async function runStart(
  { folder, ports }: PlatformPlace,
  env: NodeJS.ProcessEnv = {},
): Promise<StartedPlatform> {
  const temporary = join(folder, "tmp");
  mkdirSync(temporary, { recursive: true });
  const { PATH, HOME } = process.env;
  const child = spawn(process.execPath, [join(root, "scripts/start.ts"), "--port-base", String(ports.page)], {
    // Only these: the tests' environment names another platform.
    env: { PATH, HOME, TMPDIR: temporary, PLATFORM_FOLDER: folder, ...env },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let printed = "";
  const exited = new Promise<number | null>((resolve) => {
    // Not "exit": what it printed last may come after that.
    child.once("close", resolve);
  });
  await new Promise<void>((resolve, reject) => {
    const onData = (text: string) => {
      printed += text;
      if (printed.includes("live-comments runs")) resolve();
    };
    child.stdout.setEncoding("utf8").on("data", onData);
    child.stderr.setEncoding("utf8").on("data", onData);
    void exited.then((code) => reject(new Error(`npm start ended with ${code}:\n${printed}`)));
  });
  return {
    send: (path, init) => fetch(new URL(path, pageUrl(ports)), init),
    sendToFunction: (path, init) => fetch(`${functionUrl(ports, "api")}${path}`, init),
    interrupt() {
      child.kill("SIGINT");
      return exited;
    },
    async kill() {
      killAll(folder);
      await exited;
    },
  };
}

function killAll(folder: string): void {
  for (const pid of platformProcesses(folder)) {
    try {
      process.kill(pid, "SIGKILL");
    } catch {
      // It ended after its parent.
    }
  }
}

/** Removes a platform: its processes, if it still runs, and its files. */
export async function removePlatform(folder: string): Promise<void> {
  killAll(folder);
  await until("its processes have ended", () => platformProcesses(folder).length === 0);
  removeEmulatorsFiles(folder);
  rmSync(folder, { recursive: true, force: true });
}

export function functionUrl(ports: Ports, name: string): string {
  return `http://127.0.0.1:${ports.functions}/${projectId}/europe-west1/${name}`;
}
