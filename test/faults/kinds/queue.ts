import type { QueueMode } from "../system/unreliable-queue.ts";
import type { Fault, FaultContext } from "./fault.ts";
import { pause } from "./timing.ts";

/** Faults of the task queue and of the schedules, beyond what the queue does wrong all the time. */
export const queueFaults = {
  "queue full": {
    description: "The queue responds with 409 to new tasks, for 4 s.",
    run: (context) => keepMode(context, "full"),
  },
  "queue unavailable": {
    description: "The queue responds with 503 to new tasks, for 4 s.",
    run: (context) => keepMode(context, "unavailable"),
  },
  "queue silent": {
    description: "The queue does not respond to new tasks, for 4 s.",
    run: (context) => keepMode(context, "silent"),
  },
  "queue loses its tasks": {
    description: "The queue forgets every task that it holds.",
    async run({ system }) {
      system.queue.loseTasks();
    },
  },
  "eight tasks at once": {
    description: "Eight relay tasks of one video run at once, for six videos in turn.",
    async run({ system, random }) {
      for (let count = 0; count < 6; count += 1) await system.queue.runNow(random.pick(system.videos), 8);
    },
  },
  "sweeps and reconciliations at once": {
    description: "Two sweeps and two reconciliations run at once.",
    async run({ system }) {
      await Promise.all([system.sweep(), system.reconcile()]);
    },
  },
} satisfies Record<string, Fault>;

async function keepMode({ system }: FaultContext, mode: QueueMode): Promise<void> {
  system.queue.setMode(mode);
  await pause(4);
  system.queue.setMode("accept");
}
