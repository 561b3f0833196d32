import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { freePort } from "./free-port.ts";

const program = process.env["REDIS_SERVER"] || "redis-server";

/** The product does not need Redis, so not every machine has it. */
export const hasRedis = (): boolean => spawnSync(program, ["--version"]).status === 0;

export interface RedisServer {
  readonly port: number;
  readonly url: string;
  /** Stops it where it stands, with its connections open. */
  freeze(): void;
  resume(): void;
  kill(): Promise<void>;
}

/** Starts a Redis server that keeps nothing on disk. Clients connect when it listens. */
export async function startRedis(options: { port?: number } = {}): Promise<RedisServer> {
  const port = options.port ?? (await freePort());
  const child = spawn(program, ["--port", String(port), "--bind", "127.0.0.1", "--save", ""], { stdio: "ignore" });
  return {
    port,
    url: `redis://127.0.0.1:${port}`,
    freeze: () => void child.kill("SIGSTOP"),
    resume: () => void child.kill("SIGCONT"),
    async kill() {
      if (child.exitCode !== null || child.signalCode !== null) return;
      child.kill("SIGKILL");
      await once(child, "exit");
    },
  };
}
