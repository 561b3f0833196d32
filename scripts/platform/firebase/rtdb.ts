import { join } from "node:path";
import type { Child } from "../processes/child.ts";
import { projectId, root } from "../paths.ts";
import { messageOf } from "../problem.ts";
import type { Ports } from "../ports/ports.ts";
import type { Supervisor } from "../processes/supervisor.ts";
import { untilReady } from "../processes/readiness.ts";

export interface RtdbOptions {
  folder: string;
  ports: Ports;
  supervisor: Supervisor;
  /** Called when it ended by itself, before it is started again. */
  onRestart: (child: Child, how: string) => void;
  /** Called when it runs again, empty. */
  onEmpty: () => Promise<void>;
  /** Called instead of a restart when it keeps ending. */
  onGiveUp: (child: Child, how: string) => void;
  /** Ending more often than five times within these milliseconds means that it cannot run; a person must look. */
  restartsWithin?: number;
}

const RESTARTS = 5;

/** The local Realtime Database server. It keeps nothing on disk; when it ends by itself it is started again. */
export async function startRtdb(options: RtdbOptions): Promise<void> {
  const { folder, ports, supervisor, restartsWithin = 60_000 } = options;
  const restarts: number[] = [];

  async function start(): Promise<void> {
    const flags = ["--host", "127.0.0.1", "--port", String(ports.rtdb), "--project", projectId];
    const child = await supervisor.start(
      {
        name: "rtdb",
        command: process.execPath,
        args: [join(root, "rtdb-server/main.ts"), ...flags, "--rules", join(root, "database.rules.json")],
        logFile: join(folder, "logs/rtdb.log"),
      },
      (ended, how) => void restart(ended, how),
    );
    await untilReady(child, () => isListening(ports.rtdb));
  }

  async function restart(ended: Child, how: string): Promise<void> {
    const now = Date.now();
    restarts.push(now);
    if (restarts.filter((at) => at > now - restartsWithin).length > RESTARTS) return options.onGiveUp(ended, how);
    options.onRestart(ended, how);
    try {
      await start();
      await options.onEmpty();
    } catch (error) {
      options.onGiveUp(ended, messageOf(error));
    }
  }

  await start();
}

/** Any HTTP answer will do: the official emulator gives 400. */
async function isListening(port: number): Promise<boolean> {
  try {
    await (await fetch(`http://127.0.0.1:${port}/`)).arrayBuffer();
    return true;
  } catch {
    return false;
  }
}
