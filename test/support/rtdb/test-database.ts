import { deleteApp, initializeApp, setLogLevel } from "firebase/app";
import { type Database, connectDatabaseEmulator, getDatabase, goOffline } from "firebase/database";
import { type RtdbOptions, startRtdbServer } from "../../../rtdb-server/server.ts";
import { startOfficialEmulator } from "./official-emulator.ts";
import { unsignedToken } from "./unsigned-token.ts";

setLogLevel("silent"); // the SDK logs refused writes, and many tests are about those

/** A database for one test file: a server on a free port with an empty namespace, and clients that end with it. */
export interface TestDatabase {
  readonly host: string;
  readonly port: number;
  readonly namespace: string;
  rest(method: string, path: string, options?: RestOptions): Promise<RestResponse>;
  /** @throws if the server refuses the rules */
  setRules(rules: object | string): Promise<void>;
  /** A client of the unmodified `firebase` SDK. @param user a user id or the claims of a token; signed out without it */
  client(user?: string | Record<string, unknown>): Database;
  close(): Promise<void>;
}

export interface RestOptions {
  readonly body?: unknown;
  /** As the administrator, who bypasses the rules. */
  readonly admin?: boolean;
  readonly user?: string;
  readonly headers?: Record<string, string>;
  readonly params?: Record<string, string>;
}

interface RestResponse {
  readonly status: number;
  readonly text: string;
  readonly headers: Headers;
  json(): unknown;
}

let usedNames = 0;

function uniqueName(prefix: string): string {
  usedNames += 1;
  return `${prefix}-${process.pid}-${usedNames}`;
}

export const isOfficial = process.env["RTDB_EMULATOR"] === "official";

/** Starts our server, or with RTDB_EMULATOR=official Google's emulator from the JAR that RTDB_EMULATOR_JAR names. */
export async function createTestDatabase(options: RtdbOptions = {}): Promise<TestDatabase> {
  const server = isOfficial ? await startOfficialEmulator() : await startRtdbServer(options);
  const { host, port } = server;
  const namespace = uniqueName("demo");
  const databases: Database[] = [];

  async function rest(method: string, path: string, options: RestOptions = {}): Promise<RestResponse> {
    const { body, admin = false, user, headers, params } = options;
    const allParams = new URLSearchParams({ ns: namespace, ...params });
    if (user !== undefined) allParams.set("auth", unsignedToken({ sub: user }));
    const response = await fetch(`http://${host}:${port}${path}?${allParams.toString()}`, {
      method,
      headers: { ...(admin ? { authorization: "Bearer owner" } : {}), ...headers },
      body: bodyText(body),
    });
    const text = await response.text();
    return { status: response.status, text, headers: response.headers, json: (): unknown => JSON.parse(text) };
  }

  return {
    host,
    port,
    namespace,
    rest,
    async setRules(rules) {
      const body = typeof rules === "string" ? rules : JSON.stringify({ rules });
      const response = await rest("PUT", "/.settings/rules.json", { admin: true, body });
      if (response.status !== 200) throw new Error(`rules refused: ${response.text}`);
    },
    client(user) {
      const databaseURL = `http://${host}:${port}?ns=${namespace}`;
      const database = getDatabase(initializeApp({ projectId: namespace, databaseURL }, uniqueName("rtdb")));
      connectDatabaseEmulator(database, host, port, emulatorOptions(user));
      databases.push(database);
      return database;
    },
    async close() {
      for (const database of databases) goOffline(database);
      await Promise.all(databases.map(({ app }) => deleteApp(app)));
      await server.close();
    },
  };
}

/** A string is sent as it is, for bodies that are not JSON. */
function bodyText(body: unknown): string | null {
  if (body === undefined) return null;
  return typeof body === "string" ? body : JSON.stringify(body);
}

function emulatorOptions(user?: string | Record<string, unknown>): { mockUserToken?: { sub: string } } {
  if (user === undefined) return {};
  return { mockUserToken: typeof user === "string" ? { sub: user } : (user as { sub: string }) };
}
