import { spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { residentMb } from "../../bench/rtdb/server-process.ts";
import { Inspector } from "./inspector.ts";

/** The server under test, in a process of its own. */
export interface Target {
  readonly port: number;
  residentMb(): number;
  liveHeapMb(): Promise<number>;
  stop(): Promise<void>;
}

const INSPECTOR_LINES = /^(For help, see|Debugger|Waiting for the debugger)/;

/** @param onFault called with every line that the server logs as an error, and if the server ends */
export async function startTarget(onFault: (fault: string) => void): Promise<Target> {
  const main = new URL("../../../rtdb-server/main.ts", import.meta.url).pathname;
  const child = spawn(process.execPath, ["--inspect=127.0.0.1:0", main, "--port", "0"], {
    stdio: ["ignore", "pipe", "pipe"],
  });
  let isStopping = false;
  const exited = new Promise<void>((resolve) => {
    child.once("exit", (code, signal) => {
      if (!isStopping) onFault(`the server exited: ${code ?? signal}`);
      resolve();
    });
  });
  const inspectorUrl = new Promise<string>((resolve) => {
    createInterface({ input: child.stderr }).on("line", (line) => {
      const url = /listening on (ws:.*)$/.exec(line)?.[1];
      if (url !== undefined) resolve(url);
      else if (!INSPECTOR_LINES.test(line)) onFault(`the server logged: ${line}`);
    });
  });
  const firstLine = await new Promise<string>((resolve) => {
    createInterface({ input: child.stdout }).once("line", resolve);
  });
  const inspector = await Inspector.connect(await inspectorUrl);
  return {
    port: Number(/(\d+)\s*$/.exec(firstLine)?.[1]),
    residentMb: () => residentMb(child.pid),
    liveHeapMb: () => inspector.liveHeapMb(),
    stop: async () => {
      isStopping = true;
      inspector.close();
      child.kill();
      await exited;
    },
  };
}
