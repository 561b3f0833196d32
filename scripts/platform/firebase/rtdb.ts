import { join } from "node:path";
import { projectId, root } from "../paths.ts";
import type { Ports } from "../ports/ports.ts";
import { messageOf } from "../problem.ts";
import type { Child, ExitHandler } from "../processes/child.ts";
import { waitUntilReady } from "../processes/readiness.ts";
import type { Supervisor } from "../processes/supervisor.ts";

export interface RtdbOptions {
  folder: string;
  ports: Ports;
  supervisor: Supervisor;
  /** Called after the server exited by itself, before it is started again. */
  onRestart: ExitHandler;
  /** Called after a restart: the server runs again and is empty. */
  onEmpty: () => Promise<void>;
  /** Called instead of a restart when the server keeps exiting. */
  onGiveUp: ExitHandler;
  /** After more than five exits within this time the server is not started again. */
  restartWindowMs?: number;
}

const MAX_RESTARTS = 5;

/** Starts the local Realtime Database server, again whenever it exits by itself. It keeps nothing on disk. */
export async function startRtdb(options: RtdbOptions): Promise<void> {
  const { folder, ports, supervisor, restartWindowMs = 60_000 } = options;
  const exitTimes: number[] = [];

  async function start(): Promise<void> {
    const flags = ["--host", "127.0.0.1", "--port", String(ports.rtdb), "--project", projectId];
    const child = await supervisor.start(
      {
        name: "rtdb",
        command: process.execPath,
        args: [join(root, "rtdb-server/main.ts"), ...flags, "--rules", join(root, "database.rules.json")],
        logFile: join(folder, "logs/rtdb.log"),
      },
      (exited, reason) => void restart(exited, reason),
    );
    await waitUntilReady(child, () => isListening(ports.rtdb));
  }

  async function restart(exited: Child, reason: string): Promise<void> {
    const now = Date.now();
    exitTimes.push(now);
    const recent = exitTimes.filter((time) => time > now - restartWindowMs);
    if (recent.length > MAX_RESTARTS) return options.onGiveUp(exited, reason);
    options.onRestart(exited, reason);
    try {
      await start();
      await options.onEmpty();
    } catch (error) {
      options.onGiveUp(exited, messageOf(error));
    }
  }

  await start();
}

/** Any HTTP response counts. */
async function isListening(port: number): Promise<boolean> {
  try {
    const response = await fetch(`http://127.0.0.1:${port}/`, { signal: AbortSignal.timeout(5_000) });
    await response.arrayBuffer();
    return true;
  } catch {
    return false;
  }
}
