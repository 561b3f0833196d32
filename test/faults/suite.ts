import { mkdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { local } from "../../scripts/platform/paths.ts";
import { rejectionOf } from "./abort.ts";
import { findBrokenWrites } from "./checks/durable.ts";
import { type Listeners, startListeners } from "./checks/listeners.ts";
import { MarkWatch } from "./checks/marks.ts";
import { compareVideo } from "./checks/mirror.ts";
import { type FaultName, faults } from "./faults.ts";
import { type Load, startLoad } from "./load.ts";
import type { Mutant } from "./mutants/mutant.ts";
import { type Random, createRandom } from "./random.ts";
import type { ReplicaServer } from "./system/mysql.ts";
import { type System, startSystem } from "./system/system.ts";
import type { ReportViolation, Violation } from "./violations.ts";

export interface SuiteOptions {
  seed: number;
  /** The load ends after this many acknowledged writes, and after the last fault. */
  minWrites: number;
  writesPerSecond: number;
  /** One after the other, under load. */
  plan: FaultName[];
  /** How long the Realtime Database is away. */
  outageSeconds: number;
  mutant?: Mutant;
  /** On which the API reads, if there is one. */
  replica?: ReplicaServer | undefined;
  print: (line: string) => void;
  /** Ends the run early. What it started ends, and what it made is removed, before it rejects. */
  signal: AbortSignal;
}

export interface SuiteReport {
  violations: Violation[];
  acknowledged: number;
  edited: number;
  deleted: number;
  faults: number;
  /** Moves of a fence that the listeners heard. */
  moves: number;
  /** From the end of the load and of the last fault until the mirror equalled MySQL. */
  secondsUntilEqual: number;
}

/** The promise: so long after the last fault the mirror equals MySQL. */
const MAX_SECONDS_UNTIL_EQUAL = 120;
/** Between two runs of the schedules: a tenth of what is deployed. */
const SCHEDULE_INTERVAL_MS = 6_000;

interface Run extends SuiteOptions {
  system: System;
  listeners: Listeners;
  load: Load;
  random: Random;
  violations: Violation[];
  /** Resolves at the first violation. */
  violated: Promise<void>;
  report: ReportViolation;
}

/** Runs the system under load and faults, lets it recover by itself, and checks the invariants. A first violation ends the run. */
export async function runSuite(options: SuiteOptions): Promise<SuiteReport> {
  const { seed, minWrites, writesPerSecond, mutant, replica, signal } = options;
  signal.throwIfAborted();
  const random = createRandom(seed);
  const violations: Violation[] = [];
  const { promise: violated, resolve: onViolation } = Promise.withResolvers<void>();
  const report: ReportViolation = (invariant, text) => {
    violations.push({ invariant, text });
    onViolation();
  };
  const folder = join(local, `faults-${process.pid}-${Date.now()}`);

  await using started = new AsyncDisposableStack();
  mkdirSync(folder, { recursive: true });
  started.defer(() => {
    if (!process.env["KEEP_LOGS"]) rmSync(folder, { recursive: true, force: true });
  });
  const system = await startSystem({ folder, random, report, mistake: mutant, replica, signal });
  started.defer(() => system.close());
  const listeners = startListeners(system, report);
  started.defer(() => listeners.close());
  const marks = new MarkWatch(system, report);
  started.defer(() => marks.close());
  const { clients, videos } = system;
  const readsBack = replica !== undefined;
  const load = startLoad({
    clients,
    videos,
    minWrites,
    writesPerSecond,
    random,
    report,
    readsBack,
    damage: system.damage,
  });
  started.defer(() => load.stop());
  void violated.then(() => load.stop());
  const schedules = runSchedules(system);
  started.defer(() => schedules.abort());

  let isOver = false;
  started.defer(() => {
    isOver = true;
  });
  // What a run still does after it failed must not appear among the lines of the next one.
  const print = (line: string) => {
    if (!isOver) options.print(line);
  };
  const run: Run = { ...options, print, system, listeners, load, random, violations, violated, report };
  return await Promise.race([runToEnd(run), marks.failure, rejectionOf(signal)]);
}

/** Runs the sweep and the reconciliation again and again until it is aborted. */
function runSchedules(system: System): AbortController {
  const ending = new AbortController();
  const { signal } = ending;
  void (async () => {
    while (!signal.aborted) {
      await Promise.all([system.sweep(), system.reconcile()]);
      await sleep(SCHEDULE_INTERVAL_MS, undefined, { signal }).catch(() => {});
    }
  })();
  return ending;
}

async function runToEnd(run: Run): Promise<SuiteReport> {
  const { system, load, listeners, plan, violations, report } = run;
  const printStep = createStepPrinter(run);
  await injectFaults(run, printStep);
  await load.finish();
  printStep("the load ends; recovering");
  const secondsUntilEqual = await waitUntilEqual(run);
  if (violations.length === 0) {
    const rows = await system.db.selectFrom("comments").selectAll().execute();
    for (const text of findBrokenWrites(rows, load.sent)) report("durable", text);
  }
  return {
    violations,
    acknowledged: load.acknowledged,
    edited: load.edited,
    deleted: load.sent.filter((comment) => comment.isDeleted).length,
    faults: plan.length,
    moves: listeners.moves,
    secondsUntilEqual,
  };
}

function createStepPrinter({ load, print }: Run): (step: string) => void {
  const startedAt = Date.now();
  return (step) => {
    const seconds = ((Date.now() - startedAt) / 1000).toFixed(0).padStart(4);
    print(`${seconds} s ${String(load.acknowledged).padStart(6)} writes  ${step}`);
  };
}

async function injectFaults(run: Run, printStep: (step: string) => void): Promise<void> {
  const { plan, random, violations, violated } = run;
  await sleep(1_500);
  for (const name of plan) {
    if (violations.length > 0) return;
    printStep(name);
    await Promise.race([faults[name].run(run), violated]);
    await sleep(500 + random.below(1_000));
  }
}

/** Waits until the mirror of every video equals MySQL; reports what does not. Returns how many seconds it took. */
async function waitUntilEqual({ system, violations, report }: Run): Promise<number> {
  const { damage } = system;
  const startedAt = Date.now();
  const seconds = () => (Date.now() - startedAt) / 1000;
  while (violations.length === 0) {
    await sleep(500);
    const differences: string[] = [];
    for (const videoId of system.videos) {
      const comparison = await compareVideo(system, videoId);
      differences.push(...comparison.differences);
      // Nothing is on its way that could mend these.
      if (comparison.isMoving || damage.isWiped || damage.videos.has(videoId)) continue;
      for (const difference of comparison.differences) report("mirror", difference);
    }
    if (differences.length === 0) break;
    if (seconds() > MAX_SECONDS_UNTIL_EQUAL) {
      for (const difference of differences) report("mirror", `${difference}, ${seconds().toFixed(0)} s after the end`);
    }
  }
  return seconds();
}
