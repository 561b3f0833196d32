import { spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { createInterface } from "node:readline";
import { Inspector } from "./inspector.ts";
import { Random } from "./random.ts";
import { attackRest, attackRules } from "./rest.ts";
import { attackSocket, attackTcp } from "./socket.ts";
import { Witness } from "./witness.ts";

const ATTACKERS = 8;
const NAMESPACES = ["fuzz-a", "fuzz-b", "fuzz-c"] as const;
const RULED = "fuzz-ruled";

/** Memory of the server in MB. */
export interface Memory {
  readonly liveHeap: number;
  /** Never falls by much: V8 and malloc keep what the largest message once needed. */
  readonly resident: number;
}

export interface FuzzReport {
  /** Frames and requests sent. */
  readonly sent: number;
  /** Once in five seconds, after the attacked data was deleted. */
  readonly memory: readonly Memory[];
  /** What went wrong; empty is good. */
  readonly faults: readonly string[];
}

interface Target {
  readonly port: number;
  readonly pid: number;
  readonly inspector: Inspector;
  stop(): Promise<void>;
}

/** The server in a process of its own; its death and whatever it complains of are faults. */
async function startTarget(faults: string[]): Promise<Target> {
  const main = new URL("../../../rtdb-server/main.ts", import.meta.url).pathname;
  const child = spawn(process.execPath, ["--inspect=127.0.0.1:0", main, "--port", "0"], {
    stdio: ["ignore", "pipe", "pipe"],
  });
  let isEnding = false;
  const ended = new Promise<void>((resolve) => {
    child.once("exit", (code, signal) => {
      if (!isEnding) faults.push(`the server ended: ${code ?? signal}`);
      resolve();
    });
  });
  const debuggerUrl = new Promise<string>((resolve) => {
    createInterface({ input: child.stderr }).on("line", (line) => {
      const url = /listening on (ws:.*)$/.exec(line)?.[1];
      if (url !== undefined) resolve(url);
      else if (!/^(For help, see|Debugger|Waiting for the debugger)/.test(line))
        faults.push(`the server said: ${line}`);
    });
  });
  const first = await new Promise<string>((resolve) => createInterface({ input: child.stdout }).once("line", resolve));
  const inspector = await Inspector.connect(await debuggerUrl);
  return {
    port: Number(/(\d+)\s*$/.exec(first)?.[1]),
    pid: child.pid ?? 0,
    inspector,
    stop: async () => {
      isEnding = true;
      inspector.close();
      child.kill();
      await ended;
    },
  };
}

/** Sends random frames and requests to a server of its own, and looks for its death, its own errors, lies and leaks. */
export async function fuzz(
  seed: number,
  seconds: number,
  onProgress: (line: string) => void = () => {},
): Promise<FuzzReport> {
  const faults: string[] = [];
  const target = await startTarget(faults);
  const { port, pid, inspector } = target;
  const random = new Random(seed);
  const witnesses = await Promise.all(NAMESPACES.map((ns) => Witness.watch(port, ns)));
  const ledger = await Witness.watch(port, "ledger");
  const end = Date.now() + seconds * 1000;
  const memory: Memory[] = [];
  let sent = 0;

  const isOver = (): boolean => Date.now() > end || faults.length > 0;
  async function attack(): Promise<void> {
    while (!isOver()) {
      const done = await attackOnce();
      sent += done;
    }
  }
  function attackOnce(): Promise<number> {
    const kind = random.next();
    if (kind < 0.4) return attackSocket(random, port, random.pick(NAMESPACES));
    if (kind < 0.9) return attackRest(random, port, random.pick([...NAMESPACES, RULED]));
    return kind < 0.95 ? attackRules(random, port, RULED) : attackTcp(random, port);
  }
  async function keepLedger(): Promise<void> {
    for (let i = 0; !isOver(); i += 1) {
      if ((await ledger.ask("p", { p: `/entries/${i % 100}`, d: { i } })) !== "ok")
        faults.push("an orderly write was refused");
      if (i % 100 === 99 && !(await ledger.agrees())) faults.push("the ledger does not agree");
    }
  }
  async function watch(): Promise<void> {
    while (!isOver()) {
      await new Promise((resolve) => setTimeout(resolve, Math.min(5000, seconds * 250)));
      for (const witness of witnesses) {
        await witness.ask("p", { p: "/", d: null }); // the data itself must not be what grows
        if (witness.isLost) faults.push("a witness was cut off");
      }
      const resident = Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1]) / 1024;
      const liveHeap = await inspector.liveHeap();
      memory.push({ liveHeap, resident });
      if (memory.length % 6 === 0) {
        onProgress(
          `${memory.length * 5} s: ${sent} sent, live heap ${liveHeap.toFixed(1)} MB, resident ${Math.round(resident)} MB`,
        );
      }
    }
  }

  const stalled = new Promise<void>((resolve) => setTimeout(resolve, seconds * 1000 + 60_000).unref()).then(() =>
    faults.push("the server stalled"),
  );
  await Promise.race([Promise.all([...Array.from({ length: ATTACKERS }, attack), keepLedger(), watch()]), stalled]);
  for (const [i, witness] of [...witnesses, ledger].entries()) {
    if (faults.length === 0 && !(await witness.agrees()))
      faults.push(`what was pushed of namespace ${i} is not what it holds`);
    witness.close();
  }
  await target.stop();
  return { sent, memory, faults };
}
