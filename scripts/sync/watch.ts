import { setTimeout as sleep } from "node:timers/promises";
import type { Context } from "../../functions/src/context.ts";
import { runMaintenance } from "../../functions/src/services/operation/maintenance.ts";
import { runPurge } from "../../functions/src/services/operation/purge.ts";
import { onSignal } from "../platform/processes/signals.ts";
import { refillAfterRestarts } from "./refill.ts";
import type { Result } from "./report.ts";

const BUDGET_MS = 50_000;
const INTERVAL_MS = 60_000;
/** `purge` runs once an hour, or less often where rounds take long. */
const ROUNDS_PER_PURGE = 60;

/** Does what the scheduled functions do, again a minute after each round, until the process is told to end. */
export async function watch(context: Context): Promise<Result> {
  const ending = new AbortController();
  onSignal(async () => ending.abort());
  const isLocal = context.config.realtime.isEmulator;
  await Promise.all([
    runSchedules(context, ending.signal),
    ...(isLocal ? [refillAfterRestarts(context, ending.signal)] : []),
  ]);
  return { data: null, text: "Ended." };
}

async function runSchedules(context: Context, signal: AbortSignal): Promise<void> {
  const { videoRelay, userRelay, audienceRelay, log } = context;
  for (let round = 0; !signal.aborted; round += 1) {
    const runs: Promise<unknown>[] = [runMaintenance(context), audienceRelay.sweep(BUDGET_MS)];
    for (const relay of [videoRelay, userRelay]) runs.push(relay.sweep(BUDGET_MS), relay.reconcileRound(BUDGET_MS));
    if (round % ROUNDS_PER_PURGE === 0) runs.push(runPurge(context));
    for (const result of await Promise.allSettled(runs)) {
      if (result.status === "fulfilled") continue;
      log.warn("a run failed; the next one comes in a minute", {}, result.reason);
    }
    await sleep(INTERVAL_MS, undefined, { signal }).catch(() => {});
  }
}
