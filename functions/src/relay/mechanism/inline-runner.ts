import { setTimeout as sleep } from "node:timers/promises";
import { createBatcher } from "../../batching/batcher.ts";
import type { Breaker } from "./breaker.ts";
import type { RelayContext } from "./context.ts";
import { failureKind } from "./failure.ts";
import { relayCommitted } from "./steps.ts";
import type { ChangeRange } from "../../tables/sync/change-range.ts";

/** Time between the starts of two runs of one subject: a hot video is allowed 20 updates a second. */
const MIN_INTERVAL_MS = 50;
/** Subjects in one run. */
const MAX_RUN_SIZE = 64;
/** Runs at once: one, plus those that take longer than 50 ms (`SLOW_BATCH_MS` of the batcher). */
const MAX_RUNS = 4;

export interface InlineRunner {
  /**
   * Relays the committed change `seq` now. True when the mirror holds it, and all that was committed before it. False when that did not
   * succeed within the deadline; then a task has to do it. Never throws.
   */
  relay(id: string, seq: number): Promise<boolean>;
  /** Waits for the runs under way. */
  close(): Promise<void>;
}

export interface InlineRunnerOptions {
  breaker: Breaker;
  /** How long a call waits; 0 turns the inline relay off. */
  deadlineMs: number;
}

/**
 * The relay in the process that made the change, since Cloud Tasks may be minutes late. Subjects whose changes come at the same time
 * share a run, and a subject is in one run at a time. A run may miss a change that is committed while it is under way, so such changes
 * share the subject's next run.
 */
export function createInlineRunner(
  { subject, log, metrics }: RelayContext,
  { breaker, deadlineMs }: InlineRunnerOptions,
): InlineRunner {
  /** Runs that have not begun, by subject: a change that is committed now is in time for them. */
  const notStarted = new Map<string, { committed: ChangeRange; outcome: Promise<boolean> }>();
  const underWay = new Set<Promise<boolean>>();
  /** When each subject's last run began, the oldest first. */
  const lastStarts = new Map<string, number>();
  const addToBatch = createBatcher(run, { maxSize: MAX_RUN_SIZE, maxRunning: MAX_RUNS, keyOf: ({ id }) => id });

  async function run(batch: ChangeRange[]): Promise<(boolean | Promise<boolean>)[]> {
    const ids = batch.map(({ id }) => id);
    for (const id of ids) notStarted.delete(id);
    noteStarts(ids);
    const remaining = await relayBatch(batch, ids);
    if (!remaining) return ids.map(() => false);
    return ids.map((id) => (remaining.has(id) ? throughBreaker([id], () => relayCommitted(subject, id)) : true));
  }

  /** The ids that have to be relayed alone; undefined when the update failed for all. */
  async function relayBatch(batch: ChangeRange[], ids: string[]): Promise<Set<string> | undefined> {
    // Without a batch, nothing is run: the breaker would count it as an answer of the Realtime Database.
    if (!subject.relayBatch) return new Set(ids);
    let remaining: string[] = [];
    const isDone = await throughBreaker(ids, async () => {
      remaining = (await subject.relayBatch?.(batch)) ?? ids;
    });
    return isDone ? new Set(remaining) : undefined;
  }

  async function throughBreaker(ids: string[], work: () => Promise<void>): Promise<boolean> {
    try {
      await breaker.fire(work);
      return true;
    } catch (error) {
      metrics.failures.add(1, { operation: "inline", kind: failureKind(error), subject: subject.name });
      const fields = { subject: subject.name, [subject.idField]: ids[0], count: ids.length };
      // An open breaker has raised its alert; a line for each change would only repeat it.
      if (!breaker.opened) log.warn("inline relay failed; a task will do it", fields, error);
      return false;
    }
  }

  function noteStarts(ids: string[]): void {
    const now = performance.now();
    for (const id of ids) {
      // Deleted first, so that the map stays in the order of the starts.
      lastStarts.delete(id);
      lastStarts.set(id, now);
    }
    for (const [id, start] of lastStarts) {
      if (now - start < MIN_INTERVAL_MS) break;
      lastStarts.delete(id);
    }
  }

  /** Joins the subject's run that has not begun, or requests one. */
  function relaySoon(id: string, seq: number): Promise<boolean> {
    const next = notStarted.get(id);
    if (next) {
      next.committed.firstSeq = Math.min(next.committed.firstSeq, seq);
      next.committed.lastSeq = Math.max(next.committed.lastSeq, seq);
      return next.outcome;
    }
    const committed = { id, firstSeq: seq, lastSeq: seq };
    const outcome = waitAndAdd(committed).finally(() => underWay.delete(outcome));
    notStarted.set(id, { committed, outcome });
    underWay.add(outcome);
    return outcome;
  }

  async function waitAndAdd(committed: ChangeRange): Promise<boolean> {
    const lastStart = lastStarts.get(committed.id) ?? -Infinity;
    const waitMs = lastStart + MIN_INTERVAL_MS - performance.now();
    if (waitMs > 0) await sleep(waitMs);
    return addToBatch(committed);
  }

  return {
    relay(id, seq) {
      if (deadlineMs === 0) return Promise.resolve(false);
      return new Promise((resolve) => {
        const timer = setTimeout(resolve, deadlineMs, false);
        void relaySoon(id, seq)
          .then(resolve)
          .finally(() => clearTimeout(timer));
      });
    },
    async close() {
      while (underWay.size > 0) await Promise.all(underWay);
    },
  };
}
