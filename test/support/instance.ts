import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import type { Config, SigningKey } from "../../functions/src/config.ts";
import type { Send } from "./client.ts";

export interface Instance {
  send: Send;
  close: () => Promise<void>;
}

const keys = (all: SigningKey[]) => all.map(({ kid, secret }) => `${kid}:${secret.toString("base64url")}`).join(",");

/** Another instance of the API, as a process of its own, on the same database and keys. */
export async function startInstance(config: Config, env: Record<string, string> = {}): Promise<Instance> {
  const child = spawn(process.execPath, [fileURLToPath(new URL("api-process.ts", import.meta.url))], {
    env: {
      ...process.env,
      MYSQL_URL: config.mysql.url,
      ACCESS_TOKEN_KEYS: keys(config.accessTokenKeys),
      REFRESH_TOKEN_KEYS: keys(config.refreshTokenKeys),
      ...env,
    },
    stdio: ["pipe", "pipe", "inherit"],
  });
  const exited = once(child, "exit");
  for await (const line of createInterface({ input: child.stdout })) {
    const port = /^port (\d+)$/.exec(line)?.[1];
    if (!port) continue;
    child.stdout.resume();
    return {
      send: (path, init) => fetch(`http://127.0.0.1:${port}${path}`, init),
      async close() {
        child.stdin.end();
        await exited;
      },
    };
  }
  throw new Error("the instance ended before it had a port");
}
