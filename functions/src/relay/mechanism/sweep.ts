import pMap from "p-map";
import { isDatabaseAway } from "../../database/mysql-errors.ts";
import { RealtimeError } from "../../realtime/errors.ts";
import type { Backlog } from "../../contract/operation.ts";
import type { Metrics } from "../../telemetry/metrics.ts";
import type { QueueingContext } from "./context.ts";
import { failureKind, reportFailure } from "./failure.ts";
import type { SubjectKind } from "./subject.ts";

/**
 * Seconds without an attempt of a task or sweep after which a subject's task counts as lost. A sweep runs every minute, so a lost change
 * waits 90 s at most.
 */
const IDLE_SECONDS = 30;
const PAGE_SIZE = 500;
const CONCURRENCY = 20;
/** A change that waits longer raises the backlog alert. */
export const BACKLOG_ALERT_SECONDS = 120;

export interface SweepReport {
  enqueued: number;
  /** Subjects that the sweep relayed itself, because the queue did not take their tasks. */
  relayed: number;
  backlog: Backlog;
}

/**
 * Finds the subjects that are behind and that no task or sweep tried for 30 s, and enqueues a task for each. Normally their tasks were
 * lost or never enqueued. An inline run is not noted, so a subject with one under way gets a task too, which finds nothing to do. Where the
 * queue takes no tasks, it relays them itself. Then it measures the backlog. Safe to run twice at once.
 * @param budgetMs time after which it takes no further page and relays nothing itself; tasks of the page, `afterSweep` and the backlog still
 * follow
 */
export async function sweep(context: QueueingContext<SubjectKind>, budgetMs: number): Promise<SweepReport> {
  const { subjects, log, metrics, alerts } = context;
  const report = await relayBehind(context, budgetMs);
  await subjects.afterSweep?.().catch((error: unknown) => {
    log.warn("the rest of the sweep failed; the next one tries again", { subject: subjects.name }, error);
  });
  const backlog = await subjects.readBacklog();
  recordBacklog(metrics, subjects.name, backlog);
  if (backlog.oldest_seconds > BACKLOG_ALERT_SECONDS) {
    const message = "a change, or a count of viewers, has been waiting for more than two minutes";
    alerts.raise("backlog", { key: subjects.name, message, fields: { subject: subjects.name, ...backlog } });
  }
  return { ...report, backlog };
}

export function recordBacklog(metrics: Metrics, subject: SubjectKind["name"], backlog: Backlog): void {
  metrics.backlog.count.record(backlog.count, { subject });
  metrics.backlog.changes.record(backlog.changes, { subject });
  metrics.backlog.oldest.record(backlog.oldest_seconds, { subject });
}

async function relayBehind(
  context: QueueingContext<SubjectKind>,
  budgetMs: number,
): Promise<Omit<SweepReport, "backlog">> {
  const { subjects, queue, log, metrics } = context;
  const end = performance.now() + budgetMs;
  const report = { enqueued: 0, relayed: 0 };
  let isQueueAway = false;

  async function enqueue(id: string): Promise<boolean> {
    if (isQueueAway) return false;
    try {
      await queue.enqueue({ [subjects.idField]: id });
      report.enqueued += 1;
      return true;
    } catch (error) {
      isQueueAway = true;
      metrics.failures.add(1, { operation: "enqueue", kind: "away", subject: subjects.name });
      log.warn("the queue takes no tasks; the sweep relays by itself", { subject: subjects.name }, error);
      return false;
    }
  }

  async function relay(id: string): Promise<void> {
    if (performance.now() > end) return;
    try {
      await subjects.relay(id);
      report.relayed += 1;
    } catch (error) {
      reportFailure(context, { operation: "sweep", id, error, message: "not relayed; the next sweep will try again" });
      // One subject that fails keeps no other from being relayed, but a database that is away does.
      if (failureKind(error) === "away" || isDatabaseAway(error)) throw error;
    }
  }

  try {
    while (performance.now() < end) {
      const ids = await subjects.takeBehind(IDLE_SECONDS, PAGE_SIZE);
      await pMap(ids, async (id) => (await enqueue(id)) || relay(id), { concurrency: CONCURRENCY });
      if (ids.length < PAGE_SIZE) break;
    }
  } catch (error) {
    if (!(error instanceof RealtimeError)) throw error;
  }
  return report;
}
