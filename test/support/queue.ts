import type { Context } from "../../functions/src/context.ts";
import type { Queue, Task } from "../../functions/src/relay/queue/queue.ts";

export interface TestQueue extends Queue {
  /** Begins to deliver, to this context; each task again every 100 ms until it is done with. */
  deliver(context: Context): void;
  /** Stops delivering, after what runs. */
  stop(): Promise<void>;
}

/** Cloud Tasks in this process: at least once, with retries; or, until told to deliver, a queue that is very late. */
export function createTestQueue(): TestQueue {
  const tasks: Task[] = [];
  let delivery: Promise<void> | undefined;
  let stopped = false;

  async function run(context: Context): Promise<void> {
    for (;;) {
      if (stopped) return;
      const batch = tasks.splice(0);
      for (const task of batch) if (!(await context.videoRelay.runTask(task))) tasks.push(task);
      await new Promise((resolve) => {
        setTimeout(resolve, 100);
      });
    }
  }
  return {
    async enqueue(task) {
      tasks.push(task);
    },
    deliver(context) {
      delivery ??= run(context);
    },
    async stop() {
      stopped = true;
      await delivery;
    },
  };
}
