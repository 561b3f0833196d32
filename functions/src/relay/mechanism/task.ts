import { z } from "zod";
import type { RelayContext } from "./context.ts";
import { reportFailure } from "./failure.ts";
import type { SubjectKind } from "./subject.ts";

/**
 * Runs one relay task; true when the queue may forget it. A task is only a hint: it may come twice, late or forged. A task that names no
 * subject is forgotten too, since another try would not help.
 * @param retryCount dispatches of this task before this one
 */
export async function runTask(context: RelayContext<SubjectKind>, data: unknown, retryCount = 0): Promise<boolean> {
  const { subjects, log, metrics } = context;
  const task = z.strictObject({ [subjects.idField]: subjects.idSchema }).safeParse(data);
  const id = task.data?.[subjects.idField];
  if (id === undefined) {
    log.error("relay task dropped: it names no subject", { subject: subjects.name });
    return true;
  }
  if (retryCount > 0) metrics.retries.add(1, { subject: subjects.name });
  try {
    await subjects.markAttempted?.(id);
    await subjects.relay(id);
    return true;
  } catch (error) {
    reportFailure(context, { operation: "task", id, error, message: "relay task failed; the queue will try it again" });
    return false;
  }
}
