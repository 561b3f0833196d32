import type { Logger } from "../../runtime/log.ts";
import type { Queue, UserTask } from "../queue/queue.ts";
import type { UserMirrorContext } from "./user-mirror.ts";
import { mirrorUser } from "./user-mirror.ts";

export interface UserWake {
  /**
   * Sees to it that the mirror learns of a committed change of the user: by a task, which is the guarantee, and by a run of its own,
   * which is the speed, waited for at most the deadline. Never throws: the change is committed, and the sweep finds a user that
   * nobody woke.
   */
  publish(userId: string): Promise<void>;
  /** Waits for what still runs. */
  close(): Promise<void>;
}

/** @param deadline milliseconds that a request waits; 0 turns the run of its own off */
export function createUserWake(
  context: UserMirrorContext,
  queue: Queue<UserTask>,
  log: Logger,
  deadline: number,
): UserWake {
  const running = new Set<Promise<void>>();

  async function enqueue(userId: string): Promise<void> {
    try {
      await queue.enqueue({ user_id: userId });
    } catch (error) {
      log.warn("user task not enqueued; the sweep will find the user", { user_id: userId }, error);
    }
  }

  async function run(userId: string): Promise<void> {
    try {
      await mirrorUser(context, userId);
    } catch (error) {
      log.warn("user not mirrored at once; the task will do it", { user_id: userId }, error);
    }
  }

  async function runWithin(userId: string): Promise<void> {
    if (deadline === 0) return;
    const current = run(userId).finally(() => running.delete(current));
    running.add(current);
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<void>((resolve) => {
      timer = setTimeout(resolve, deadline);
    });
    await Promise.race([current, late]);
    clearTimeout(timer);
  }

  return {
    async publish(userId) {
      await Promise.all([enqueue(userId), runWithin(userId)]);
    },
    async close() {
      await Promise.all(running);
    },
  };
}
