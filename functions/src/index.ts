import "./runtime/framework.ts";
import { getRequestListener } from "@hono/node-server";
import { HttpsError, onRequest } from "firebase-functions/https";
import { type GlobalOptions, setGlobalOptions } from "firebase-functions/options";
import { onSchedule } from "firebase-functions/scheduler";
import { onTaskDispatched } from "firebase-functions/tasks";
import { createApp } from "./app.ts";
import { DEPLOYMENT, FUNCTION_TARGET, IS_EMULATED, RELEASE, readConfig } from "./config.ts";
import type { Context } from "./context.ts";
import { MAX_BODY_BYTES, MAX_TASK_BYTES } from "./contract/limits.ts";
import { createContext } from "./create-context.ts";
import { secretsOf } from "./deployment.ts";
import { maxInstances } from "./pools.ts";
import type { Relay } from "./relay/mechanism/relay.ts";
import { type Lifecycle, endGracefully } from "./runtime/lifecycle.ts";
import { readTraceparent } from "./runtime/current-span.ts";
import { guardRequests } from "./runtime/request-guard.ts";
import { runMaintenance } from "./services/operation/maintenance.ts";
import { runPurge } from "./services/operation/purge.ts";

// All functions but the API are called by Cloud Tasks and Cloud Scheduler, with a few bytes.
guardRequests(FUNCTION_TARGET === undefined || FUNCTION_TARGET === "api" ? MAX_BODY_BYTES : MAX_TASK_BYTES);
setGlobalOptions({
  region: DEPLOYMENT.region,
  memory: DEPLOYMENT.relay.memory,
  ...vpcOptions(),
  // Tells the next deployment which code runs on the schema that it migrates.
  ...(RELEASE !== "" && { labels: { release: RELEASE } }),
});

function vpcOptions(): Pick<GlobalOptions, "vpcConnector" | "networkInterface" | "vpcEgress"> {
  const { vpc } = DEPLOYMENT;
  if (!vpc) return {};
  if ("connector" in vpc) return { vpcConnector: vpc.connector };
  const { network, subnet } = vpc;
  const networkInterface = { ...(network && { network }), ...(subnet && { subnetwork: subnet }) };
  return { networkInterface, vpcEgress: "PRIVATE_RANGES_ONLY" };
}

// Under the emulator they come with the environment. Listed here, each process would ask Secret Manager for them at its start.
const API_SECRETS = IS_EMULATED ? [] : secretsOf(DEPLOYMENT, true);
const OTHER_SECRETS = IS_EMULATED ? [] : secretsOf(DEPLOYMENT, false);

const INSTANCES = maxInstances(DEPLOYMENT);

interface Process {
  context: Context;
  lifecycle: Lifecycle;
  listener: ReturnType<typeof getRequestListener>;
}

// Started by the first call, not at import: the CLI imports this file to find the functions, and has no configuration.
let started: Process | undefined;

function start(): Process {
  const context = createContext(readConfig());
  const lifecycle = endGracefully(context.log, context.close);
  const listener = getRequestListener(createApp(context).fetch);
  return { context, lifecycle, listener };
}

async function withAlertsSent<T>({ alerts }: Context, work: Promise<T>): Promise<T> {
  try {
    return await work;
  } finally {
    await alerts.flush();
  }
}

/**
 * Runs a call with the process's context. A process that is told to end waits for it. A task and a schedule end when their alerts are sent,
 * since the instance may have no CPU afterwards. A response of the API does not wait.
 */
async function call<T>(work: (process: Process) => Promise<T>): Promise<T> {
  const running = (started ??= start());
  try {
    return await running.lifecycle.track(withAlertsSent(running.context, work(running)));
  } catch (error) {
    // Firebase would log the error whole, and with a driver's error the statement and its values.
    running.context.log.error("call failed", { function: FUNCTION_TARGET }, error);
    throw new HttpsError("internal", "failed; the log entry before this one says why");
  }
}

/** The HTTP API. */
export const api = onRequest(
  { ...DEPLOYMENT.api, maxInstances: INSTANCES.api, secrets: API_SECRETS, invoker: "public" },
  (request, response) => call(async ({ listener }) => listener(request, response)),
);

interface TaskLoad {
  maxInstances: number;
  maxConcurrentDispatches: number;
  maxDispatchesPerSecond: number;
}

/** A task function of the relay, with its queue. What is the same for all of them is set here. */
function relayTasks(load: TaskLoad, relayOf: (context: Context) => Pick<Relay, "runTask">) {
  const { maxInstances, maxConcurrentDispatches, maxDispatchesPerSecond } = load;
  return onTaskDispatched(
    {
      secrets: OTHER_SECRETS,
      concurrency: 40,
      maxInstances,
      ...(DEPLOYMENT.taskAccount && { invoker: DEPLOYMENT.taskAccount }),
      timeoutSeconds: 60,
      // The defaults give up after 3 tries in 0.3 s. Unlimited tries for 4 hours; the sweep takes over from there.
      retryConfig: {
        maxAttempts: -1,
        maxRetrySeconds: 4 * 60 * 60,
        minBackoffSeconds: 1,
        maxBackoffSeconds: 60,
        maxDoublings: 6,
      },
      rateLimits: {
        // The emulator runs at most 80 requests at once, over all functions. Slow tasks must leave room for the API.
        maxConcurrentDispatches: IS_EMULATED ? 20 : maxConcurrentDispatches,
        maxDispatchesPerSecond,
      },
    },
    async ({ data, retryCount, headers }) => {
      const parent = readTraceparent(headers?.["traceparent"]);
      const isDone = await call(({ context }) =>
        context.tracer.run("relay task", { parent, kind: "consumer", attributes: { retry_count: retryCount } }, () =>
          relayOf(context).runTask(data, retryCount),
        ),
      );
      // A 503: the queue backs off and tries again.
      if (!isDone) throw new HttpsError("unavailable", "not relayed; try again");
    },
  );
}

/** Relays videos, one a task. */
export const relayVideos = relayTasks(
  { maxInstances: INSTANCES.relayVideos, maxConcurrentDispatches: 100, maxDispatchesPerSecond: 500 },
  ({ videoRelay }) => videoRelay,
);

/** Relays users, one a task: whether they are signed in, and which of their sessions are revoked. */
export const relayUsers = relayTasks(
  { maxInstances: INSTANCES.relayUsers, maxConcurrentDispatches: 40, maxDispatchesPerSecond: 100 },
  ({ userRelay }) => userRelay,
);

/** Counts the viewers of videos that somebody watches, one a task. Each count asks for the next, so none runs when nobody watches. */
export const countAudiences = relayTasks(
  { maxInstances: INSTANCES.countAudiences, maxConcurrentDispatches: 80, maxDispatchesPerSecond: 500 },
  ({ audienceRelay }) => audienceRelay,
);

// Every minute, so that the two minutes hold even if one run is missed. A run may last longer: two at once do no harm.
const EVERY_MINUTE = {
  secrets: OTHER_SECRETS,
  schedule: "every 1 minutes",
  timeoutSeconds: 120,
} as const;
/** Time after which a run begins nothing new, so that it normally ends before the next run begins. */
const BUDGET_MS = 50_000;

/** Finds videos and users that are behind, and has them relayed; finds counts of viewers that were lost, and has them made. */
export const sweep = onSchedule({ ...EVERY_MINUTE, maxInstances: INSTANCES.sweep }, () =>
  call((process) => {
    const { videoRelay: videos, userRelay: users, audienceRelay: audiences, log } = process.context;
    return forEachRelay(process, { videos, users, audiences }, async (relay, subject) => {
      const { enqueued, relayed, backlog } = await relay.sweep(BUDGET_MS);
      log.info("sweep", { subject, enqueued, relayed, ...backlog });
    });
  }),
);

/** Compares the mirrors with MySQL, round by round, and repairs them. */
export const reconcile = onSchedule({ ...EVERY_MINUTE, maxInstances: INSTANCES.reconcile }, () =>
  call((process) => {
    const { videoRelay: videos, userRelay: users, log } = process.context;
    return forEachRelay(process, { videos, users }, async (relay, subject) => {
      const { outcomes, ...counts } = await relay.reconcileRound(BUDGET_MS);
      log.info("reconcile", { subject, ...counts, ...outcomes });
    });
  }),
);

/** Runs all at once; one that fails does not stop the others. */
async function forEachRelay<R>(
  { context }: Process,
  relays: Record<string, R>,
  work: (relay: R, subject: string) => Promise<void>,
): Promise<void> {
  const results = await Promise.allSettled(Object.entries(relays).map(([subject, relay]) => work(relay, subject)));
  const [first, ...others] = results.filter((result) => result.status === "rejected");
  for (const { reason } of others) context.log.error("call failed", { function: FUNCTION_TARGET }, reason);
  if (first) throw first.reason;
}

/** Revokes expired sessions and deletes what was kept long enough: see `runMaintenance`. */
export const maintain = onSchedule({ ...EVERY_MINUTE, maxInstances: INSTANCES.maintain }, () =>
  call(async ({ context }) => {
    const report = await runMaintenance(context);
    context.log.info("maintenance", { ...report });
  }),
);

/** Deletes Idempotency-Keys and tombstones that are too old to keep. */
export const purge = onSchedule(
  { secrets: OTHER_SECRETS, schedule: "every 60 minutes", timeoutSeconds: 540, maxInstances: INSTANCES.purge },
  () =>
    call(async ({ context }) => {
      await runPurge(context);
    }),
);
