import { randomBytes } from "node:crypto";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { sql } from "kysely";
import { openDatabase } from "../../../functions/src/database/open-database.ts";
import type { Db } from "../../../functions/src/database/schema.ts";
import type { Client } from "../../support/app/client.ts";
import { withPort } from "../../support/app/api-on.ts";
import { createTestDatabase } from "../../support/mysql/database.ts";
import type { Mistake } from "../mutants/mistake.ts";
import { readRules } from "../mutants/rules.ts";
import { replaceModules } from "../mutants/replace-modules.ts";
import { rejectionOf } from "../abort.ts";
import type { Random } from "../random.ts";
import type { ReportViolation } from "../violations.ts";
import { buildFunctions } from "./build.ts";
import { createFirstClients } from "./clients.ts";
import { type Fleet, createFleet } from "./fleet.ts";
import type { ReplicaServer } from "./mysql.ts";
import { type Proxy, startProxy } from "./proxy.ts";
import { startRealtimeServer } from "./realtime-server.ts";
import { hasRedis, startRedis } from "./redis.ts";
import { type UnreliableQueue, startUnreliableQueue } from "./unreliable-queue.ts";

export const PROJECT = "demo-live-comments";
/** Comments that the mirror holds of a video. Few, so that comments leave the window and come back. */
export const WINDOW = 100;

/** How long a sweep or a reconciliation may take. */
const SCHEDULED_TIMEOUT_MS = 60_000;
/** How long the suite's own statements may take. */
const OWN_TIMEOUT_MS = 60_000;
const CLIENTS = 12;
const VIDEOS = 8;

/** The system under test. */
export interface System {
  /** MySQL itself, past the proxy. */
  db: Db;
  /** The Realtime Database itself, past the proxy. */
  rtdbHost: string;
  fleet: Fleet;
  queue: UnreliableQueue;
  /** Between the functions and MySQL. */
  mysql: Proxy;
  /** Between the functions and the Realtime Database. */
  rtdb: Proxy;
  /** Between one instance of the API and Redis, where this machine has Redis. */
  redis: Proxy | undefined;
  /** On which the API reads, and what stands between; undefined without --replica. */
  replica: { server: ReplicaServer; proxy: Proxy } | undefined;
  clients: Client[];
  videos: string[];
  damage: Damage;
  /** Runs the sweep twice at once, as the scheduler may. Never throws. */
  sweep(): Promise<void>;
  /** Runs the reconciliation twice at once. Never throws. */
  reconcile(): Promise<void>;
  close(): Promise<void>;
}

/** What the faults did to the mirror. A difference there is expected, until it is repaired. */
export interface Damage {
  videos: Set<string>;
  /** Videos with a comment whose id no client may get. */
  withRefused: Set<string>;
  /** Whether the whole Realtime Database was emptied. */
  isWiped: boolean;
}

export interface SystemOptions {
  folder: string;
  random: Random;
  report: ReportViolation;
  mistake?: Mistake | undefined;
  replica?: ReplicaServer | undefined;
  /** Ends the start. */
  signal: AbortSignal;
}

/**
 * Starts the built functions as processes, each behind proxies to MySQL and the Realtime Database and with an unreliable queue. If it
 * fails, it ends what it has started.
 */
export async function startSystem(options: SystemOptions): Promise<System> {
  const { folder, random, report, mistake, replica, signal } = options;
  await using started = new AsyncDisposableStack();
  const source = await buildFunctions(join(folder, "build"), [replaceModules(mistake?.replaces ?? [])]);
  signal.throwIfAborted();
  const database = await createTestDatabase(`faults_${process.pid}`);
  started.defer(() => database.drop());
  signal.throwIfAborted();
  // The checks read past the proxies. There MySQL is never away, but a busy machine may be late.
  const db = openDatabase({ url: database.url, connections: 4, timeoutMs: OWN_TIMEOUT_MS });
  started.defer(() => db.destroy());
  if (mistake?.schema) await sql.raw(mistake.schema).execute(db);
  const realtimeServer = await startRealtimeServer({ projectId: PROJECT, rules: writeRules(folder, mistake), signal });
  started.defer(() => realtimeServer.kill());
  const rtdbHost = `127.0.0.1:${realtimeServer.port}`;
  process.env["GCLOUD_PROJECT"] = PROJECT;
  process.env["FIREBASE_DATABASE_EMULATOR_HOST"] = rtdbHost;

  const mysqlUrl = new URL(database.url);
  const mysql = await startProxy(Number(mysqlUrl.port));
  started.defer(() => mysql.close());
  mysqlUrl.port = String(mysql.port);
  const rtdb = await startProxy(realtimeServer.port);
  started.defer(() => rtdb.close());
  const replicaProxy = replica && (await startReplicaProxy(replica, started));
  const redis = hasRedis() ? await startRedisProxy(started) : undefined;
  const queue = await startUnreliableQueue(random, () => fleet.of("relayVideos").map(({ url }) => url));
  started.defer(() => queue.close());

  const damage: Damage = { videos: new Set(), withRefused: new Set(), isWiped: false };
  const fleet = createFleet({
    source,
    folder,
    onLog: (entry) => checkLogEntry(entry, damage, report),
    env: {
      MYSQL_URL: mysqlUrl.href,
      ...(replicaProxy && { MYSQL_REPLICA_URLS: withPort(mysqlUrl.href, replicaProxy.port) }),
      ACCESS_TOKEN_KEYS: newKey(),
      REFRESH_TOKEN_KEYS: newKey(),
      GCLOUD_PROJECT: PROJECT,
      FIREBASE_DATABASE_EMULATOR_HOST: `127.0.0.1:${rtdb.port}`,
      FIREBASE_AUTH_EMULATOR_HOST: "127.0.0.1:9",
      CLOUD_TASKS_EMULATOR_HOST: `127.0.0.1:${queue.port}`,
      RTDB_TIMEOUT_MS: "2000",
      RATE_LIMIT_SCALE: "1000",
      RTDB_WINDOW: String(WINDOW),
    },
  });
  started.defer(() => fleet.close());
  const starts = Promise.all([
    fleet.start("api"),
    // The other instance counts the limits in MySQL.
    fleet.start("api", redis && { REDIS_URL: `redis://127.0.0.1:${redis.port}` }),
    ...["relayVideos", "relayVideos", "sweep", "reconcile"].map((target) => fleet.start(target)),
  ]);
  await Promise.race([starts, rejectionOf(signal)]);
  const clients = await Promise.race([createFirstClients(CLIENTS, fleet, random), rejectionOf(signal)]);
  await db.updateTable("users").set({ role: "moderator" }).execute();

  const ending = started.move();
  return {
    db,
    rtdbHost,
    fleet,
    queue,
    mysql,
    rtdb,
    redis,
    replica: replica && replicaProxy && { server: replica, proxy: replicaProxy },
    clients,
    videos: Array.from({ length: VIDEOS }, (_, index) => `video-${index}`),
    damage,
    sweep: () => runTwice(fleet, "sweep"),
    reconcile: () => runTwice(fleet, "reconcile"),
    close: () => ending.disposeAsync(),
  };
}

async function startRedisProxy(started: AsyncDisposableStack): Promise<Proxy> {
  const server = await startRedis();
  started.defer(() => server.kill());
  const proxy = await startProxy(server.port);
  started.defer(() => proxy.close());
  return proxy;
}

async function startReplicaProxy({ url }: ReplicaServer, started: AsyncDisposableStack): Promise<Proxy> {
  const proxy = await startProxy(Number(new URL(url).port));
  started.defer(() => proxy.close());
  return proxy;
}

const newKey = () => `test:${randomBytes(32).toString("base64url")}`;

/** The project's rules, as the mistake changes them, in a file. */
function writeRules(folder: string, mistake: Mistake | undefined): string {
  const rules = readRules();
  mistake?.changeRules?.(rules);
  const file = join(folder, "database.rules.json");
  writeFileSync(file, JSON.stringify({ rules }));
  return file;
}

/** The functions log a drift that they repair, and a request that failed with a 500. */
function checkLogEntry(entry: Record<string, unknown>, damage: Damage, report: ReportViolation): void {
  const { message, subject, video_id } = entry;
  if (message === "drift" && subject === "videos" && !damage.isWiped && !damage.videos.has(String(video_id))) {
    report("mirror", `the reconciliation found drift: ${JSON.stringify(entry)}`);
  }
  if (message === "request failed") report("responses", `a request failed: ${JSON.stringify(entry)}`);
}

async function runTwice(fleet: Fleet, target: string): Promise<void> {
  const [instance] = fleet.of(target);
  if (!instance) return;
  const run = () => fetch(instance.url, { method: "POST", signal: AbortSignal.timeout(SCHEDULED_TIMEOUT_MS) });
  await Promise.allSettled([run(), run()]);
}
