import { mkdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { local } from "../../scripts/platform/paths.ts";
import { faults } from "./faults.ts";
import { checkInvariants, differences } from "./invariants.ts";
import type { Listeners } from "./listeners.ts";
import { startListeners } from "./listeners.ts";
import type { Load } from "./load.ts";
import { startLoad } from "./load.ts";
import type { Mutant } from "./mutants.ts";
import type { Random } from "./random.ts";
import { createRandom } from "./random.ts";
import type { System } from "./system.ts";
import { PROJECT, startSystem } from "./system.ts";

export interface SuiteOptions {
  seed: number;
  /** At least so many; the load ends after the last fault. */
  writes: number;
  /** Writes per second, about. */
  pace: number;
  /** The faults' names, in their order; the load goes on around them. */
  plan: string[];
  /** Seconds that the Realtime Database is away. */
  outage: number;
  mutant?: Mutant;
  say: (line: string) => void;
  /** Ends the run early: what it started is ended, and what it made is removed, before it rejects. */
  signal: AbortSignal;
}

export interface SuiteReport {
  violations: string[];
  acknowledged: number;
  edited: number;
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
  const { seed, writes, pace, mutant, signal } = options;
  signal.throwIfAborted();
  const random = createRandom(seed);
  const folder = join(local, `faults-${process.pid}-${Date.now()}`);
  await using run = new AsyncDisposableStack();
  run.defer(() => {
    if (!process.env["KEEP_LOGS"]) rmSync(folder, { recursive: true, force: true });
  });
  mkdirSync(folder, { recursive: true });
  const system = await startSystem(folder, random, mutant);
  run.defer(() => system.close());
  signal.throwIfAborted();
  const listeners = startListeners(system.rtdbHost, PROJECT, system.videos);
  run.defer(() => listeners.close());
  const { clients, videos } = system;
  const load = startLoad({ clients, videos, writes, pace }, random);
  run.defer(() => load.stop());
  const schedules = startSchedules(system);
  run.defer(() => schedules.abort());
  return await Promise.race([work({ ...options, system, listeners, load, random }), aborted(signal)]);
}

/** The schedules, ten times as often as deployed, until it is aborted. */
function startSchedules(system: System): AbortController {
  const ending = new AbortController();
  void (async () => {
    while (!ending.signal.aborted) {
      await Promise.all([system.sweep(), system.reconcile()]);
      await sleep(6_000, undefined, { signal: ending.signal }).catch(() => {});
    }
  })();
  return ending;
}

interface Running extends SuiteOptions {
  system: System;
  listeners: Listeners;
  load: Load;
  random: Random;
}

async function work(running: Running): Promise<SuiteReport> {
  const { system, listeners, load, random, plan, outage, say } = running;
  const wrong = () => [...listeners.violations, ...system.complaints, ...load.violations];
  const isWrong = () => wrong().length > 0;
  const began = Date.now();
  const report = (line: string) =>
    say(
      `${((Date.now() - began) / 1000).toFixed(0).padStart(4)} s ${String(load.acknowledged).padStart(6)} writes  ${line}`,
    );
  const failed = load.done.then(
    () => undefined,
    (error: unknown) => String(error),
  );

  await sleep(1_500);
  for (const name of plan) {
    report(name);
    const over = new AbortController();
    const fault = faults[name]!({ system, listeners, random, outage }).finally(() => over.abort());
    await Promise.race([fault, noticed(isWrong, over.signal)]);
    await sleep(500 + random.below(1_000));
    if (isWrong()) break;
  }
  load.finish();
  if (isWrong()) load.stop();
  const failure = await failed;
  report("the load ends; healing");

  const started = Date.now();
  let left: string[] = ["?"];
  while (!isWrong() && left.length > 0 && Date.now() - started < PROMISED * 1000) {
    await sleep(500);
    left = (await Promise.all(system.videos.map((videoId) => differences(system, videoId)))).flat();
  }
  const healed = (Date.now() - started) / 1000;
  const violations = failure === undefined ? wrong() : [...wrong(), failure];
  if (!isWrong()) violations.push(...(await checkInvariants(system, load.written)));
  return {
    violations,
    acknowledged: load.acknowledged,
    edited: load.edited,
    deleted: load.written.filter((one) => one.deleted).length,
    faults: plan.length,
    heard: listeners.heard,
    healed,
  };
}

/** Looks whether something is wrong, for as long as a fault lasts. */
async function noticed(isWrong: () => boolean, over: AbortSignal): Promise<void> {
  while (!isWrong() && !over.aborted) await sleep(100);
}

function aborted(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    signal.addEventListener("abort", () => reject(signal.reason), { once: true });
  });
}
