import pMap from "p-map";
import { isDatabaseAway } from "../../database/mysql-errors.ts";
import { RealtimeError } from "../../realtime/errors.ts";
import type { RelayContext } from "./context.ts";
import { failureKind, reportFailure } from "./failure.ts";
import type { Comparison, Outcome } from "./subject.ts";

/** Seconds before a subject is compared again. */
const IDLE_SECONDS = 45;
const CONCURRENCY = 8;

export interface ReconcileReport {
  compared: number;
  /** Subjects whose mirror differed: `drift`, `wiped` or `ahead`. */
  drifted: number;
  missing: number;
  extra: number;
  stale: number;
  /** Subjects by outcome; `failed` could not be compared or repaired. */
  outcomes: Record<Outcome | "failed", number>;
}

/**
 * One round of the rolling comparison, those compared longest ago first. It repairs, counts and logs drift, and alerts once. A round
 * goes on while it finds drift, since then more is likely. Safe to run twice at once.
 * @param budgetMs time after which it begins no further page
 */
export async function reconcileRound(context: RelayContext, budgetMs: number): Promise<ReconcileReport> {
  const { subjects, log } = context;
  const end = performance.now() + budgetMs;
  const report = emptyReport();
  try {
    while (performance.now() < end) {
      const ids = await subjects.listUnreconciled(IDLE_SECONDS, subjects.reconcilePageSize);
      const driftedBefore = report.drifted;
      await pMap(
        ids,
        async (id) => {
          await subjects.markReconciled(id);
          await reconcileInto(context, { id, report, repair: true });
        },
        { concurrency: CONCURRENCY },
      );
      if (ids.length < subjects.reconcilePageSize || report.drifted === driftedBefore) break;
    }
  } catch (error) {
    if (!(error instanceof RealtimeError)) throw error;
    log.warn("the round ends early: the Realtime Database is away", { subject: subjects.name }, error);
  } finally {
    reportDrift(context, report);
  }
  return report;
}

/** Compares every subject. `onCompared` hears of each. @throws RealtimeError when the Realtime Database is away */
export async function reconcileAll(
  context: RelayContext,
  { repair, onCompared }: { repair: boolean; onCompared?: (comparison: Comparison) => void },
): Promise<ReconcileReport> {
  const { reconcilePageSize: limit } = context.subjects;
  const report = emptyReport();
  let lastId: string | undefined = "";
  while (lastId !== undefined) {
    lastId = await reconcilePage(context, { afterId: lastId, limit, repair, report, onCompared });
  }
  return report;
}

export interface ReconcilePageOptions {
  /** Empty for the first page. */
  afterId: string;
  limit: number;
  repair: boolean;
  /** What the page adds to. */
  report?: ReconcileReport;
  onCompared?: ((comparison: Comparison) => void) | undefined;
}

/**
 * Compares a page of all subjects, in the order of their ids. Returns the page's last id; undefined after the last page.
 * @throws RealtimeError when the Realtime Database is away
 */
export async function reconcilePage(
  context: RelayContext,
  { afterId, limit, repair, report = emptyReport(), onCompared }: ReconcilePageOptions,
): Promise<string | undefined> {
  const ids = await context.subjects.listIds(afterId, limit);
  await pMap(
    ids,
    async (id) => {
      const comparison = await reconcileInto(context, { id, report, repair });
      if (comparison) onCompared?.(comparison);
    },
    { concurrency: CONCURRENCY },
  );
  return ids.length < limit ? undefined : ids.at(-1);
}

/** Compares one subject and adds the outcome to the report; undefined when it failed. */
async function reconcileInto(
  context: RelayContext,
  { id, report, repair }: { id: string; report: ReconcileReport; repair: boolean },
): Promise<Comparison | undefined> {
  const { subjects, log } = context;
  report.compared += 1;
  let comparison: Comparison;
  try {
    comparison = await subjects.reconcile(id, { repair });
  } catch (error) {
    // One subject that fails keeps no other from being compared, but a database that is away does.
    if (failureKind(error) === "away" || isDatabaseAway(error)) throw error;
    report.outcomes.failed += 1;
    reportFailure(context, { operation: "reconcile", id, error, message: "not reconciled" });
    return undefined;
  }
  const { outcome, missing, extra, stale } = comparison;
  report.outcomes[outcome] += 1;
  report.missing += missing.length;
  report.extra += extra.length;
  report.stale += stale.length;
  if (outcome === "drift" || outcome === "wiped" || outcome === "ahead") {
    report.drifted += 1;
    const counts = { missing: missing.length, extra: extra.length, stale: stale.length };
    const [firstKey] = [...missing, ...extra, ...stale];
    log.warn("drift", { subject: subjects.name, [subjects.idField]: id, outcome, ...counts, first: firstKey });
  }
  return comparison;
}

function reportDrift({ subjects, metrics, alerts }: RelayContext, report: ReconcileReport): void {
  const { drifted, missing, extra, stale, outcomes } = report;
  if (drifted === 0) return;
  for (const [kind, count] of Object.entries({ missing, extra, stale, wiped: outcomes.wiped })) {
    metrics.drift.add(count, { kind, subject: subjects.name });
  }
  const { wiped, ahead } = outcomes;
  const fields = { subject: subjects.name, count: drifted, missing, extra, stale, wiped, ahead };
  alerts.raise("drift", { key: subjects.name, message: "the Realtime Database differed from MySQL", fields });
}

export function emptyReport(): ReconcileReport {
  const outcomes = { equal: 0, drift: 0, wiped: 0, busy: 0, ahead: 0, failed: 0 };
  return { compared: 0, drifted: 0, missing: 0, extra: 0, stale: 0, outcomes };
}
