import { signAccessToken } from "../../functions/src/security/access-tokens.ts";
import { randomBytes, randomUUID } from "node:crypto";
import { spawn } from "node:child_process";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { mkdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { readConfig } from "../../functions/src/config.ts";
import type { Context } from "../../functions/src/context.ts";
import { createContext } from "../../functions/src/create-context.ts";
import { buildFunctions } from "../../test/faults/build.ts";
import type { Fleet } from "../../test/faults/fleet.ts";
import { createFleet, freePort } from "../../test/faults/fleet.ts";
import { createTestDatabase } from "../../test/support/database.ts";
import { unsignedToken } from "../../test/support/rtdb/unsigned-token.ts";
import { until } from "../../test/support/until.ts";
import { local, projectId, root } from "../platform/paths.ts";

export interface BenchSystem {
  fleet: Fleet;
  context: Context;
  /** Access tokens of as many users: with the limits as they are, enough for 150,000 posts a minute. */
  tokens: string[];
  userId: string;
  mysqlUrl: string;
  rtdbHost: string;
  close(): Promise<void>;
}

const key = () => `bench:${randomBytes(32).toString("base64url")}`;

/**
 * The built functions under functions-framework, with MySQL, the Realtime Database server and a queue that takes every task and runs
 * it at once, or never.
 */
export async function startBench(options: { dispatch: boolean; env?: Record<string, string> }): Promise<BenchSystem> {
  const folder = join(local, `bench-${process.pid}-${Date.now()}`);
  mkdirSync(folder, { recursive: true });
  const source = await buildFunctions(join(folder, "build"), []);
  const database = await createTestDatabase();
  const rtdbPort = await freePort();
  // The client SDK goes where this says, whatever its configuration.
  process.env["FIREBASE_DATABASE_EMULATOR_HOST"] = `127.0.0.1:${rtdbPort}`;
  const rules = join(root, "database.rules.json");
  const rtdb = spawn(
    process.execPath,
    [join(root, "rtdb-server/main.ts"), "--port", String(rtdbPort), "--project", projectId, "--rules", rules],
    { stdio: "ignore" },
  );
  await until("the Realtime Database server", () =>
    fetch(`http://127.0.0.1:${rtdbPort}/`).then(
      () => true,
      () => false,
    ),
  );

  const queue = createServer((request, response) => {
    void request.toArray().then((pieces) => {
      response.end("{}");
      if (options.dispatch) void dispatch(pieces.join(""));
    });
  });
  await new Promise<void>((resolve) => {
    queue.listen(0, "127.0.0.1", resolve);
  });
  async function dispatch(text: string): Promise<void> {
    const { task } = JSON.parse(text) as { task: { httpRequest: { body: string } } };
    await runTask(fleet, Buffer.from(task.httpRequest.body, "base64").toString());
  }

  const env = {
    MYSQL_URL: database.url,
    MYSQL_CONNECTIONS: "20",
    ACCESS_TOKEN_KEYS: key(),
    REFRESH_TOKEN_KEYS: key(),
    GCLOUD_PROJECT: projectId,
    FIREBASE_DATABASE_EMULATOR_HOST: `127.0.0.1:${rtdbPort}`,
    FIREBASE_AUTH_EMULATOR_HOST: "127.0.0.1:9",
    CLOUD_TASKS_EMULATOR_HOST: `127.0.0.1:${(queue.address() as AddressInfo).port}`,
    ...options.env,
  };
  const fleet = createFleet({ source, folder, env, onLog: () => {} });
  const context = createContext(readConfig(env));
  const { tokens, userId } = await createUsers(context, 5_000);
  return {
    fleet,
    context,
    tokens,
    userId,
    mysqlUrl: database.url,
    rtdbHost: `127.0.0.1:${rtdbPort}`,
    async close() {
      await fleet.close();
      queue.close();
      queue.closeAllConnections();
      rtdb.kill("SIGKILL");
      await context.close();
      await database.drop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** Has the relay function run a task, as Cloud Tasks does. */
export async function runTask(fleet: Fleet, body: string): Promise<number> {
  const [relay] = fleet.of("relay");
  if (!relay) return 0;
  const authorization = `Bearer ${unsignedToken({ sub: "queue" })}`;
  const headers = { "content-type": "application/json", authorization };
  const answer = await fetch(relay.url, { method: "POST", headers, body }).catch(() => undefined);
  await answer?.arrayBuffer();
  return answer?.status ?? 0;
}

// In bulk, as sign-in makes them one by one.
async function createUsers(context: Context, count: number): Promise<{ tokens: string[]; userId: string }> {
  const { db, config } = context;
  const users = Array.from({ length: count }, (_, n) => ({ id: randomUUID(), name: `bench${n}` }));
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
  const tokens = users.map(({ id }) =>
    signAccessToken(config.accessTokenKeys, { userId: id, sessionId: id, userDeviceId: id }, new Date()),
  );
  return { tokens, userId: users[0]?.id ?? "" };
}
