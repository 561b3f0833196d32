import type { Alerts } from "../../alerts/alerts.ts";
import type { Logger } from "../../runtime/log.ts";
import type { Metrics } from "../../telemetry/metrics.ts";
import type { Queue } from "../queue/queue.ts";
import type { Breaker } from "./breaker.ts";
import { createInlineRunner } from "./inline-runner.ts";
import { createPublisher } from "./publisher.ts";
import type { Publisher } from "./publisher.ts";
import type { ReconcileReport } from "./reconcile.ts";
import { reconcileAll, reconcileRound } from "./reconcile.ts";
import { requestTask } from "./request-task.ts";
import type { SweepReport } from "./sweep.ts";
import { sweep } from "./sweep.ts";
import type { Comparison, Subject } from "./subject.ts";
import { runTask } from "./task.ts";

/** Brings one kind of subject from MySQL to the Realtime Database. README.md has the states and the invariants. */
export interface Relay extends Publisher {
  /** Has a task relay the subject, without the inline relay. Never throws. */
  requestTask(id: string): Promise<void>;
  /** Runs one task; true when the queue may forget it. */
  runTask(data: unknown, retryCount?: number): Promise<boolean>;
  sweep(budgetMs: number): Promise<SweepReport>;
  reconcileRound(budgetMs: number): Promise<ReconcileReport>;
  reconcileAll(options: { repair: boolean; onCompared?: (comparison: Comparison) => void }): Promise<ReconcileReport>;
}

export interface RelayParts {
  queue: Queue;
  breaker: Breaker;
  /** How long a request waits for the inline relay; 0 turns it off. */
  inlineDeadlineMs: number;
  log: Logger;
  metrics: Metrics;
  alerts: Alerts;
}

export function createRelay(subject: Subject, relayParts: RelayParts): Relay {
  const parts = { ...relayParts, subject };
  const inlineRunner = createInlineRunner({ ...parts, deadlineMs: parts.inlineDeadlineMs });
  const publisher = createPublisher(
    (id, seq) => inlineRunner.run(id, seq),
    (id, seq) => requestTask(parts, id, seq),
  );
  return {
    publish: (id, seq) => publisher.publish(id, seq),
    requestTask: (id) => requestTask(parts, id, 0),
    runTask: (data, retryCount) => runTask(parts, data, retryCount),
    sweep: (budgetMs) => sweep(parts, budgetMs),
    reconcileRound: (budgetMs) => reconcileRound(parts, budgetMs),
    reconcileAll: (options) => reconcileAll(parts, options),
    async close() {
      await publisher.close();
      await inlineRunner.close();
    },
  };
}
