import type { ChildProcess } from "node:child_process";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import type { Config } from "../../functions/src/config.ts";
import type { SigningKey } from "../../functions/src/config.ts";
import type { Send } from "./client.ts";

export interface ApiProcess {
  send: Send;
  url: string;
  child: ChildProcess;
  close: () => Promise<void>;
}

/** The API in a process of its own, on the database and with the keys of a test's context. */
export async function startApi(config: Config, env: Record<string, string> = {}): Promise<ApiProcess> {
  const child = spawn(process.execPath, ["--disable-warning=ExperimentalWarning", "test/support/api-process.ts"], {
    stdio: ["ignore", "pipe", "inherit"],
    env: {
      ...process.env,
      MYSQL_URL: config.mysql.url,
      ACCESS_TOKEN_KEYS: written(config.accessTokenKeys),
      REFRESH_TOKEN_KEYS: written(config.refreshTokenKeys),
      RATE_LIMIT_SCALE: String(config.rateLimits.scale),
      ...env,
    },
  });
  const lines = createInterface({ input: child.stdout });
  const first = await Promise.race([once(lines, "line"), once(child, "exit")]);
  const url = /^listening on (\S+)$/.exec(String(first[0]))?.[1];
  if (!url) throw new Error(`the API process did not start: ${String(first[0])}`);
  return {
    url,
    child,
    send: (path, init) => fetch(`${url}${path}`, init),
    async close() {
      if (child.exitCode !== null || child.signalCode !== null) return;
      child.kill("SIGTERM");
      await once(child, "exit");
    },
  };
}

function written(keys: SigningKey[]): string {
  return keys.map(({ kid, secret }) => `${kid}:${secret.export().toString("base64url")}`).join(",");
}
