import { z } from "zod";
import type { Logger } from "../../runtime/log.ts";
import type { UserMirrorContext } from "./user-mirror.ts";
import { mirrorUser } from "./user-mirror.ts";

const Task = z.strictObject({ user_id: z.uuid() });

/**
 * Runs one task of the user mirror; true when it is done with. A task is only a hint, so it may come twice, late or forged, and one
 * that makes no sense is done with too: to try it again would not help.
 */
export async function runUserTask(context: UserMirrorContext & { log: Logger }, data: unknown): Promise<boolean> {
  const task = Task.safeParse(data);
  if (!task.success) {
    context.log.error("user task dropped: it names no user", {});
    return true;
  }
  const { user_id } = task.data;
  try {
    await mirrorUser(context, user_id);
    return true;
  } catch (error) {
    context.log.warn("user not mirrored; the task will be tried again", { user_id }, error);
    return false;
  }
}
