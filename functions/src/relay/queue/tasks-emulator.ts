import { currentTraceparent } from "../../runtime/current-span.ts";
import { type Queue, type QueueTarget, type Task, taskBody } from "./queue.ts";

/** The queue of the Firebase Tasks emulator, which has an API of its own instead of that of Cloud Tasks. */
export function createTasksEmulatorQueue(host: string, target: QueueTarget): Queue {
  const { projectId, region, functionName } = target;
  const url = `http://${host}/projects/${projectId}/locations/${region}/queues/${functionName}/tasks`;

  async function send(task: Task, traceparent?: string): Promise<void> {
    // An empty url means the function's own. No content type: the emulator adds it itself. Beside one in lower case the function would
    // get "application/json, application/json" and refuse the task.
    const httpRequest = { url: "", body: taskBody(task), ...(traceparent && { headers: { traceparent } }) };
    const response = await fetch(url, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ task: { httpRequest } }),
      signal: AbortSignal.timeout(2_000),
    });
    // Its 409 means a full queue. It can't mean a name that is taken, since our tasks have none.
    if (!response.ok) throw new Error(`the Tasks emulator answered ${response.status}: ${await response.text()}`);
  }

  return {
    async enqueue(task, { delaySeconds } = { delaySeconds: 0 }) {
      if (delaySeconds === 0) return send(task, currentTraceparent());
      // The emulator would run it at once. If this process ends before, or the emulator is away then, the task is lost as any task may be.
      setTimeout(() => void send(task).catch(() => {}), delaySeconds * 1_000).unref();
    },
  };
}
