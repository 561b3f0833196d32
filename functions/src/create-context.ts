import type { Context, ContextParts } from "./context.ts";
import type { App } from "firebase-admin/app";
import { applicationDefault, cert, deleteApp, initializeApp } from "firebase-admin/app";
import { v7 as uuidv7 } from "uuid";
import { createAlerts } from "./alerts/alerts.ts";
import type { Config } from "./config.ts";
import { REGION } from "./config.ts";
import { createLogger } from "./runtime/log.ts";
import type { MonitoringTarget } from "./telemetry/cloud-monitoring.ts";
import { createTelemetry } from "./telemetry/telemetry.ts";
import { emulatorCredentials, oauthCredentials } from "./realtime/credentials.ts";
import { createCustomTokens } from "./realtime/custom-tokens.ts";
import { Realtime } from "./realtime/realtime.ts";
import { cloudTasksQueue } from "./relay/queue/cloud-tasks.ts";
import { createDelivery } from "./relay/delivery.ts";
import { createInlineRelay } from "./relay/inline.ts";
import { createFirebaseUsers } from "./realtime/firebase-users.ts";
import type { Queue, RelayTask, UserTask } from "./relay/queue/queue.ts";
import type { RelayContext } from "./relay/comments/relay.ts";
import { tasksEmulatorQueue } from "./relay/queue/tasks-emulator.ts";
import type { UserMirrorContext } from "./relay/users/user-mirror.ts";
import { wake } from "./relay/comments/wake.ts";
import { createUserWake } from "./relay/users/user-wake.ts";
import { createBearers } from "./security/bearers.ts";
import { openCounters } from "./limits/open-counters.ts";
import { createCommitPost } from "./batching/group-commit.ts";
import { createLimits } from "./limits/limits.ts";
import { createFindPostConditions } from "./batching/post-conditions.ts";
import { createFindLiveSession } from "./batching/live-sessions.ts";
import { createFilters } from "./content/filters.ts";
import { createPasswords } from "./security/passwords.ts";
import { openDatabase } from "./database/open-database.ts";
import { createSharedQueries } from "./batching/shared-queries.ts";

/**
 * For what is asked for many requests at once, and for posts that share a transaction: one at a time of the look-ups, of the relay's
 * looks and of the groups, and up to four of each where one hangs. Nobody waits long there for a stranger's row, and posts that do hold
 * up no look-up.
 */
const BATCHES = { connections: 8, lockTimeoutSeconds: 2, multipleStatements: true };
const GROUPS = { connections: 4, multipleStatements: true };

/** Makes the context. Connects to nothing yet. */
export function createContext(config: Config, parts: ContextParts = {}): Context {
  const log = parts.log ?? createLogger((line) => process.stdout.write(`${line}\n`));
  const db = openDatabase(config.mysql);
  const batchDb = openDatabase({ ...config.mysql, ...BATCHES });
  const groupDb = openDatabase({ ...config.mysql, ...GROUPS, lockTimeoutSeconds: config.mysql.postLockTimeoutSeconds });
  // A name of its own lets several contexts live in one process.
  const app = initializeApp(
    {
      projectId: config.projectId,
      ...(config.serviceAccount
        ? { credential: cert({ projectId: config.projectId, ...config.serviceAccount }) }
        : config.realtime.emulator
          ? {}
          : { credential: applicationDefault() }),
    },
    uuidv7(),
  );
  const { metrics, ...telemetry } = createTelemetry(config.monitoring && monitoringTarget(app, config.monitoring));
  const realtime = new Realtime({
    url: config.realtime.url,
    timeoutMs: config.realtime.timeoutMs,
    credentials: config.realtime.emulator
      ? async () => emulatorCredentials()
      : oauthCredentials(app, () => metrics.tokenRefreshes.add(1)),
    onConnected: (connected) => metrics.connected.record(connected ? 1 : 0),
  });
  const alerts = createAlerts({ db, log, metrics }, config.alertWebhook);
  const relay: RelayContext = { db, batchDb, realtime, window: config.realtime.window, log, metrics, alerts };
  const queue = parts.queue ?? createQueue<RelayTask>(config, "relay", config.tasks.functionUrl);
  const inlineRelay = createInlineRelay(relay, config.inlineRelayDeadlineMs);
  const delivery = createDelivery(inlineRelay, (videoId, seq) => wake({ ...relay, queue }, videoId, seq));
  const userMirror: UserMirrorContext = { db, realtime, firebaseUsers: createFirebaseUsers(app) };
  const userQueue = parts.userQueue ?? createQueue<UserTask>(config, "mirrorUsers", config.tasks.mirrorUsersUrl);
  const userWake = createUserWake(userMirror, userQueue, log, config.inlineRelayDeadlineMs);
  const shareQuery = createSharedQueries(batchDb);
  const findLiveSession = createFindLiveSession(shareQuery);
  const counters = openCounters(config.rateLimits, db, shareQuery);
  const clock = parts.clock ?? (() => new Date());
  return {
    ...relay,
    ...userMirror,
    config,
    bearers: createBearers({ keys: config.accessTokenKeys, db, findLiveSession, clock }),
    findLiveSession,
    findPostConditions: createFindPostConditions(shareQuery),
    queue,
    videoRelay: delivery,
    commitPost: createCommitPost(groupDb),
    userQueue,
    userRelay: userWake,
    customTokens: createCustomTokens(app),
    passwords: createPasswords(),
    limits: createLimits(counters.store, config.rateLimits.scale),
    filters: parts.filters ?? createFilters(config.filters),
    log,
    metricsPage: telemetry.page,
    newId: parts.newId ?? (() => uuidv7()),
    clock,
    async close() {
      await delivery.close();
      await inlineRelay.close();
      await userWake.close();
      await counters.close();
      await alerts.settle();
      await telemetry.close();
      await groupDb.destroy();
      await batchDb.destroy();
      await db.destroy();
      await deleteApp(app);
    },
  };
}

function monitoringTarget(app: App, { projectId, job }: NonNullable<Config["monitoring"]>): MonitoringTarget {
  const token = async () => {
    if (!app.options.credential) throw new Error("the Firebase app has no credential");
    const { access_token } = await app.options.credential.getAccessToken();
    return access_token;
  };
  return { projectId, region: REGION, job, instance: uuidv7(), token };
}

function createQueue<Task extends object>(config: Config, functionName: string, functionUrl: string): Queue<Task> {
  const target = { projectId: config.projectId, region: REGION, functionName };
  const { emulatorHost, serviceAccount } = config.tasks;
  return emulatorHost
    ? tasksEmulatorQueue(emulatorHost, target)
    : cloudTasksQueue({ ...target, functionUrl, serviceAccount });
}
