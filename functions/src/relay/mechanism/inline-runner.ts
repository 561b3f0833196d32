import CircuitBreaker from "opossum";
import { setTimeout as sleep } from "node:timers/promises";
import { createBatcher } from "../../batching/batcher.ts";
import { type Breaker, canTry } from "./breaker.ts";
import type { RelayContext } from "./context.ts";
import { type SpanIds, currentSpan } from "../../runtime/current-span.ts";
import { failureKind } from "./failure.ts";
import { relayCommitted } from "./steps.ts";
import { createInlineRunRates } from "./inline-run-rates.ts";
import type { ChangeRange } from "../../tables/sync/change-range.ts";

/** Subjects whose inline runs begin together. */
const MAX_BATCH_SIZE = 64;
/** Requests that a batch's span names as its causes. */
const MAX_CAUSES = 16;
/**
 * How many batches may be in their shared part (`relayTogether`) at once: one, plus those in which it takes longer than 50 ms
 * (`SLOW_BATCH_MS` of the batcher). Subjects that are relayed alone after it are not counted; the pool's connections bound them.
 */
const MAX_BATCHES = 4;

export interface InlineRunner {
  /**
   * Relays the committed change `seq` as soon as the subject's gap is over (`inline-run-gap.ts`). True when the mirror holds it, and all
   * that was committed before it. False when that did not succeed within the deadline; then a task has to do it. Never throws.
   */
  relay(id: string, seq: number): Promise<boolean>;
  /** Waits for the inline runs under way. */
  close(): Promise<void>;
}

export interface InlineRunnerOptions {
  /** The one through which the subjects' writes go: nothing is run while it is open. */
  breaker: Breaker;
  /** How long a call waits once the gap is over, also for an earlier inline run of the subject; 0 turns the inline relay off. */
  deadlineMs: number;
  clock?: Clock;
}

export interface Clock {
  /** Milliseconds; never goes back. */
  now(): number;
  sleep(milliseconds: number): Promise<unknown>;
}

const realClock: Clock = { now: () => performance.now(), sleep: (milliseconds) => sleep(milliseconds) };

/** A subject's entry for an inline run that has not begun: a change that is committed now is in time for it. */
interface Entry {
  /** The batcher's queue holds this same object, so a later change widens it until the run begins. */
  committed: ChangeRange;
  /** The spans of the requests that made the changes. */
  causes: SpanIds[];
  /** Resolves when the gap is over; undefined if there is none. */
  due: Promise<unknown> | undefined;
  /**
   * Resolves when the mirror holds the changes, before MySQL has the mark. Only `relayBatch` tells this. Otherwise it never resolves, and
   * `outcome` ends the wait: for a subject that is relayed alone, after an update that was cut short, and if the run fails.
   */
  mirrored: Promise<void>;
  noteMirrored: () => void;
  /** At the end of the subject's run: whether the mirror holds the changes, and MySQL the mark. */
  outcome: Promise<boolean>;
}

/**
 * The relay in the process that made the change, since Cloud Tasks may be minutes late. A subject has one inline run at a time. It may miss
 * a change that is committed while it is under way, so such a change gets an entry for the next one. The runs of up to 64 subjects begin
 * together, as a batch, and share what they can; each ends by itself.
 */
export function createInlineRunner(
  { subjects, log, metrics, tracer }: RelayContext,
  { breaker, deadlineMs, clock = realClock }: InlineRunnerOptions,
): InlineRunner {
  /** At most one for each subject. Its inline run removes it as it begins. */
  const entries = new Map<string, Entry>();
  const underWay = new Set<Promise<boolean>>();
  const rates = createInlineRunRates(() => clock.now());
  const addToBatch = createBatcher(runTogether, {
    maxSize: MAX_BATCH_SIZE,
    maxRunning: MAX_BATCHES,
    keyOf: ({ id }) => id,
  });

  async function runTogether(batch: ChangeRange[]): Promise<(boolean | Promise<boolean>)[]> {
    const ids = batch.map(({ id }) => id);
    const [parent, ...links] = ids.flatMap((id) => entries.get(id)?.causes ?? []).slice(0, MAX_CAUSES);
    const begun = new Map(ids.map((id) => [id, entries.get(id)]));
    for (const id of ids) entries.delete(id);
    rates.note(batch);
    const onMirrored = (mirrored: string[]) => {
      for (const id of mirrored) begun.get(id)?.noteMirrored();
    };
    return tracer.run(`relay ${subjects.name}`, { parent, links, attributes: { count: ids.length } }, async () => {
      const remaining = await relayTogether(batch, onMirrored);
      if (!remaining) return ids.map(() => false);
      return ids.map((id) => (remaining.has(id) ? tryToRelay([id], () => relayCommitted(subjects, id)) : true));
    });
  }

  /** The ids that have to be relayed alone; undefined when the update failed for all. */
  async function relayTogether(
    batch: ChangeRange[],
    onMirrored: (ids: string[]) => void,
  ): Promise<Set<string> | undefined> {
    const ids = batch.map(({ id }) => id);
    let remaining: string[] = [];
    const isDone = await tryToRelay(ids, async () => {
      remaining = (await subjects.relayBatch?.(batch, onMirrored)) ?? ids;
    });
    return isDone ? new Set(remaining) : undefined;
  }

  async function tryToRelay(ids: string[], work: () => Promise<void>): Promise<boolean> {
    if (!canTry(breaker)) {
      // Not logged: a line for each change would only repeat the breaker's alert.
      countFailure("away");
      return false;
    }
    try {
      await work();
      return true;
    } catch (error) {
      countFailure(failureKind(error));
      const fields = { subject: subjects.name, [subjects.idField]: ids[0], count: ids.length };
      // The breaker has opened meanwhile.
      const isBreakerOpen = error instanceof Error && CircuitBreaker.isOurError(error);
      if (!isBreakerOpen) log.warn("inline relay failed; a task or the sweep will do it", fields, error);
      return false;
    }
  }

  function countFailure(kind: ReturnType<typeof failureKind>): void {
    metrics.failures.add(1, { operation: "inline", kind, subject: subjects.name });
  }

  /** Adds the change to the subject's entry, or makes one. */
  function enter(id: string, seq: number): Entry {
    const entry = entries.get(id);
    const cause = currentSpan();
    if (entry) {
      if (cause && entry.causes.length < MAX_CAUSES) entry.causes.push(cause);
      entry.committed.firstSeq = Math.min(entry.committed.firstSeq, seq);
      entry.committed.lastSeq = Math.max(entry.committed.lastSeq, seq);
      return entry;
    }
    const committed = { id, firstSeq: seq, lastSeq: seq };
    const waitMs = rates.waitMs(id, subjects.viewersOf?.(id) ?? 0);
    const due = waitMs > 0 ? clock.sleep(waitMs) : undefined;
    const outcome = runWhenDue(due, committed).finally(() => underWay.delete(outcome));
    const { promise: mirrored, resolve: noteMirrored } = Promise.withResolvers<void>();
    const added = { committed, causes: cause ? [cause] : [], due, mirrored, noteMirrored, outcome };
    entries.set(id, added);
    underWay.add(outcome);
    return added;
  }

  async function runWhenDue(due: Promise<unknown> | undefined, committed: ChangeRange): Promise<boolean> {
    if (due) await due;
    return addToBatch(committed);
  }

  return {
    async relay(id, seq) {
      if (deadlineMs === 0) return false;
      const { due, mirrored, outcome } = enter(id, seq);
      if (due) await due;
      return new Promise((resolve) => {
        const timer = setTimeout(resolve, deadlineMs, false);
        const end = (isMirrored: boolean) => {
          clearTimeout(timer);
          resolve(isMirrored);
        };
        void outcome.then(end);
        void mirrored.then(() => end(true));
      });
    },
    async close() {
      while (underWay.size > 0) await Promise.all(underWay);
    },
  };
}
