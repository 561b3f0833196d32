import { createBatcher } from "../../batching/batcher.ts";
import type { QueueingContext } from "./context.ts";

/**
 * Makes sure that a task is pending for the change `seq`. Never throws: the change is committed, and the sweep finds a subject without
 * a task.
 */
export type RequestTask = (id: string, seq: number) => Promise<void>;

/** Subjects whose tasks are requested together. Each has a result of its own, so none waits for another. */
const MAX_TOGETHER = 256;

/**
 * When a video's inline run is late, all its posters ask for a task at the same time. Those that come together share one look and, if no
 * task is pending, one task. Those that come while that is enqueued wait, and then look together whether it is still pending. Normally it
 * is, and relays their changes too (`relayPending`).
 */
export function createRequestTask(context: QueueingContext): RequestTask {
  const request = createBatcher(
    async (requests: { id: string; seq: number }[]) => {
      const lastSeqs = new Map<string, number>();
      for (const { id, seq } of requests) lastSeqs.set(id, Math.max(seq, lastSeqs.get(id) ?? 0));
      const tasks = new Map([...lastSeqs].map(([id, seq]) => [id, enqueueUnlessPending(context, id, seq)]));
      return requests.map(async ({ id }) => tasks.get(id));
    },
    { maxSize: MAX_TOGETHER, maxRunning: 1, keyOf: ({ id }) => id },
  );
  return (id, seq) => request({ id, seq });
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
