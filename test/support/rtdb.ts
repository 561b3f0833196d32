import { deleteApp, initializeApp, setLogLevel } from "firebase/app";
import { connectDatabaseEmulator, getDatabase, goOffline } from "firebase/database";
import type { Database } from "firebase/database";
import { startRtdbServer } from "../../rtdb-server/server.ts";
import type { RtdbOptions } from "../../rtdb-server/server.ts";
import { startOfficialEmulator } from "./rtdb-official.ts";

setLogLevel("silent"); // refused writes are what many of these tests are about

/** A database of a test's own: a server on a free port, a namespace, and clients that end with it. */
export interface TestDatabase {
  readonly host: string;
  readonly port: number;
  readonly ns: string;
  /** Sends a REST request; `admin` as the administrator, whom no rule binds. */
  rest(method: string, path: string, options?: RestOptions): Promise<RestAnswer>;
  /** Puts rules in force, and expects the server to take them. */
  setRules(rules: object | string): Promise<void>;
  /** A client of the unmodified `firebase` SDK; signed out without a user. */
  client(user?: string | Record<string, unknown>): Database;
  close(): Promise<void>;
}

export interface RestOptions {
  readonly body?: unknown;
  readonly admin?: boolean;
  readonly user?: string;
  readonly headers?: Record<string, string>;
  readonly params?: Record<string, string>;
}

export interface RestAnswer {
  readonly status: number;
  readonly text: string;
  readonly headers: Headers;
  json(): unknown;
}

let made = 0;

/** An unsigned ID token, as the Auth emulator makes it. */
export function unsignedToken(claims: Record<string, unknown>): string {
  const part = (json: object): string => Buffer.from(JSON.stringify(json)).toString("base64url");
  return `${part({ alg: "none", type: "JWT" })}.${part({ iat: 0, exp: 3600, ...claims })}.`;
}

export const isOfficial = process.env["RTDB_EMULATOR"] === "official";

/** Ours, or with RTDB_EMULATOR=official the emulator of Google whose JAR is named by RTDB_EMULATOR_JAR. */
export async function createTestDatabase(options: RtdbOptions = {}): Promise<TestDatabase> {
  const server = isOfficial ? await startOfficialEmulator() : await startRtdbServer(options);
  const { host, port } = server;
  const ns = `demo-${process.pid}-${(made += 1)}`;
  const databases: Database[] = [];

  async function rest(method: string, path: string, options: RestOptions = {}): Promise<RestAnswer> {
    const params = new URLSearchParams({ ns, ...options.params });
    if (options.user !== undefined) params.set("auth", unsignedToken({ sub: options.user }));
    const { body } = options;
    const response = await fetch(`http://${host}:${port}${path}?${params.toString()}`, {
      method,
      headers: { ...(options.admin === true ? { authorization: "Bearer owner" } : {}), ...options.headers },
      body: body === undefined ? null : typeof body === "string" ? body : JSON.stringify(body),
    });
    const text = await response.text();
    return { status: response.status, text, headers: response.headers, json: (): unknown => JSON.parse(text) };
  }

  return {
    host,
    port,
    ns,
    rest,
    async setRules(rules) {
      const body = typeof rules === "string" ? rules : JSON.stringify({ rules });
      const answer = await rest("PUT", "/.settings/rules.json", { admin: true, body });
      if (answer.status !== 200) throw new Error(`rules refused: ${answer.text}`);
    },
    client(user) {
      const app = initializeApp(
        { projectId: ns, databaseURL: `http://${host}:${port}?ns=${ns}` },
        `rtdb-${(made += 1)}`,
      );
      const database = getDatabase(app);
      const mockUserToken = typeof user === "string" ? { sub: user } : user;
      connectDatabaseEmulator(
        database,
        host,
        port,
        mockUserToken === undefined ? {} : { mockUserToken: mockUserToken as { sub: string } },
      );
      databases.push(database);
      return database;
    },
    async close() {
      for (const database of databases) goOffline(database);
      await Promise.all(databases.map((database) => deleteApp(database.app)));
      await server.close();
    },
  };
}
