import { type ChildProcess, spawn } from "node:child_process";
import { createWriteStream } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { root } from "../../../scripts/platform/paths.ts";
import { until } from "../../support/until.ts";
import { freePort } from "./free-port.ts";

/** One deployed function in a process of its own, as Cloud Run has it. */
export interface Instance {
  readonly target: string;
  readonly url: string;
  readonly pid: number;
  /** Its own variables, besides the fleet's. */
  readonly env: Record<string, string>;
  kill(): Promise<void>;
  /** Sends SIGTERM and waits for the end. Resolves with the exit code, or with the signal that ended the process. */
  terminate(): Promise<string>;
  /** SIGSTOP. */
  freeze(): void;
  /** SIGCONT. */
  thaw(): void;
}

export interface FleetOptions {
  /** A folder whose package.json names the built functions. */
  source: string;
  env: Record<string, string>;
  /** Where the instances' logs go. */
  folder: string;
  /** Gets each line that an instance logs, parsed. */
  onLog: (entry: Record<string, unknown>) => void;
}

export interface Fleet {
  /** Starts an instance, with these variables besides the fleet's. */
  start(target: string, env?: Record<string, string>): Promise<Instance>;
  /** The running instances of a function. */
  of(target: string): Instance[];
  /** Kills an instance and starts another in its place, as Cloud Run does. */
  replace(instance: Instance): Promise<void>;
  close(): Promise<void>;
}

const FRAMEWORK = join(root, "node_modules/@google-cloud/functions-framework/build/src/main.js");

export function createFleet({ source, env, folder, onLog }: FleetOptions): Fleet {
  const instances = new Set<Instance>();
  let isClosing = false;

  async function start(target: string, own: Record<string, string> = {}): Promise<Instance> {
    const port = await freePort();
    if (isClosing) throw new Error("the fleet is closed");
    const log = createWriteStream(join(folder, `${target}-${port}.log`));
    const child = spawn(process.execPath, frameworkArguments(target, source, port), {
      env: { ...env, ...own, FUNCTION_TARGET: target, PATH: process.env["PATH"], NODE_ENV: "production" },
      stdio: ["ignore", "pipe", "pipe"],
    });
    for (const stream of [child.stdout, child.stderr]) {
      createInterface({ input: stream }).on("line", (line) => {
        log.write(`${line}\n`);
        const entry = parseLogLine(line);
        if (entry) onLog(entry);
      });
    }
    const instance: Instance = {
      target,
      url: `http://127.0.0.1:${port}`,
      pid: child.pid ?? 0,
      env: own,
      async kill() {
        instances.delete(instance);
        await endWith(child, "SIGKILL");
      },
      terminate() {
        instances.delete(instance);
        return endWith(child, "SIGTERM");
      },
      freeze: () => child.kill("SIGSTOP"),
      thaw: () => child.kill("SIGCONT"),
    };
    instances.add(instance);
    await until(`${target} on port ${port}`, async () => exitOf(child) !== undefined || (await isListening(port)));
    const exit = exitOf(child);
    if (exit !== undefined && instances.has(instance)) throw new Error(`${target} ended at its start with ${exit}`);
    return instance;
  }

  return {
    start,
    of: (target) => [...instances].filter((instance) => instance.target === target),
    async replace(instance) {
      await instance.kill();
      if (!isClosing) await start(instance.target, instance.env);
    },
    async close() {
      isClosing = true;
      await Promise.all([...instances].map((instance) => instance.kill()));
    },
  };
}

/** How functions-framework serves one function of a folder. */
export function frameworkArguments(target: string, source: string, port: number): string[] {
  return [FRAMEWORK, `--target=${target}`, `--source=${source}`, "--signature-type=http", `--port=${port}`];
}

/** The exit code, or the signal that ended the process; undefined while it runs. */
function exitOf(child: ChildProcess): string | undefined {
  const exit = child.exitCode ?? child.signalCode;
  return exit === null ? undefined : String(exit);
}

async function endWith(child: ChildProcess, signal: NodeJS.Signals): Promise<string> {
  const exit = exitOf(child);
  if (exit !== undefined) return exit;
  const ended = new Promise<string>((resolve) => {
    child.once("exit", () => resolve(exitOf(child) ?? ""));
  });
  child.kill(signal);
  return ended;
}

/** The entry of a log line. A line that is no JSON has none, as the half line of a process that was killed while it wrote. */
function parseLogLine(line: string): Record<string, unknown> | undefined {
  if (!line.startsWith("{")) return undefined;
  try {
    return JSON.parse(line) as Record<string, unknown>;
  } catch {
    return undefined;
  }
}

async function isListening(port: number): Promise<boolean> {
  // The framework itself answers a GET for the browser's icon; the function is not called.
  return fetch(`http://127.0.0.1:${port}/favicon.ico`, { signal: AbortSignal.timeout(5_000) }).then(
    () => true,
    () => false,
  );
}
