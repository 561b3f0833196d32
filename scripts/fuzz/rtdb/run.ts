import { spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { createInterface } from "node:readline";
import { Random } from "./random.ts";
import { attackRest, attackRules } from "./rest.ts";
import { attackSocket, attackTcp } from "./socket.ts";
import { Witness } from "./witness.ts";

const ATTACKERS = 8;
const NAMESPACES = ["fuzz-a", "fuzz-b", "fuzz-c"] as const;
const RULED = "fuzz-ruled";

export interface FuzzReport {
  /** Frames and requests sent. */
  readonly sent: number;
  /** Resident memory of the server (MB), once a second, taken after its data was deleted. */
  readonly memory: readonly number[];
  /** What went wrong; empty is good. */
  readonly faults: readonly string[];
}

/** Sends random frames and requests to a server of its own, and looks for its death, its own errors, lies and leaks. */
export async function fuzz(
  seed: number,
  seconds: number,
  onProgress: (line: string) => void = () => {},
): Promise<FuzzReport> {
  const faults: string[] = [];
  const main = new URL("../../rtdb/main.ts", import.meta.url).pathname;
  const child = spawn(process.execPath, [main, "--port", "0"], { stdio: ["ignore", "pipe", "pipe"] });
  let isEnding = false;
  child.once("exit", (code, signal) => void (isEnding || faults.push(`the server ended: ${code ?? signal}`)));
  createInterface({ input: child.stderr }).on("line", (line) => faults.push(`the server said: ${line}`));
  const first = await new Promise<string>((resolve) => createInterface({ input: child.stdout }).once("line", resolve));
  const port = Number(/(\d+)\s*$/.exec(first)?.[1]);

  const random = new Random(seed);
  const witnesses = await Promise.all(NAMESPACES.map((ns) => Witness.watch(port, ns)));
  const ledger = await Witness.watch(port, "ledger");
  const end = Date.now() + seconds * 1000;
  const memory: number[] = [];
  let sent = 0;

  const isOver = (): boolean => Date.now() > end || faults.length > 0;
  async function attack(): Promise<void> {
    while (!isOver()) {
      const kind = random.next();
      if (kind < 0.4) sent += await attackSocket(random, port, random.pick(NAMESPACES));
      else if (kind < 0.9) sent += await attackRest(random, port, random.pick([...NAMESPACES, RULED]));
      else if (kind < 0.95) sent += await attackRules(random, port, RULED);
      else sent += await attackTcp(random, port);
    }
  }
  async function keepLedger(): Promise<void> {
    for (let i = 0; !isOver(); i += 1) {
      if ((await ledger.ask("p", { p: `/entries/${i % 100}`, d: { i } })) !== "ok")
        faults.push("an orderly write was refused");
      if (i % 100 === 99 && !(await ledger.agrees())) faults.push("the ledger does not agree");
    }
  }
  async function watch(): Promise<void> {
    let seen = 0;
    while (!isOver()) {
      await new Promise((resolve) => setTimeout(resolve, 1000));
      for (const witness of witnesses) {
        await witness.ask("p", { p: "/", d: null }); // the data itself must not be what grows
        if (witness.isLost) faults.push("a witness was cut off");
      }
      memory.push(Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${child.pid}/status`, "utf8"))?.[1]) / 1024);
      if (memory.length % 30 === 0)
        onProgress(`${memory.length} s: ${sent - seen} sent, ${Math.round(memory.at(-1) ?? 0)} MB`);
      if (memory.length % 30 === 0) seen = sent;
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
  isEnding = true;
  const ended = new Promise((resolve) => child.once("exit", resolve));
  child.kill();
  await ended;
  return { sent, memory, faults };
}
