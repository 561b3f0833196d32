import type { CloudTasksClient } from "@google-cloud/tasks";
import type { Queue, QueueTarget } from "./queue.ts";
import { taskBody } from "./queue.ts";

export interface CloudTasksOptions extends QueueTarget {
  /** The function's URL, and the audience of the token by which Cloud Run lets the task in. */
  functionUrl: string;
  serviceAccount: string;
  /** Milliseconds after which an enqueue is given up, with all its tries: a request waits for it. */
  patience?: number;
  /** Instead of the default, for a server of one's own. */
  createClient?: () => Promise<CloudTasksClient>;
}

// A try that was given up may have made its task all the same: a second one does no harm. gRPC's codes: 4 deadline exceeded,
// 8 resource exhausted, 13 internal, 14 unavailable.
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

/** Cloud Tasks. The client takes about 200 ms to load, so that waits for the first task. */
export function cloudTasksQueue<Task extends object>(options: CloudTasksOptions): Queue<Task> {
  const { projectId, region, functionName, functionUrl, serviceAccount } = options;
  const { patience = 3_000, createClient = defaultClient } = options;
  const retry = { ...RETRY, backoffSettings: { ...RETRY.backoffSettings, totalTimeoutMillis: patience } };
  let client: Promise<CloudTasksClient> | undefined;
  return {
    async enqueue(task) {
      client ??= createClient();
      const tasks = await client;
      await tasks.createTask(
        {
          parent: tasks.queuePath(projectId, region, functionName),
          task: {
            httpRequest: {
              httpMethod: "POST",
              url: functionUrl,
              headers: { "content-type": "application/json" },
              body: taskBody(task),
              oidcToken: { serviceAccountEmail: serviceAccount, audience: functionUrl },
            },
            dispatchDeadline: { seconds: 60 },
          },
        },
        { retry },
      );
    },
  };
}

async function defaultClient(): Promise<CloudTasksClient> {
  const { CloudTasksClient } = await import("@google-cloud/tasks");
  return new CloudTasksClient();
}
