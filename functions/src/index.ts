import "./runtime/framework.ts";
import { getRequestListener } from "@hono/node-server";
import { HttpsError, onRequest } from "firebase-functions/https";
import { setGlobalOptions } from "firebase-functions/options";
import { onSchedule } from "firebase-functions/scheduler";
import { onTaskDispatched } from "firebase-functions/tasks";
import { createApp } from "./app.ts";
import { EMULATED, readConfig, REGION, VPC_CONNECTOR } from "./config.ts";
import type { Context } from "./context.ts";
import { createContext } from "./create-context.ts";
import type { Lifecycle } from "./runtime/lifecycle.ts";
import { endGracefully } from "./runtime/lifecycle.ts";
import { reconcileRound } from "./relay/comments/rounds.ts";
import { sweep as runSweep } from "./relay/comments/sweep.ts";
import { runRelayTask } from "./relay/comments/task.ts";
import { sweepUsers } from "./relay/users/user-sweep.ts";
import { runUserTask } from "./relay/users/user-task.ts";
import { purge as runPurge } from "./services/operation/purge.ts";

setGlobalOptions({ region: REGION, ...(VPC_CONNECTOR ? { vpcConnector: VPC_CONNECTOR } : {}) });

// The emulator would ask Secret Manager for each, at each start of a process; there they come with the environment.
const SECRETS = EMULATED ? [] : ["MYSQL_URL", "ACCESS_TOKEN_KEYS", "REFRESH_TOKEN_KEYS"];

// The emulator starts a process (100 MB, a second of CPU) for each request under way; 100 tasks at once stop a small machine.
const CONCURRENT_TASKS = EMULATED ? 4 : 100;

interface Process {
  context: Context;
  lifecycle: Lifecycle;
  listener: ReturnType<typeof getRequestListener>;
}

// Made at the first call, not at import: the CLI imports this file to find the functions, and has no configuration.
let made: Process | undefined;

function start(): Process {
  const context = createContext(readConfig());
  const lifecycle = endGracefully(context.log, context.close);
  const listener = getRequestListener(createApp(context).fetch);
  return (made = { context, lifecycle, listener });
}

/** Runs a call with the process's context; a process that is told to end waits for it. */
function call<T>(work: (process: Process) => Promise<T>): Promise<T> {
  const process = made ?? start();
  return process.lifecycle.track(work(process));
}

/** The HTTP API. */
export const api = onRequest(
  { secrets: SECRETS, memory: "512MiB", concurrency: 80, maxInstances: 10, invoker: "public" },
  (request, response) => call(async ({ listener }) => listener(request, response)),
);

/** The task queue that brings the Realtime Database up to MySQL, a video at a time. */
export const relay = onTaskDispatched(
  {
    secrets: SECRETS,
    memory: "512MiB",
    concurrency: 40,
    maxInstances: 5,
    timeoutSeconds: 60,
    // The defaults give up after 3 tries in 0.3 s. Unlimited tries for 4 hours; the sweep takes over from there.
    retryConfig: {
      maxAttempts: -1,
      maxRetrySeconds: 4 * 60 * 60,
      minBackoffSeconds: 1,
      maxBackoffSeconds: 60,
      maxDoublings: 6,
    },
    rateLimits: { maxConcurrentDispatches: CONCURRENT_TASKS, maxDispatchesPerSecond: 500 },
  },
  async (task) => {
    const done = await call(({ context }) => runRelayTask(context, task.data, task.retryCount));
    // 503: the queue backs off and tries again.
    if (!done) throw new HttpsError("unavailable", "not relayed; to be tried again");
  },
);

// Each minute, so that with a miss of one there are still two minutes. A run ends before the next begins, and two at once do no harm.
const EACH_MINUTE = {
  secrets: SECRETS,
  schedule: "every 1 minutes",
  timeoutSeconds: 120,
  memory: "512MiB",
} as const;
const BUDGET = 50_000;

/** Wakes the videos that are behind though nobody works on them. */
export const sweep = onSchedule({ ...EACH_MINUTE, maxInstances: 2 }, () =>
  call(async ({ context }) => {
    const { enqueued, relayed, backlog } = await runSweep(context, BUDGET);
    context.log.info("sweep", { enqueued, relayed, ...backlog });
  }),
);

/** Compares the Realtime Database with MySQL, round by round, and repairs it. */
export const reconcile = onSchedule({ ...EACH_MINUTE, maxInstances: 2 }, () =>
  call(async ({ context }) => {
    const { outcomes, ...counts } = await reconcileRound(context, BUDGET);
    context.log.info("reconcile", { ...counts, ...outcomes });
  }),
);

/** The task queue that tells the Realtime Database and Firebase Auth what became of a user's sessions. */
export const mirrorUsers = onTaskDispatched(
  {
    secrets: SECRETS,
    memory: "512MiB",
    concurrency: 40,
    maxInstances: 2,
    timeoutSeconds: 60,
    retryConfig: {
      maxAttempts: -1,
      maxRetrySeconds: 4 * 60 * 60,
      minBackoffSeconds: 1,
      maxBackoffSeconds: 60,
      maxDoublings: 6,
    },
    rateLimits: { maxConcurrentDispatches: 40, maxDispatchesPerSecond: 100 },
  },
  async (task) => {
    const done = await call(({ context }) => runUserTask(context, task.data));
    // 503: the queue backs off and tries again.
    if (!done) throw new HttpsError("unavailable", "not mirrored; to be tried again");
  },
);

/** Every minute: sessions that expired, users whose task was lost, and what is too old to keep. */
export const sweepAccounts = onSchedule({ ...EACH_MINUTE, maxInstances: 1 }, () =>
  call(async ({ context }) => {
    const report = await sweepUsers(context);
    context.log.info("accounts swept", { ...report });
  }),
);

/** Removes Idempotency-Keys and tombstones that have been kept long enough. */
export const purge = onSchedule(
  { secrets: SECRETS, schedule: "every 60 minutes", timeoutSeconds: 540, maxInstances: 1 },
  () =>
    call(async ({ context }) => {
      await runPurge(context);
    }),
);
