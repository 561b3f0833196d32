import { spawn } from "node:child_process";
import { join } from "node:path";
import { root } from "../../../scripts/platform/paths.ts";
import { until } from "../../support/until.ts";
import { freePort } from "./free-port.ts";

export interface RealtimeServer {
  readonly port: number;
  kill(): void;
}

/**
 * Starts the Realtime Database server in a process of its own.
 * @param options.rules the file with its rules
 * @param options.signal ends the start
 */
export async function startRealtimeServer(options: {
  projectId: string;
  rules: string;
  signal?: AbortSignal;
}): Promise<RealtimeServer> {
  const { projectId, rules, signal } = options;
  const port = await freePort();
  const child = spawn(
    process.execPath,
    [join(root, "rtdb-server/main.ts"), `--port=${port}`, `--project=${projectId}`, `--rules=${rules}`],
    { stdio: ["ignore", "ignore", "inherit"] },
  );
  const kill = () => void child.kill("SIGKILL");
  try {
    await until("the Realtime Database server", async () => {
      signal?.throwIfAborted();
      return child.exitCode !== null || (await isListening(port));
    });
    if (child.exitCode !== null) throw new Error(`the Realtime Database server ended with ${child.exitCode}`);
  } catch (error) {
    kill();
    throw error;
  }
  return { port, kill };
}

function isListening(port: number): Promise<boolean> {
  return fetch(`http://127.0.0.1:${port}/`, { signal: AbortSignal.timeout(5_000) }).then(
    () => true,
    () => false,
  );
}
