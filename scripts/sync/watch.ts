import { setTimeout as sleep } from "node:timers/promises";
import type { Context } from "../../functions/src/context.ts";
import { runMaintenance } from "../../functions/src/services/operation/maintenance.ts";
import { onSignal } from "../platform/processes/signals.ts";
import type { Result } from "./report.ts";

const BUDGET_MS = 50_000;
const INTERVAL_MS = 60_000;

/** Does what the scheduled functions do, every minute, until the process is told to end. */
export async function watch(context: Context): Promise<Result> {
  const { videoRelay, userRelay, log } = context;
  const ending = new AbortController();
  onSignal(async () => ending.abort());
  while (!ending.signal.aborted) {
    const runs = [videoRelay, userRelay].flatMap((relay) => [relay.sweep(BUDGET_MS), relay.reconcileRound(BUDGET_MS)]);
    const results = await Promise.allSettled([...runs, runMaintenance(context)]);
    for (const result of results) {
      if (result.status === "fulfilled") continue;
      log.warn("a run failed; the next one comes in a minute", {}, result.reason);
    }
    await sleep(INTERVAL_MS, undefined, { signal: ending.signal }).catch(() => {});
  }
  return { data: null, text: "Ended." };
}
