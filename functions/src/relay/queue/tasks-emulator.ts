import type { Queue, QueueTarget } from "./queue.ts";
import { taskBody } from "./queue.ts";

/** The queue of the Firebase Tasks emulator, which does not speak the Cloud Tasks API but this one. */
export function tasksEmulatorQueue<Task extends object>(host: string, target: QueueTarget): Queue<Task> {
  const { projectId, region, functionName } = target;
  const url = `http://${host}/projects/${projectId}/locations/${region}/queues/${functionName}/tasks`;
  return {
    async enqueue(task) {
      // An empty url stands for the function's own. No headers: it adds the content type itself, and beside one in lower case the
      // function gets "application/json, application/json" and refuses the task. Its 409 is a full queue, for our tasks have no
      // names to be taken.
      const httpRequest = { url: "", body: taskBody(task) };
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
