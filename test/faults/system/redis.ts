import { spawn, spawnSync } from "node:child_process";
import { freePort } from "./free-port.ts";

const program = process.env["REDIS_SERVER"] ?? "redis-server";

/** The product does not need Redis, so not every machine has it. */
export const hasRedis = (): boolean => spawnSync(program, ["--version"]).status === 0;

export interface RedisServer {
  readonly port: number;
  kill(): void;
}

/** Starts a Redis server that keeps nothing on disk. The functions connect when it listens. */
export async function startRedis(): Promise<RedisServer> {
  const port = await freePort();
  const child = spawn(program, ["--port", String(port), "--bind", "127.0.0.1", "--save", ""], { stdio: "ignore" });
  return { port, kill: () => void child.kill("SIGKILL") };
}
