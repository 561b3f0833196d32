import { type Connection, type ConnectionOptions, type RowDataPacket, createConnection } from "mysql2/promise";
import { driverOptions } from "../../../functions/src/database/connections/driver-options.ts";
import { sessionSettings } from "../../../functions/src/database/connections/session-settings.ts";
import { Problem, messageOf } from "../problem.ts";

const DEFAULT_DATABASE = "live_comments";
/** How long a statement waits for a table in use. */
const LOCK_WAIT_SECONDS = 60;

/** The same server with another database. */
export function withDatabase(url: string, database: string): string {
  const changed = parseUrl(url);
  changed.pathname = `/${database}`;
  return changed.href;
}

/** The database that a URL names, or the default one. */
export function databaseOf(url: string): string {
  return decodeURIComponent(parseUrl(url).pathname.slice(1)) || DEFAULT_DATABASE;
}

/** Creates the URL's database unless it exists. */
export async function ensureDatabase(url: string): Promise<void> {
  // A user who may not create databases can still use one that exists.
  if (await isReachable(url)) return;
  await runOnServer(url, `CREATE DATABASE IF NOT EXISTS \`${databaseOf(url)}\` CHARACTER SET utf8mb4`);
}

export async function dropDatabase(url: string): Promise<void> {
  await runOnServer(url, `DROP DATABASE IF EXISTS \`${databaseOf(url)}\``);
}

/** Whether a query to the URL succeeds. */
export async function isReachable(url: string): Promise<boolean> {
  let connection: Connection | undefined;
  try {
    connection = await createConnection(driverOptions(url));
    await connection.query("SELECT 1");
    await connection.end();
    return true;
  } catch {
    connection?.destroy();
    return false;
  }
}

/** The names of some users. */
export async function readUsernames(url: string, limit: number): Promise<string[]> {
  const connection = await connect({ uri: url });
  try {
    const [rows] = await connection.query<RowDataPacket[]>("SELECT username FROM users LIMIT ?", [limit]);
    return rows.map(({ username }) => String(username));
  } finally {
    await connection.end();
  }
}

/**
 * Opens a connection with the product's settings, whatever the server's defaults are.
 * @throws Problem when no connection can be opened
 */
export async function connect(options: ConnectionOptions & { uri: string }): Promise<Connection> {
  let connection: Connection | undefined;
  try {
    connection = await createConnection({ charset: "utf8mb4", ...options, ...driverOptions(options.uri) });
    await connection.query(sessionSettings(LOCK_WAIT_SECONDS));
    return connection;
  } catch (error) {
    // An open one would keep the process alive.
    connection?.destroy();
    throw mysqlProblem(options.uri, error);
  }
}

async function runOnServer(url: string, sql: string): Promise<void> {
  const connection = await connect({ uri: withDatabase(url, "") });
  try {
    await connection.query(sql);
  } catch (error) {
    throw mysqlProblem(url, error);
  } finally {
    await connection.end();
  }
}

function mysqlProblem(url: string, error: unknown): Problem {
  return new Problem(`MySQL at ${parseUrl(url).host}: ${messageOf(error)}. Check MYSQL_URL.`);
}

function parseUrl(url: string): URL {
  if (!URL.canParse(url)) throw new Problem("MYSQL_URL is not a URL: mysql://user:password@host:port/database");
  return new URL(url);
}
