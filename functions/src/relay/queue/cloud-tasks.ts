import type { CloudTasksClient } from "@google-cloud/tasks";
import { currentTraceparent } from "../../runtime/current-span.ts";
import { type Queue, type QueueTarget, taskBody } from "./queue.ts";

export interface CloudTasksOptions extends QueueTarget {
  /** The function's URL, and the audience of the token with which Cloud Run admits the task. */
  functionUrl: string;
  serviceAccount: string;
  /** How long an enqueue may take with all its retries: a request waits for it. */
  timeoutMs?: number;
  /** Replaces the default client, for a test's own server. */
  createClient?: () => Promise<CloudTasksClient>;
}

// A try that timed out may have made its task all the same, and a second task does no harm.
// gRPC codes: 4 deadline exceeded, 8 resource exhausted, 13 internal, 14 unavailable.
const RETRY = {
  retryCodes: [4, 8, 13, 14],
  backoffSettings: {
    initialRetryDelayMillis: 100,
    retryDelayMultiplier: 2,
    maxRetryDelayMillis: 500,
    initialRpcTimeoutMillis: 1_000,
    rpcTimeoutMultiplier: 1,
    maxRpcTimeoutMillis: 1_000,
  },
};

/** Cloud Tasks. The client takes about 200 ms to load, so it is loaded for the first task. */
export function createCloudTasksQueue(options: CloudTasksOptions): Queue {
  const { projectId, region, functionName, functionUrl, serviceAccount } = options;
  const { timeoutMs = 3_000, createClient = createDefaultClient } = options;
  const retry = { ...RETRY, backoffSettings: { ...RETRY.backoffSettings, totalTimeoutMillis: timeoutMs } };
  let client: Promise<CloudTasksClient> | undefined;
  return {
    async enqueue(task, { delaySeconds } = { delaySeconds: 0 }) {
      client ??= createClient();
      const tasks = await client;
      // A chain of tasks, each of which asks for a later one, would be a trace without an end.
      const traceparent = delaySeconds === 0 ? currentTraceparent() : undefined;
      await tasks.createTask(
        {
          parent: tasks.queuePath(projectId, region, functionName),
          task: {
            httpRequest: {
              httpMethod: "POST",
              url: functionUrl,
              headers: { "content-type": "application/json", ...(traceparent && { traceparent }) },
              body: taskBody(task),
              oidcToken: { serviceAccountEmail: serviceAccount, audience: functionUrl },
            },
            dispatchDeadline: { seconds: 60 },
            ...(delaySeconds > 0 && { scheduleTime: { seconds: Math.ceil(Date.now() / 1_000) + delaySeconds } }),
          },
        },
        { retry },
      );
    },
  };
}

async function createDefaultClient(): Promise<CloudTasksClient> {
  const { CloudTasksClient } = await import("@google-cloud/tasks");
  return new CloudTasksClient();
}
