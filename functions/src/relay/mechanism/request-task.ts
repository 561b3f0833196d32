import { createBatcher } from "../../batching/batcher.ts";
import { type SpanIds, currentSpan, runInSpan } from "../../runtime/current-span.ts";
import type { QueueingContext } from "./context.ts";

/**
 * Makes sure that a task is pending for the change `seq`. Never throws: the change is committed, and the sweep finds a subject without
 * a task.
 */
export type RequestTask = (id: string, seq: number) => Promise<void>;

interface Call {
  id: string;
  seq: number;
  span: SpanIds | undefined;
}

/**
 * When a video's inline run is late, all its posters ask for a task at the same time. Callers that come together ask once whether a task is
 * pending, and enqueue one if not. Callers that come during that wait for it, and then do the same together. Normally the first task is
 * still pending then, and relays their changes too (`relayPending`). So a caller waits for two such turns at most, and no more callers wait
 * than came within two. Users remember no pending tasks: each turn enqueues one. A shared task carries on the trace of one of its callers.
 */
export function createRequestTask(context: QueueingContext): RequestTask {
  const addCall = createBatcher(
    async (calls: Call[]) => {
      const lastOf = new Map<string, Call>();
      for (const call of calls) if (call.seq >= (lastOf.get(call.id)?.seq ?? 0)) lastOf.set(call.id, call);
      // The batcher runs in the span of whoever came first.
      const tasks = new Map(
        [...lastOf.values()].map(({ id, seq, span }) => [
          id,
          runInSpan(span, () => enqueueUnlessPending(context, id, seq)),
        ]),
      );
      // Each has a result of its own, so no subject waits for another.
      return calls.map(async ({ id }) => tasks.get(id));
    },
    { maxSize: Infinity, maxRunning: 1, keyOf: ({ id }) => id },
  );
  return (id, seq) => addCall({ id, seq, span: currentSpan() });
}

async function enqueueUnlessPending(
  { subjects, queue, log, metrics }: QueueingContext,
  id: string,
  seq: number,
): Promise<void> {
  try {
    if (await subjects.pendingTasks?.has(id)) return;
    await queue.enqueue({ [subjects.idField]: id });
    await subjects.pendingTasks?.note(id, seq);
  } catch (error) {
    const fields = { subject: subjects.name, [subjects.idField]: id, seq };
    metrics.failures.add(1, { operation: "enqueue", kind: "other", subject: subjects.name });
    log.warn("relay task not enqueued; the sweep will find the subject", fields, error);
  }
}
