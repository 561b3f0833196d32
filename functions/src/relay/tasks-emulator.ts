import type { Queue, QueueTarget } from "./queue.ts";
import { taskBody } from "./queue.ts";

/** The queue of the Firebase Tasks emulator, which does not speak the Cloud Tasks API but this one. */
export function tasksEmulatorQueue(host: string, target: QueueTarget): Queue {
  const { projectId, region, functionName } = target;
  const url = `http://${host}/projects/${projectId}/locations/${region}/queues/${functionName}/tasks`;
  return {
    async enqueue(task) {
      // An empty url stands for the function's own. Its 409 is a full queue, not a task that is there already: ours have no names.
      const httpRequest = { url: "", headers: { "content-type": "application/json" }, body: taskBody(task) };
      const response = await fetch(url, {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify({ task: { httpRequest } }),
        signal: AbortSignal.timeout(2_000),
      });
      if (!response.ok) throw new Error(`the Tasks emulator answered ${response.status}: ${await response.text()}`);
    },
  };
}
