import { mkdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { local } from "../../scripts/platform/paths.ts";
import { faults } from "./faults.ts";
import { checkInvariants, differences } from "./invariants.ts";
import { startListeners } from "./listeners.ts";
import { startLoad } from "./load.ts";
import type { Edit } from "./mutants.ts";
import { createRandom } from "./random.ts";
import { PROJECT, startSystem } from "./system.ts";

export interface SuiteOptions {
  seed: number;
  writes: number;
  /** Writes per second, about. */
  pace: number;
  /** The faults' names, in their order; the load goes on around them. */
  plan: string[];
  /** Seconds that the Realtime Database is away. */
  outage: number;
  edits: Edit[];
  say: (line: string) => void;
}

export interface SuiteReport {
  violations: string[];
  acknowledged: number;
  deleted: number;
  faults: number;
  heard: number;
  /** Seconds from the end of the load and of the last fault until the two were equal. */
  healed: number;
}

/** Seconds within which the Realtime Database equals MySQL after the last fault: the promise. */
const PROMISED = 120;

/** Runs the system under load and faults, lets it heal by itself, and checks what was promised. */
export async function runSuite(options: SuiteOptions): Promise<SuiteReport> {
  const { seed, writes, pace, plan, outage, edits, say } = options;
  const random = createRandom(seed);
  const folder = join(local, `faults-${process.pid}-${Date.now()}`);
  mkdirSync(folder, { recursive: true });
  const system = await startSystem(folder, random, edits);
  const listeners = startListeners(system.rtdbHost, PROJECT, system.videos);
  const ending = new AbortController();
  // The schedules, ten times as often as deployed.
  const schedules = (async () => {
    while (!ending.signal.aborted) {
      await Promise.race([Promise.all([system.sweep(), system.reconcile()]), sleep(60_000)]);
      await sleep(6_000);
    }
  })();

  const isWrong = () => listeners.violations.length + system.complaints.length > 0;
  try {
    const { clients, videos } = system;
    const load = startLoad({ clients, videos, writes, pace }, random);
    const failed = load.done.catch((error: unknown) => String(error));
    await sleep(1_500);
    for (const name of plan) {
      say(`${String(load.acknowledged).padStart(6)} writes  ${name}`);
      await faults[name]!({ system, listeners, random, outage });
      await sleep(500 + random.below(1_000));
      if (isWrong()) break;
    }
    if (isWrong()) load.stop();
    const failure = await failed;
    say(`${String(load.acknowledged).padStart(6)} writes  the load ends; healing`);

    const started = Date.now();
    let left: string[] = ["?"];
    while (!isWrong() && left.length > 0 && Date.now() - started < PROMISED * 1000) {
      await sleep(500);
      left = (await Promise.all(videos.map((videoId) => differences(system, videoId)))).flat();
    }
    const healed = (Date.now() - started) / 1000;
    const violations = [...listeners.violations, ...system.complaints, ...(failure === undefined ? [] : [failure])];
    if (!isWrong()) violations.push(...(await checkInvariants(system, load.written)));
    return {
      violations,
      acknowledged: load.acknowledged,
      deleted: load.written.filter((one) => one.deleted).length,
      faults: plan.length,
      heard: listeners.heard,
      healed,
    };
  } finally {
    ending.abort();
    await listeners.close();
    await system.close();
    await schedules;
    if (!process.env["KEEP_LOGS"]) rmSync(folder, { recursive: true, force: true });
  }
}

function sleep(milliseconds: number): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, milliseconds);
  });
}
