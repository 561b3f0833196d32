import { createBatcher } from "../../batching/batcher.ts";
import { type SpanIds, currentSpan, runInSpan } from "../../runtime/current-span.ts";
import type { QueueingContext } from "./context.ts";

/**
 * Makes sure that a task is pending for the change `seq`. Never throws: the change is committed, and the sweep finds a subject without
 * a task.
 */
export type RequestTask = (id: string, seq: number) => Promise<void>;

interface Request {
  id: string;
  seq: number;
  span: SpanIds | undefined;
}

/**
 * When a video's inline run is late, all its posters ask for a task at the same time. Those that come together share one look and, if no
 * task is pending, one task. Those that come while that is enqueued wait, and then look together whether it is still pending. Normally it
 * is, and relays their changes too (`relayPending`). So a request waits for two looks and enqueues at most, and what waits is what came
 * within that time. A shared task carries on the trace of one of its requests.
 */
export function createRequestTask(context: QueueingContext): RequestTask {
  const request = createBatcher(
    async (requests: Request[]) => {
      const lastOf = new Map<string, Request>();
      for (const one of requests) if (one.seq >= (lastOf.get(one.id)?.seq ?? 0)) lastOf.set(one.id, one);
      // The batcher runs in the span of whoever came first.
      const tasks = new Map(
        [...lastOf.values()].map(({ id, seq, span }) => [
          id,
          runInSpan(span, () => enqueueUnlessPending(context, id, seq)),
        ]),
      );
      // Each has a result of its own, so no subject waits for another.
      return requests.map(async ({ id }) => tasks.get(id));
    },
    { maxSize: Infinity, maxRunning: 1, keyOf: ({ id }) => id },
  );
  return (id, seq) => request({ id, seq, span: currentSpan() });
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
