import { spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { createInterface } from "node:readline";

/** A server in a process of its own, so that it does not share a core and memory with the load. */
export interface ServerProcess {
  readonly port: number;
  residentMb(): number;
  stop(): Promise<void>;
}

export const startRtdb = (): Promise<ServerProcess> =>
  startServerProcess("../../../rtdb-server/main.ts", ["--port", "0"]);

/** The reference: a server with the same WebSocket library that does as little as possible. */
export const startReference = (): Promise<ServerProcess> => startServerProcess("./reference.ts", []);

/** Starts a script that prints its port at the end of its first line. */
async function startServerProcess(script: string, args: string[]): Promise<ServerProcess> {
  const child = spawn(process.execPath, [new URL(script, import.meta.url).pathname, ...args], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const firstLine = await new Promise<string>((resolve, reject) => {
    createInterface({ input: child.stdout }).once("line", resolve);
    child.once("exit", (code) => reject(new Error(`${script} exited with ${code}`)));
  });
  return {
    port: Number(/(\d+)\s*$/.exec(firstLine)?.[1]),
    residentMb: () => residentMb(child.pid),
    stop: async () => {
      const exited = new Promise((resolve) => child.once("exit", resolve));
      child.kill();
      await exited;
    },
  };
}

/** The resident memory of a process, in MB. */
export function residentMb(pid: number | undefined): number {
  return Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1]) / 1024;
}
