import { setTimeout as sleep } from "node:timers/promises";
import { Random } from "./random.ts";
import { fuzzRest, fuzzRules } from "./rest.ts";
import { fuzzSocket, fuzzTcp } from "./socket.ts";
import { type Target, startTarget } from "./target.ts";
import { VerifyingClient } from "./verifying-client.ts";

const CONCURRENCY = 8;
/** Namespaces that get random writes. Without rules, so that most writes succeed. */
const NAMESPACES = ["fuzz-a", "fuzz-b", "fuzz-c"] as const;
/** Gets random rules too. */
const RULES_NAMESPACE = "fuzz-rules";
/** Gets only valid writes, all of which must succeed. */
const VALID_NAMESPACE = "fuzz-valid";

const SAMPLE_INTERVAL_MS = 5000;
const STALL_TIMEOUT_MS = 60_000;

/** Of the server, in MB. */
export interface Memory {
  readonly liveHeapMb: number;
  /** It hardly ever falls: V8 and malloc keep what the largest message needed. */
  readonly residentMb: number;
}

interface FuzzReport {
  /** Frames and requests. */
  readonly sent: number;
  /** One sample every five seconds, after a delete of the random data in the namespaces without rules. */
  readonly memory: readonly Memory[];
  readonly faults: readonly string[];
}

interface FuzzOptions {
  readonly seed: number;
  readonly seconds: number;
  readonly onProgress?: (line: string) => void;
}

/**
 * Sends random frames and requests to a server in a process of its own. These are faults: the server exits, logs an error, stops
 * responding, refuses a valid write, disconnects a client that behaves well, or pushes data that differs from what it stores.
 */
export async function fuzz({ seed, seconds, onProgress = () => {} }: FuzzOptions): Promise<FuzzReport> {
  const faults: string[] = [];
  const target = await startTarget((fault) => faults.push(fault));
  const listeners = await Promise.all(NAMESPACES.map((name) => VerifyingClient.connect(target.port, name)));
  const writer = await VerifyingClient.connect(target.port, VALID_NAMESPACE);
  const random = new Random(seed);
  const end = Date.now() + seconds * 1000;
  const isOver = (): boolean => Date.now() > end || faults.length > 0;
  const memory: Memory[] = [];
  let sent = 0;

  async function sendRandom(): Promise<void> {
    while (!isOver()) {
      const count = await sendOnce(random, target.port);
      sent += count;
    }
  }

  async function writeValid(): Promise<void> {
    let writes = 0;
    while (!isOver()) {
      const status = await writer.request("p", { p: `/entries/${writes % 100}`, d: { writes } });
      writes += 1;
      if (status !== "ok") faults.push("a valid write was refused");
      if (writes % 100 === 0 && !(await writer.matchesServer())) faults.push("the pushes of valid writes are wrong");
    }
  }

  async function sampleMemory(): Promise<void> {
    while (!isOver()) {
      await sleep(Math.min(SAMPLE_INTERVAL_MS, seconds * 250));
      for (const listener of listeners) {
        await listener.request("p", { p: "/", d: null }); // the data itself must not grow
        if (listener.isDisconnected) faults.push("a listener was disconnected");
      }
      const sample = await measureMemory(target);
      memory.push(sample);
      if (memory.length % 6 === 0) {
        const { liveHeapMb, residentMb } = sample;
        const elapsedSeconds = (memory.length * SAMPLE_INTERVAL_MS) / 1000;
        onProgress(
          `${elapsedSeconds} s: ${sent} sent, live heap ${liveHeapMb.toFixed(1)} MB, resident ${residentMb.toFixed()} MB`,
        );
      }
    }
  }

  const work = Promise.all([...Array.from({ length: CONCURRENCY }, sendRandom), writeValid(), sampleMemory()]);
  const stalled = sleep(seconds * 1000 + STALL_TIMEOUT_MS, null, { ref: false }).then(() => {
    faults.push("the server stopped responding");
  });
  await Promise.race([work, stalled]);
  for (const [i, client] of [...listeners, writer].entries()) {
    if (faults.length === 0 && !(await client.matchesServer())) faults.push(`the pushes of namespace ${i} are wrong`);
    client.close();
  }
  await target.stop();
  return { sent, memory, faults };
}

/** @returns how many frames or requests it sent */
async function sendOnce(random: Random, port: number): Promise<number> {
  const kind = random.next();
  if (kind < 0.4) return fuzzSocket(random, port, random.pick(NAMESPACES));
  if (kind < 0.9) await fuzzRest(random, port, random.pick([...NAMESPACES, RULES_NAMESPACE]));
  else if (kind < 0.95) await fuzzRules(random, port, RULES_NAMESPACE);
  else await fuzzTcp(random, port);
  return 1;
}

async function measureMemory(target: Target): Promise<Memory> {
  return { residentMb: target.residentMb(), liveHeapMb: await target.liveHeapMb() };
}
