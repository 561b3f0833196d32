import { randomUUID } from "node:crypto";
import { createApp } from "../../../functions/src/app.ts";
import type { ContextParts } from "../../../functions/src/context.ts";
import type { Comment } from "../../../functions/src/contract/comment.ts";
import { paths } from "../../../functions/src/contract/realtime-paths.ts";
import type { Db } from "../../../functions/src/database/schema.ts";
import { type Role, ROLES } from "../../../functions/src/contract/account.ts";
import { relayVideo } from "../../../functions/src/relay/videos/relay-video.ts";
import { startRtdbServer } from "../../../rtdb-server/server.ts";
import { countLockWaits, holdTransaction, lockTable, lockVideos, type Lock } from "../mysql/locks.ts";
import { createRealtimeClient, type RealtimeClient } from "../realtime/realtime-client.ts";
import { startApiProcess } from "./processes/api-process.ts";
import { Client } from "./client.ts";
import { createTestContext, type TestContext } from "./context.ts";
import { processEnv, rtdbHost } from "./processes/process-env.ts";
import { runScript, type ScriptResult } from "./processes/script.ts";
import type { Send } from "./send.ts";
import { createUser, createUserOf, signUp, updateUser } from "./users.ts";

export interface AppOptions<Name extends string> {
  /** Users who are signed in before the tests start: their names and roles. */
  users?: Record<Name, Role>;
  /** Environment variables of the app and of its processes. */
  env?: Record<string, string>;
  /** Comments in a window of the mirror: fewer than a deployment may have. */
  windowSize?: number;
  /** Parts of the context that the test brings itself: a clock, filters, a queue. */
  parts?: ContextParts;
  /** Security rules. With them the app starts a Realtime Database server of its own, which has these in force. */
  rules?: string;
  /** The number of further API processes on the same database. */
  processes?: number;
}

/** What the Realtime Database holds of a video. */
interface Mirror {
  comments: Record<string, Comment>;
  changes: Record<string, unknown>;
}

interface AuditRow {
  actor_id: string | null;
  address: string | null;
  details: unknown;
}

/** The API on a fresh database. Its properties may be taken before it starts and used once it has started. */
export class App<Name extends string = never> implements AsyncDisposable {
  /** Empty until the app starts. */
  readonly context = {} as TestContext;
  readonly users: Readonly<Record<Name, Client>>;
  /** Sends to the app in this process, without a server between. */
  readonly send: Send = (path, init) => this.#hono().request(path, init);
  /** Each sends to one of the further processes. */
  readonly processes: Send[] = [];
  readonly anonymous = new Client(this.send);
  readonly #options: AppOptions<Name>;
  readonly #closing: (() => Promise<void>)[] = [];
  #addresses = 0;
  #started: ReturnType<typeof createApp> | undefined;

  constructor(options: AppOptions<Name>) {
    this.#options = options;
    const names = Object.keys(options.users ?? {}) as Name[];
    const clients = names.map((name) => [name, new Client(this.send)]);
    this.users = Object.fromEntries(clients) as Record<Name, Client>;
  }

  async start(): Promise<void> {
    const { rules, env, windowSize, parts = {}, processes = 0, users = {} } = this.#options;
    const ownRtdb: Record<string, string> = {};
    if (rules !== undefined) {
      const server = await startRtdbServer({ rules });
      this.#closing.push(() => server.close());
      ownRtdb["FIREBASE_DATABASE_EMULATOR_HOST"] = `${server.host}:${server.port}`;
    }
    Object.assign(this.context, await createTestContext({ env: { ...ownRtdb, ...env }, parts, windowSize }));
    this.#closing.push(() => this.context.close());
    this.#started = createApp(this.context);
    for (let n = 0; n < processes; n += 1) {
      const api = await startApiProcess({ ...this.processEnv, ...env });
      this.#closing.push(() => api.close());
      this.processes.push(api.send);
    }
    for (const [name, role] of Object.entries<Role>(users)) {
      // The names of roles are reserved.
      const username = ROLES.some((role) => role === name) ? `the_${name}` : name;
      const client = await signUp(this.users[name as Name], username);
      if (role !== "user") await updateUser(this.context, client, { role });
    }
  }

  /** Ends what was started, the last first. */
  async close(): Promise<void> {
    for (const close of this.#closing.splice(0).toReversed()) await close();
    this.processes.length = 0;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  get db(): Db {
    return this.context.db;
  }

  /** Password hashes computed so far. */
  get hashes(): number {
    return this.context.passwords.hashes;
  }

  /** The environment for another process on the app's database. */
  get processEnv(): NodeJS.ProcessEnv {
    return processEnv(this.context.config);
  }

  newVideoId(): string {
    return `v-${randomUUID()}`;
  }

  /** A network address that no other client of this app has. */
  newAddress(): string {
    this.#addresses += 1;
    return `198.51.${this.#addresses >> 8}.${this.#addresses & 255}`;
  }

  user(name?: string): Promise<Client> {
    return createUser(this.send, name);
  }

  moderator(): Promise<Client> {
    return createUserOf(this.context, this.send, "moderator");
  }

  admin(): Promise<Client> {
    return createUserOf(this.context, this.send, "admin");
  }

  /** Changes a user's row in MySQL, past the API. */
  updateUser(client: Client, values: Parameters<typeof updateUser>[2]): Promise<void> {
    return updateUser(this.context, client, values);
  }

  /** What the audit log says of an action on this target, oldest first. */
  async audit(action: string, targetId: string): Promise<AuditRow[]> {
    const rows = await this.db
      .selectFrom("audit_log")
      .select(["actor_id", "address", "details"])
      .where("action", "=", action)
      .where("target_id", "=", targetId)
      .orderBy("id")
      .execute();
    return rows.map(({ details, ...row }) => ({ ...row, details: JSON.parse(details) as unknown }));
  }

  /** Brings the mirror of a video up to MySQL. */
  async relay(videoId: string): Promise<void> {
    await relayVideo(this.context, videoId);
  }

  async mirror(videoId: string): Promise<Mirror> {
    const places = [paths.comments(videoId), paths.changes(videoId)];
    const [comments, changes] = await Promise.all(places.map((path) => this.context.realtime.read(path)));
    return { comments: comments ?? {}, changes: changes ?? {} } as Mirror;
  }

  /** The `firebase` SDK of a browser on the app's Realtime Database, signed in with the token if there is one. */
  async connect(firebaseToken?: string): Promise<RealtimeClient> {
    const client = await createRealtimeClient(firebaseToken, rtdbHost(this.context.config));
    this.#closing.push(() => client.close());
    return client;
  }

  /** Runs `scripts/{name}.ts` on the app's database. */
  script(name: string, ...args: string[]): Promise<ScriptResult> {
    return runScript(name, args, this.processEnv);
  }

  /** Another client holds the rows of these videos. */
  lockVideos(...videoIds: string[]): Promise<Lock> {
    return lockVideos(this.context.config.mysql.url, videoIds);
  }

  /** Another client holds a table, as a migration does. */
  lockTable(table: string): Promise<Lock> {
    return lockTable(this.context.config.mysql.url, table);
  }

  /** Another client has run a statement in a transaction that does not end. */
  holdTransaction(sql: string, values: unknown[]): Promise<Lock> {
    return holdTransaction(this.context.config.mysql.url, sql, values);
  }

  countLockWaits(): Promise<number> {
    return countLockWaits(this.db);
  }

  #hono(): ReturnType<typeof createApp> {
    if (!this.#started) throw new Error("the app has not started: send from a test or a hook");
    return this.#started;
  }
}
