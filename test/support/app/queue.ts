import type { Context } from "../../../functions/src/context.ts";
import type { Queue, Task } from "../../../functions/src/relay/queue/queue.ts";

/** A queue that takes no tasks. */
export const noQueue: Queue = { enqueue: () => Promise.reject(new Error("the queue takes no tasks")) };

export interface TestQueue extends Queue {
  /** The tasks that wait to run. */
  readonly tasks: Task[];
  /** Starts to run the tasks, all of videos, in this context. A task that fails runs again after 100 ms. */
  deliver(context: Context): void;
  /** Stops after the tasks that are running. */
  stop(): Promise<void>;
}

/** Cloud Tasks in this process: it delivers at least once and retries. Until `deliver` is called it only collects tasks. */
export function createTestQueue(): TestQueue {
  const tasks: Task[] = [];
  let delivery: Promise<void> | undefined;
  const stopping = new AbortController();

  async function run(context: Context): Promise<void> {
    while (!stopping.signal.aborted) {
      const batch = tasks.splice(0);
      for (const task of batch) if (!(await context.videoRelay.runTask(task))) tasks.push(task);
      await new Promise((resolve) => {
        setTimeout(resolve, 100);
      });
    }
  }
  return {
    tasks,
    async enqueue(task) {
      tasks.push(task);
    },
    deliver(context) {
      delivery ??= run(context);
    },
    async stop() {
      stopping.abort();
      await delivery;
    },
  };
}
