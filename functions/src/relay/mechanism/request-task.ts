import type { QueueingContext } from "./context.ts";

/**
 * Makes sure that a task is pending for the change `seq`. Never throws: the change is committed, and the sweep finds a subject without
 * a task.
 */
export async function requestTask(
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
