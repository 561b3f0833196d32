import type { ChildProcess } from "node:child_process";
import { spawn } from "node:child_process";
import { createWriteStream } from "node:fs";
import { createServer } from "node:net";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { root } from "../../scripts/platform/paths.ts";
import { until } from "../support/until.ts";

/** One deployed function in a process of its own, as Cloud Run has it. */
export interface Instance {
  readonly target: string;
  readonly url: string;
  kill(): Promise<void>;
  /** SIGTERM; resolves with the exit code, or what ended it. */
  end(): Promise<string>;
  /** SIGSTOP, and later SIGCONT. */
  freeze(): void;
  thaw(): void;
}

export interface FleetOptions {
  /** A folder whose package.json names the built functions. */
  source: string;
  env: Record<string, string>;
  folder: string;
  /** Hears each line that an instance logs, parsed. */
  onLog: (entry: Record<string, unknown>) => void;
}

export interface Fleet {
  start(target: string): Promise<Instance>;
  of(target: string): Instance[];
  /** Kills one and starts another in its place, as the platform does. */
  replace(instance: Instance): Promise<void>;
  close(): Promise<void>;
}

const FRAMEWORK = join(root, "node_modules/@google-cloud/functions-framework/build/src/main.js");

export function createFleet({ source, env, folder, onLog }: FleetOptions): Fleet {
  const instances = new Map<Instance, ChildProcess>();
  let closing = false;

  async function start(target: string): Promise<Instance> {
    const port = await freePort();
    if (closing) throw new Error("the fleet is closed");
    const log = createWriteStream(join(folder, `${target}-${port}.log`));
    const child = spawn(
      process.execPath,
      [FRAMEWORK, `--target=${target}`, `--source=${source}`, "--signature-type=http", `--port=${port}`],
      { env: { ...env, PATH: process.env["PATH"], NODE_ENV: "production" }, stdio: ["ignore", "pipe", "pipe"] },
    );
    for (const stream of [child.stdout, child.stderr]) {
      createInterface({ input: stream }).on("line", (line) => {
        log.write(`${line}\n`);
        if (line.startsWith("{")) onLog(JSON.parse(line) as Record<string, unknown>);
      });
    }
    const hasEnded = () => child.exitCode !== null || child.signalCode !== null;
    const instance: Instance = {
      target,
      url: `http://127.0.0.1:${port}`,
      async kill() {
        instances.delete(instance);
        if (hasEnded()) return;
        const ended = new Promise((resolve) => child.once("exit", resolve));
        child.kill("SIGKILL");
        await ended;
      },
      async end() {
        instances.delete(instance);
        const ended = new Promise<string>((resolve) => {
          child.once("exit", (code, signal) => resolve(String(code ?? signal)));
        });
        child.kill("SIGTERM");
        return ended;
      },
      freeze: () => child.kill("SIGSTOP"),
      thaw: () => child.kill("SIGCONT"),
    };
    instances.set(instance, child);
    await until(`${target} on port ${port}`, async () => hasEnded() || (await isOpen(port)));
    if (hasEnded() && instances.has(instance))
      throw new Error(`${target} ended: ${child.exitCode ?? child.signalCode}`);
    return instance;
  }

  const of = (target: string) => [...instances.keys()].filter((instance) => instance.target === target);
  return {
    start,
    of,
    async replace(instance) {
      await instance.kill();
      if (!closing) await start(instance.target);
    },
    async close() {
      closing = true;
      await Promise.all([...instances.keys()].map((instance) => instance.kill()));
    },
  };
}

async function isOpen(port: number): Promise<boolean> {
  // A GET for the browser's icon is answered by the framework itself, not by the function.
  return fetch(`http://127.0.0.1:${port}/favicon.ico`).then(
    () => true,
    () => false,
  );
}

export async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => {
    server.listen(0, "127.0.0.1", resolve);
  });
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => {
    server.close(resolve);
  });
  return port;
}
