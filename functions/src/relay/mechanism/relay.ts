import type { Breaker } from "./breaker.ts";
import type { QueueingContext } from "./context.ts";
import { createInlineRunner } from "./inline-runner.ts";
import { type Publisher, createPublisher } from "./publisher.ts";
import {
  type ReconcilePageOptions,
  type ReconcileReport,
  reconcileAll,
  reconcilePage,
  reconcileRound,
} from "./reconcile.ts";
import { createRequestTask } from "./request-task.ts";
import { type SweepReport, sweep } from "./sweep.ts";
import type { Comparison, MirroredKind } from "./subject.ts";
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
  /** Compares a page of all subjects. Returns its last id; undefined after the last page. @throws RealtimeError */
  reconcilePage(options: ReconcilePageOptions): Promise<string | undefined>;
}

export interface RelayOptions {
  breaker: Breaker;
  /** The subjects, whose writes go through the breaker, for the inline relay. */
  guardedSubjects: MirroredKind;
  /** How long a change waits for the mirror, once the gap before its inline run is over, before it gets a task; 0 turns inline runs off. */
  inlineDeadlineMs: number;
  /** Is told of each change before it is relayed. */
  onPublish?: (id: string, seq: number) => void;
}

export function createRelay(
  context: QueueingContext,
  { breaker, guardedSubjects, inlineDeadlineMs, onPublish = () => {} }: RelayOptions,
): Relay {
  const inlineRunner = createInlineRunner(
    { ...context, subjects: guardedSubjects },
    { breaker, deadlineMs: inlineDeadlineMs },
  );
  const requestTask = createRequestTask(context);
  const publisher = createPublisher((id, seq) => inlineRunner.relay(id, seq), requestTask);
  return {
    publish(id, seq = 0) {
      onPublish(id, seq);
      return publisher.publish(id, seq);
    },
    publishAndWait(id, seq = 0) {
      onPublish(id, seq);
      return publisher.publishAndWait(id, seq);
    },
    requestTask: (id) => requestTask(id, 0),
    runTask: (data, retryCount) => runTask(context, data, retryCount),
    sweep: (budgetMs) => sweep(context, budgetMs),
    reconcileRound: (budgetMs) => reconcileRound(context, budgetMs),
    reconcileAll: (options) => reconcileAll(context, options),
    reconcilePage: (options) => reconcilePage(context, options),
    async close() {
      await publisher.close();
      await inlineRunner.close();
    },
  };
}
