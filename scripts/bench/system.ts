import { signAccessToken } from "../../functions/src/security/access-tokens.ts";
import { randomBytes, randomUUID } from "node:crypto";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { mkdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { readConfig } from "../../functions/src/config.ts";
import type { Context } from "../../functions/src/context.ts";
import { createContext } from "../../functions/src/create-context.ts";
import { buildFunctions } from "../../test/faults/system/build.ts";
import { type Fleet, createFleet } from "../../test/faults/system/fleet.ts";
import { startRealtimeServer } from "../../test/faults/system/realtime-server.ts";
import { createTestDatabase } from "../../test/support/mysql/database.ts";
import { unsignedToken } from "../../test/support/rtdb/unsigned-token.ts";
import { local, projectId, root } from "../platform/paths.ts";

export interface BenchSystem {
  /** Starts instances of the functions. None runs at first. */
  fleet: Fleet;
  context: Context;
  /** One access token a user. The rate limits of production let this many users post 150,000 comments a minute. */
  tokens: string[];
  /** Makes them again, for a part that runs longer than the 15 minutes for which a token is valid. */
  signTokens: () => string[];
  /** These users. */
  userIds: string[];
  /** One of them. */
  userId: string;
  /** Below the project. It ends with the system. */
  folder: string;
  mysqlUrl: string;
  rtdbHost: string;
  close(): Promise<void>;
}

export interface BenchOptions {
  /** Whether the task queue runs its tasks, at once. Otherwise it takes them and runs none. */
  runsTasks: boolean;
  env?: Record<string, string>;
}

const running = new Set<BenchSystem>();

const USERS = 5_000;
const silent = { info: () => {}, warn: () => {}, error: () => {} };

/** Starts what the built functions need: MySQL, a Realtime Database server and a task queue. */
export async function startBench({ runsTasks, env = {} }: BenchOptions): Promise<BenchSystem> {
  const folder = join(local, `bench-${process.pid}-${Date.now()}`);
  mkdirSync(folder, { recursive: true });
  const source = await buildFunctions(join(folder, "build"));
  const database = await createTestDatabase();
  const rtdb = await startRealtimeServer({ projectId, rules: join(root, "database.rules.json") });
  const rtdbHost = `127.0.0.1:${rtdb.port}`;
  // The client SDK connects to this, whatever its own configuration says.
  process.env["FIREBASE_DATABASE_EMULATOR_HOST"] = rtdbHost;
  const queue = await startQueue(async (task) => {
    if (runsTasks) await runTask(fleet, task);
  });
  const allEnv = {
    MYSQL_URL: database.url,
    MYSQL_CONNECTIONS: "20",
    ACCESS_TOKEN_KEYS: newKey(),
    REFRESH_TOKEN_KEYS: newKey(),
    GCLOUD_PROJECT: projectId,
    FIREBASE_DATABASE_EMULATOR_HOST: rtdbHost,
    FIREBASE_AUTH_EMULATOR_HOST: "127.0.0.1:9",
    CLOUD_TASKS_EMULATOR_HOST: `127.0.0.1:${queue.port}`,
    ...env,
  };
  const fleet = createFleet({ source, folder, env: allEnv, onLog: () => {} });
  const context = createContext(readConfig(allEnv), { log: silent });
  const userIds = await createUsers(context);
  // The ids of a user's session and device are the user's.
  const signTokens = () =>
    userIds.map((id) =>
      signAccessToken(context.config.accessTokenKeys, { userId: id, sessionId: id, userDeviceId: id }, new Date()),
    );
  const system: BenchSystem = {
    fleet,
    context,
    tokens: signTokens(),
    signTokens,
    userIds,
    userId: userIds[0] ?? "",
    folder,
    mysqlUrl: database.url,
    rtdbHost,
    async close() {
      if (!running.delete(system)) return;
      await fleet.close();
      queue.close();
      rtdb.kill();
      await context.close();
      await database.drop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
  running.add(system);
  return system;
}

/** Ends what an interrupted part has left. */
export async function closeSystems(): Promise<void> {
  for (const system of running) await system.close();
}

const newKey = () => `bench:${randomBytes(32).toString("base64url")}`;

/** Starts a task queue with the interface of the Tasks emulator. `onTask` gets the body of each task. */
async function startQueue(onTask: (body: string) => Promise<void>): Promise<{ port: number; close(): void }> {
  const server = createServer((request, response) => {
    const pieces: Buffer[] = [];
    request.on("data", (piece: Buffer) => pieces.push(piece));
    request.on("end", () => {
      response.end("{}");
      const { task } = JSON.parse(Buffer.concat(pieces).toString()) as { task: { httpRequest: { body: string } } };
      void onTask(Buffer.from(task.httpRequest.body, "base64").toString());
    });
  });
  await new Promise<void>((resolve) => {
    server.listen(0, "127.0.0.1", resolve);
  });
  return {
    port: (server.address() as AddressInfo).port,
    close() {
      server.close();
      server.closeAllConnections();
    },
  };
}

/** The body of a relay task. */
export const relayTask = (videoId: string) => JSON.stringify({ data: { video_id: videoId } });

/** Has the relay function run a task, as Cloud Tasks does. A task that fails is not repeated. */
export async function runTask(fleet: Fleet, body: string): Promise<void> {
  const [relay] = fleet.of("relayVideos");
  if (!relay) return;
  const authorization = `Bearer ${unsignedToken({ sub: "queue" })}`;
  const headers = { "content-type": "application/json", authorization };
  const response = await fetch(relay.url, { method: "POST", headers, body }).catch(() => undefined);
  await response?.arrayBuffer();
}

/** Inserts users with a device and a session each, which have the same id. To register and sign in so many would take minutes. */
async function createUsers({ db }: Context): Promise<string[]> {
  const users = Array.from({ length: USERS }, (_, n) => ({ id: randomUUID(), name: `bench${n}` }));
  const accounts = users.map(({ id, name }) => {
    const email = `${name}@example.com`;
    return { id, email, username: name, email_canonical: email, username_canonical: name, password_hash: "-" };
  });
  await db.insertInto("users").values(accounts).execute();
  const devices = users.map(({ id }) => ({ id, user_id: id, device_id: "bench", device_info: "{}" }));
  await db.insertInto("user_devices").values(devices).execute();
  const end = new Date(Date.now() + 24 * 60 * 60 * 1000);
  const sessions = users.map(({ id }) => {
    return { id, user_id: id, user_device_id: id, expires_at: end, ends_at: end, revoked_seq: null };
  });
  await db.insertInto("sessions").values(sessions).execute();
  return users.map(({ id }) => id);
}
