import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import type { Send } from "../send.ts";

interface ApiProcess {
  send: Send;
  close: () => Promise<void>;
}

/** Starts the API in another process, with this environment. */
export async function startApiProcess(env: NodeJS.ProcessEnv): Promise<ApiProcess> {
  const args = ["--disable-warning=ExperimentalWarning", "test/support/app/processes/api-program.ts"];
  const child = spawn(process.execPath, args, { stdio: ["ignore", "pipe", "inherit"], env });
  const lines = createInterface({ input: child.stdout });
  const first = await Promise.race([once(lines, "line"), once(child, "exit")]);
  const url = /^listening on (\S+)$/.exec(String(first[0]))?.[1];
  if (!url) throw new Error(`the API process did not start: ${String(first[0])}`);
  return {
    send: (path, init) => fetch(`${url}${path}`, init),
    async close() {
      if (child.exitCode !== null || child.signalCode !== null) return;
      child.kill("SIGTERM");
      await once(child, "exit");
    },
  };
}
