import { spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { createInterface } from "node:readline";

/** A server in a process of its own, so that it has a core to itself and its memory can be told from ours. */
export interface ServerProcess {
  readonly port: number;
  /** Resident memory in MB. */
  memory(): number;
  stop(): Promise<void>;
}

/** Starts a script that prints its port as the last number of its first line. */
export async function startServerProcess(script: string, ...args: string[]): Promise<ServerProcess> {
  const child = spawn(process.execPath, [new URL(script, import.meta.url).pathname, ...args], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const line = await new Promise<string>((resolve, reject) => {
    createInterface({ input: child.stdout }).once("line", resolve);
    child.once("exit", (code) => reject(new Error(`${script} ended with ${code}`)));
  });
  return {
    port: Number(/(\d+)\s*$/.exec(line)?.[1]),
    memory: () => Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${child.pid}/status`, "utf8"))?.[1]) / 1024,
    stop: async () => {
      const ended = new Promise((resolve) => child.once("exit", resolve));
      child.kill();
      await ended;
    },
  };
}

export const startRtdb = (...args: string[]): Promise<ServerProcess> =>
  startServerProcess("../../rtdb/main.ts", "--port", "0", ...args);

/** The reference: the same WebSocket library, answering every frame and sending one that asks for it to everybody. */
export const startReference = (): Promise<ServerProcess> => startServerProcess("./reference.ts");
