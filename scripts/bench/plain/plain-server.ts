import { spawn } from "node:child_process";
import { join } from "node:path";
import { freePort } from "../../../test/faults/system/free-port.ts";
import { hasRedis, startRedis } from "../../../test/faults/system/redis.ts";
import { until } from "../../../test/support/until.ts";
import { root } from "../../platform/paths.ts";

export interface PlainServer {
  readonly url: string;
  close(): void;
}

/** Starts the plain server on this database. Where this machine has no Redis, it runs as a single instance would: without. */
export async function startPlainServer(mysqlUrl: string): Promise<PlainServer> {
  const port = await freePort();
  const redis = hasRedis() ? await startRedis() : undefined;
  if (!redis) console.log("There is no redis-server on this machine: the plain server runs without.");
  const child = spawn(process.execPath, [join(root, "scripts/bench/plain/server.ts")], {
    stdio: ["ignore", "ignore", "inherit"],
    env: {
      PATH: process.env["PATH"],
      NODE_ENV: "production",
      PORT: String(port),
      MYSQL_URL: mysqlUrl,
      ...(redis && { REDIS_URL: `redis://127.0.0.1:${redis.port}` }),
    },
  });
  const close = () => {
    child.kill("SIGKILL");
    void redis?.kill();
  };
  const url = `http://127.0.0.1:${port}`;
  try {
    await until("the plain server", () => isListening(url));
  } catch (error) {
    close();
    throw error;
  }
  return { url, close };
}

function isListening(url: string): Promise<boolean> {
  return fetch(`${url}/v1/videos/none/comments`, { signal: AbortSignal.timeout(5_000) }).then(
    ({ ok }) => ok,
    () => false,
  );
}
