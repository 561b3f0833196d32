import type { Agent } from "node:http";
import { type App, applicationDefault, cert, deleteApp, initializeApp } from "firebase-admin/app";
import { v7 as uuidv7 } from "uuid";
import { createAlerts } from "./alerts/alerts.ts";
import * as dependencyAlerts from "./alerts/dependency-alerts.ts";
import { createRunUnlessRunning } from "./batching/run-unless-running.ts";
import { createCommitPost } from "./batching/group-commit.ts";
import { createFindPostingState } from "./batching/posting-state.ts";
import { createFindLiveSession } from "./batching/live-sessions.ts";
import { createFindVideoState } from "./batching/video-states.ts";
import { createPageCache } from "./caching/page-cache.ts";
import { createRedisPages } from "./caching/redis-pages.ts";
import { createSharedQueries } from "./batching/shared-queries.ts";
import { type Config, FUNCTION_TARGET, RELEASE, TASK_FUNCTIONS } from "./config.ts";
import { createFilters } from "./content/filters/filters.ts";
import type { Context, ContextParts } from "./context.ts";
import { createAvailability } from "./database/connections/availability.ts";
import { probe } from "./database/connections/probe.ts";
import { serverName } from "./database/urls.ts";
import { openDatabase } from "./database/open-database.ts";
import { openCounters } from "./limits/open-counters.ts";
import { ALLOWANCES } from "./limits/allowances.ts";
import { createLimits } from "./limits/limits.ts";
import { poolSizes } from "./pools.ts";
import { emulatorCredentials, oauthCredentials } from "./realtime/credentials.ts";
import { createCustomTokens } from "./realtime/custom-tokens.ts";
import { createFirebaseUsers } from "./realtime/firebase-users.ts";
import { Realtime } from "./realtime/realtime.ts";
import { openRedis } from "./redis/open-redis.ts";
import { createAudienceRelay } from "./relay/audiences/audience-relay.ts";
import { createAudienceSubjects } from "./relay/audiences/audience-subjects.ts";
import { createBreaker, createRealtimeGuard, unguarded } from "./relay/mechanism/breaker.ts";
import { createRelay } from "./relay/mechanism/relay.ts";
import { openQueue } from "./relay/queue/open-queue.ts";
import type { UserRelayContext } from "./relay/users/context.ts";
import { createUserSubjects } from "./relay/users/user-subjects.ts";
import type { VideoRelayContext } from "./relay/videos/context.ts";
import { createVideoSubjects } from "./relay/videos/video-subjects.ts";
import { createViewerCounts } from "./relay/videos/viewer-counts.ts";
import { createKnownChanges } from "./replicas/known-changes.ts";
import { openReplicas } from "./replicas/open-replicas.ts";
import { createVideoReader } from "./replicas/video-reader.ts";
import { createCheck } from "./runtime/check.ts";
import { createLogger } from "./runtime/log.ts";
import { writeLine } from "./runtime/write-line.ts";
import { type AppCheck, createAppCheck } from "./security/app-check.ts";
import { createBearers } from "./security/bearers.ts";
import { createPasswords } from "./security/passwords.ts";
import type { MonitoringTarget } from "./telemetry/cloud-monitoring.ts";
import { measurePool } from "./telemetry/measure-pool.ts";
import { insertMinuteCounts } from "./tables/operation/minute-counts.ts";
import { alsoCounted, createMinuteCounts } from "./telemetry/minute-counts.ts";
import { createTelemetry } from "./telemetry/telemetry.ts";
import { type Tracer, createTracer } from "./telemetry/tracer.ts";

/** A page of 20 comments takes about 20 KB. */
const MAX_PAGE_CACHE_BYTES = 32 * 1024 * 1024;

/** Builds the context. Connects to nothing yet. */
export function createContext(config: Config, parts: ContextParts = {}): Context {
  const log = parts.log ?? createLogger(writeLine, config.projectId);
  const app = openApp(config, parts.googleAgent);
  const { metrics: measured, ...telemetry } = createTelemetry({
    target: monitoringTarget(app, config),
    job: FUNCTION_TARGET,
    folder: config.metricsFolder,
  });
  const counts = createMinuteCounts((some) => insertMinuteCounts(db, some));
  const metrics = alsoCounted(measured, counts);
  const tracer = openTracer(config);
  const availability = createAvailability({
    probe: () => probe(config.mysql.url),
    onAway: (error) => databaseAlerts.onAway(error),
    onBack: () => databaseAlerts.onBack(),
    onReadOnly: (error) => databaseAlerts.onReadOnly(error),
  });
  const mysql = { ...config.mysql, availability };
  const { main, batches, groups } = poolSizes(FUNCTION_TARGET, config.mysql.connections);
  const pool = (name: string, connections: number) => ({
    ...mysql,
    connections,
    ...measurePool({ metrics, log }, name),
  });
  const db = openDatabase(pool("main", main));
  const batchDb = openDatabase({ ...pool("batches", batches), multipleStatements: true });
  const groupDb = openDatabase({
    ...pool("groups", groups),
    multipleStatements: true,
    lockTimeoutSeconds: config.mysql.postLockTimeoutSeconds,
  });
  const realtime = new Realtime({
    url: config.realtime.url,
    timeoutMs: config.realtime.timeoutMs,
    credentials: config.realtime.isEmulator
      ? async () => emulatorCredentials()
      : oauthCredentials(app, { ...config.realtime, onRefresh: () => metrics.tokenRefreshes.add(1) }),
    onConnected: (isConnected) => metrics.realtimeConnected.record(isConnected ? 1 : 0),
  });
  const onSent = (name: string) => counts.add("alert", name);
  const alerts = createAlerts({ db, log, metrics, webhook: config.alertWebhook, onSent });
  const databaseAlerts = dependencyAlerts.createDatabaseAlerts({ alerts, log, metrics });

  const replicas = openReplicas({
    ...config.mysql.replicas,
    primary: db,
    pool: config.mysql,
    measure: (pool) => measurePool({ metrics, log }, pool),
    hooks: dependencyAlerts.createReplicaAlerts({ alerts, log, metrics }),
  });
  const knownChanges = createKnownChanges(config.mysql.replicas.maxLagMs);

  const { windowSize } = config.realtime;
  const viewerCounts = createViewerCounts(() => performance.now());
  const relayContext = { db, realtime, realtimeGuard: unguarded, metrics };
  const videoContext: VideoRelayContext = { ...relayContext, batchDb, windowSize, viewerCounts, alerts };
  const userContext: UserRelayContext = { ...relayContext, firebaseUsers: createFirebaseUsers(app) };
  const breaker = createBreaker(alerts, config.realtime.timeoutMs);
  const realtimeGuard = createRealtimeGuard(breaker);
  const relayOptions = { breaker, inlineDeadlineMs: config.inlineRelayDeadlineMs };
  const { relayVideosUrl, relayUsersUrl, countAudiencesUrl } = config.tasks;
  const videoQueue = parts.videoQueue ?? openQueue(config, TASK_FUNCTIONS.videos, relayVideosUrl);
  const userQueue = parts.userQueue ?? openQueue(config, TASK_FUNCTIONS.users, relayUsersUrl);
  const audienceQueue = parts.audienceQueue ?? openQueue(config, TASK_FUNCTIONS.audiences, countAudiencesUrl);
  const videos = { subjects: createVideoSubjects(videoContext), queue: videoQueue, log, metrics, tracer, alerts };
  const users = { subjects: createUserSubjects(userContext), queue: userQueue, log, metrics, tracer, alerts };
  const videoRelay = createRelay(videos, {
    ...relayOptions,
    guardedSubjects: createVideoSubjects({ ...videoContext, realtimeGuard }),
    onPublish: (id, seq) => knownChanges.note(id, seq),
  });
  const guardedUsers = createUserSubjects({ ...userContext, realtimeGuard });
  const userRelay = createRelay(users, { ...relayOptions, guardedSubjects: guardedUsers });
  const audienceContext = { db, realtime, queue: audienceQueue, log, metrics, tracer, alerts };
  const audienceRelay = createAudienceRelay({ ...audienceContext, subjects: createAudienceSubjects(audienceContext) });
  for (const limit in ALLOWANCES) metrics.limitsHit.add(0, { limit });
  const clock = parts.clock ?? (() => new Date());
  const shareQuery = createSharedQueries(batchDb);
  const findLiveSession = createFindLiveSession(shareQuery);
  const redis = config.redisUrl
    ? openRedis(config.redisUrl, dependencyAlerts.createRedisAlerts({ alerts, log }))
    : undefined;
  const counters = openCounters(redis, { db, shareQuery, scope: installationOf(config) });
  return {
    ...videoContext,
    ...userContext,
    config,
    bearers: createBearers({ keys: config.accessTokenKeys, db, findLiveSession, clock }),
    appCheck: openAppCheck(app, { config, metrics, clock }),
    findLiveSession,
    findPostingState: createFindPostingState(shareQuery),
    videoReader: createVideoReader({
      primary: { db, findVideoState: createFindVideoState(shareQuery) },
      replicas,
      knownChanges,
      onRead: (server, outcome) => metrics.videoReads.add(1, { server, outcome }),
    }),
    replicas,
    newestPages: createPageCache({
      maxBytes: MAX_PAGE_CACHE_BYTES,
      shared: redis && createRedisPages(redis, { scope: [...installationOf(config), RELEASE] }),
      onLookUp: (outcome) => metrics.pageLookUps.add(1, { outcome }),
    }),
    videoRelay,
    userRelay,
    audienceRelay,
    commitPost: createCommitPost(groupDb),
    runUnlessRunning: createRunUnlessRunning(),
    customTokens: createCustomTokens(app, dependencyAlerts.createSigningAlerts(alerts)),
    passwords: createPasswords(),
    limits: createLimits(counters, config.rateLimits.scale, {
      onRefused: (limit) => metrics.limitsHit.add(1, { limit }),
      onKept: (limit, error) => log.warn("counts of a limit could not be forgotten", { limit }, error),
    }),
    filters: parts.filters ?? createFilters(config.filters),
    log,
    tracer,
    metricsPage: telemetry.page,
    dependencies: {
      mysql: createCheck(() => availability.ask()),
      realtime_database: createCheck(() => realtime.read("sync/-ready")),
      ...(redis && { redis: createCheck(redis.ping) }),
      ...(replicas.all.length > 0 && { replicas: createCheck(() => replicas.check()) }),
    },
    newId: parts.newId ?? (() => uuidv7()),
    clock,
    async close() {
      await videoRelay.close();
      await userRelay.close();
      breaker.shutdown();
      await redis?.close();
      await alerts.flush();
      await counts.close();
      await tracer.close();
      await telemetry.close();
      await replicas.close();
      await groupDb.destroy();
      await batchDb.destroy();
      await db.destroy();
      await deleteApp(app);
    },
  };
}

/** The Firebase app. Its name is unique, so that several contexts can live in one process. */
function openApp({ projectId, serviceAccount, realtime }: Config, httpAgent: Agent | undefined): App {
  const name = uuidv7();
  const options = { projectId, ...(httpAgent && { httpAgent }) };
  if (serviceAccount) return initializeApp({ ...options, credential: cert({ projectId, ...serviceAccount }) }, name);
  if (realtime.isEmulator) return initializeApp(options, name);
  return initializeApp({ ...options, credential: applicationDefault() }, name);
}

/** What installations that share a Redis differ in. The pages' form also depends on the release. */
function installationOf({ projectId, mysql }: Config): string[] {
  return [projectId, serverName(mysql.url), new URL(mysql.url).pathname];
}

function openAppCheck(
  app: App,
  { config: { appCheck }, metrics, clock }: Pick<Context, "config" | "metrics" | "clock">,
): AppCheck | undefined {
  if (appCheck === "off") return undefined;
  return createAppCheck(app, {
    isObserved: appCheck === "observe",
    onOutcome: (outcome) => metrics.appChecks.add(1, { outcome }),
    clock,
  });
}

function monitoringTarget(app: App, { monitoring, region }: Config): MonitoringTarget | undefined {
  if (!monitoring) return undefined;
  const token = async () => {
    if (!app.options.credential) throw new Error("the Firebase app has no credential");
    const { access_token } = await app.options.credential.getAccessToken();
    return access_token;
  };
  return { ...monitoring, region, instance: uuidv7(), token };
}

function openTracer({ traces }: Config): Tracer {
  if (!traces) return createTracer();
  return createTracer(async () => {
    const { createSpanExport } = await import("./telemetry/span-export.ts");
    return createSpanExport({ ...traces, service: FUNCTION_TARGET ?? "tools" });
  });
}
