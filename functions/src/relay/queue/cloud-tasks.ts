import type { CloudTasksClient } from "@google-cloud/tasks";
import { currentTraceparent } from "../../runtime/current-span.ts";
import { within } from "../../runtime/within.ts";
import { type Queue, type QueueTarget, taskBody } from "./queue.ts";

export interface CloudTasksOptions extends QueueTarget {
  /** The function's URL, and the audience of the token with which Cloud Run admits the task. */
  functionUrl: string;
  /** The account as which Cloud Tasks calls the function; undefined: the one as which this process runs. */
  serviceAccount: string | undefined;
  /** The client's own; undefined: the platform's. */
  credentials?: { clientEmail: string; privateKey: string } | undefined;
  /** How long Cloud Tasks may take with all retries, and as long again to find the account before the first task: a request waits for it. */
  timeoutMs?: number;
  /** How long one try may take. */
  tryTimeoutMs?: number;
  /** Replaces the default client, for a test's own server. */
  createClient?: (options: ClientOptions) => Promise<CloudTasksClient>;
}

type ClientOptions = NonNullable<ConstructorParameters<typeof CloudTasksClient>[0]>;

// A try that timed out may have made its task all the same, and a second task does no harm.
// gRPC codes: 4 deadline exceeded, 8 resource exhausted, 13 internal, 14 unavailable.
const RETRY = {
  retryCodes: [4, 8, 13, 14],
  backoffSettings: {
    initialRetryDelayMillis: 100,
    retryDelayMultiplier: 2,
    maxRetryDelayMillis: 500,
    rpcTimeoutMultiplier: 1,
  },
};

/** Cloud Tasks. The client takes about 200 ms to load, so it is loaded for the first task. */
export function createCloudTasksQueue(options: CloudTasksOptions): Queue {
  const { projectId, region, functionName, functionUrl, credentials } = options;
  const { timeoutMs = 3_000, tryTimeoutMs = 1_000, createClient = createDefaultClient } = options;
  const timeouts = {
    initialRpcTimeoutMillis: tryTimeoutMs,
    maxRpcTimeoutMillis: tryTimeoutMs,
    totalTimeoutMillis: timeoutMs,
  };
  const retry = { ...RETRY, backoffSettings: { ...RETRY.backoffSettings, ...timeouts } };
  let client: Promise<CloudTasksClient> | undefined;
  let { serviceAccount } = options;
  return {
    async enqueue(task, { delaySeconds } = { delaySeconds: 0 }) {
      client ??= createClient(credentials ? { projectId, credentials: googleCredentials(credentials) } : {});
      const tasks = await client;
      serviceAccount ??= await findServiceAccount(tasks, timeoutMs);
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

async function createDefaultClient(options: ClientOptions): Promise<CloudTasksClient> {
  const { CloudTasksClient } = await import("@google-cloud/tasks");
  return new CloudTasksClient(options);
}

function googleCredentials({ clientEmail, privateKey }: NonNullable<CloudTasksOptions["credentials"]>) {
  return { client_email: clientEmail, private_key: privateKey };
}

/**
 * The account as which this process runs: from its key file, or from the platform's metadata server.
 * @throws Error with the cure if there is none, as with a developer's own sign-in
 */
async function findServiceAccount({ auth }: CloudTasksClient, timeoutMs: number): Promise<string> {
  try {
    const { client_email: email } = await within(timeoutMs, auth.getCredentials());
    if (!email) throw new Error("these credentials are no service account's");
    return email;
  } catch (error) {
    throw new Error("the service account of tasks was not found; set RELAY_SERVICE_ACCOUNT", { cause: error });
  }
}
