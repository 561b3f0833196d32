import { spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { sql } from "kysely";
import { root } from "../../scripts/platform/paths.ts";
import { openDatabase } from "../../functions/src/database/database.ts";
import type { Db } from "../../functions/src/database/schema.ts";
import { administer } from "../support/realtime/administrator.ts";
import type { Client } from "../support/app/client.ts";
import { createUser } from "../support/app/users.ts";
import { createTestDatabase } from "../support/mysql/database.ts";
import { until } from "../support/until.ts";
import { buildFunctions, edited } from "./build.ts";
import type { Fleet } from "./fleet.ts";
import { createFleet, freePort } from "./fleet.ts";
import type { HostileQueue } from "./hostile-queue.ts";
import { startHostileQueue } from "./hostile-queue.ts";
import type { Mutant } from "./mutants.ts";
import type { Proxy } from "./proxy.ts";
import { startProxy } from "./proxy.ts";
import type { Random } from "./random.ts";

export const PROJECT = "demo-live-comments";
/** Small, so that comments leave the window and come back. */
export const WINDOW = 100;

export interface System {
  db: Db;
  fleet: Fleet;
  queue: HostileQueue;
  mysql: Proxy;
  rtdb: Proxy;
  /** The Realtime Database itself, past the proxy. */
  rtdbHost: string;
  clients: Client[];
  videos: string[];
  /** Videos whose data a stranger's hand changed: drift there is expected. */
  touched: Set<string>;
  /** What the instances logged that they should not have had to: drift that nobody planted. */
  complaints: string[];
  sweep(): Promise<void>;
  reconcile(): Promise<void>;
  close(): Promise<void>;
}

/** Brings up the built functions as processes, each behind proxies to MySQL and the Realtime Database, with a hostile queue. */
export async function startSystem(folder: string, random: Random, mutant?: Mutant): Promise<System> {
  const edits = mutant?.edits ?? [];
  // What fails here undoes what came before it.
  await using started = new AsyncDisposableStack();
  const source = await buildFunctions(join(folder, "build"), edits);
  const database = await createTestDatabase(`faults_${process.pid}`);
  started.defer(() => database.drop());
  const db = openDatabase({ url: database.url, connections: 4 });
  started.defer(() => db.destroy());
  if (mutant?.schema) await sql.raw(mutant.schema).execute(db);
  const rules = join(folder, "database.rules.json");
  writeFileSync(rules, edited(join(root, "database.rules.json"), edits));
  const rtdbPort = await freePort();
  const server = spawn(
    process.execPath,
    [join(root, "rtdb-server/main.ts"), "--port", String(rtdbPort), "--project", PROJECT, "--rules", rules],
    { stdio: ["ignore", "ignore", "inherit"] },
  );
  started.defer(() => void server.kill("SIGKILL"));
  process.env["GCLOUD_PROJECT"] = PROJECT;
  process.env["FIREBASE_DATABASE_EMULATOR_HOST"] = `127.0.0.1:${rtdbPort}`;
  await until("the Realtime Database server", () =>
    fetch(`http://127.0.0.1:${rtdbPort}/`).then(
      () => true,
      () => false,
    ),
  );

  const mysqlUrl = new URL(database.url);
  const mysql = await startProxy(Number(mysqlUrl.port));
  started.defer(() => mysql.close());
  const rtdb = await startProxy(rtdbPort);
  started.defer(() => rtdb.close());
  mysqlUrl.port = String(mysql.port);

  const touched = new Set<string>();
  const complaints: string[] = [];
  const onLog = (entry: Record<string, unknown>) => {
    const videoId = String(entry["video_id"]);
    if (entry["message"] === "drift" && !touched.has(videoId)) complaints.push(`drift in ${JSON.stringify(entry)}`);
    if (entry["message"] === "request failed") complaints.push(`a request failed: ${JSON.stringify(entry)}`);
  };
  const queue = await startHostileQueue(random, () => fleet.of("relay").map(({ url }) => url));
  started.defer(() => queue.close());
  const key = () => `test:${randomBytes(32).toString("base64url")}`;
  const fleet = createFleet({
    source,
    folder,
    onLog,
    env: {
      MYSQL_URL: mysqlUrl.href,
      ACCESS_TOKEN_KEYS: key(),
      REFRESH_TOKEN_KEYS: key(),
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
  await Promise.all(["api", "api", "relay", "relay", "sweep", "reconcile"].map((target) => fleet.start(target)));

  // The first requests load the functions, and are not repeated.
  let patience = 60_000;
  const send = async (path: string, init: RequestInit): Promise<Response> => {
    const instance = random.pick(fleet.of("api"));
    return fetch(`${instance.url}${path}`, { ...init, signal: AbortSignal.timeout(patience) });
  };
  const clients = await Promise.all(Array.from({ length: 12 }, () => createUser(send)));
  patience = 8_000;
  const run = async (target: string) => {
    const [instance] = fleet.of(target);
    if (!instance) return;
    // Two at once, always.
    const runs = [1, 2].map(() => fetch(instance.url, { method: "POST", signal: AbortSignal.timeout(60_000) }));
    await Promise.allSettled(runs);
  };

  const ending = started.move();
  return {
    db,
    fleet,
    queue,
    mysql,
    rtdb,
    rtdbHost: `127.0.0.1:${rtdbPort}`,
    clients,
    videos: Array.from({ length: 8 }, (_, index) => `video-${index}`),
    touched,
    complaints,
    sweep: () => run("sweep"),
    reconcile: () => run("reconcile"),
    close: () => ending.disposeAsync(),
  };
}

/** Empties the whole Realtime Database, as an operator's slip would. */
export async function wipe(): Promise<void> {
  await administer("DELETE", "");
}
