import { type Connection, type ConnectionOptions, createConnection } from "mysql2/promise";
import { Problem, messageOf } from "../problem.ts";

export const DATABASE = "live_comments";

/** The same server, another database. */
export function withDatabase(url: string, database: string): string {
  const changed = parse(url);
  changed.pathname = `/${database}`;
  return changed.href;
}

/** The database that a URL names, or ours when it names none. */
export function databaseOf(url: string): string {
  return decodeURIComponent(parse(url).pathname.slice(1)) || DATABASE;
}

/** Makes the URL's database unless it is there. */
export async function ensureDatabase(url: string): Promise<void> {
  if (await answers(url)) return;
  await onServer(url, `CREATE DATABASE IF NOT EXISTS \`${databaseOf(url)}\` CHARACTER SET utf8mb4`);
}

export async function dropDatabase(url: string): Promise<void> {
  await onServer(url, `DROP DATABASE IF EXISTS \`${databaseOf(url)}\``);
}

/** Whether a query succeeds there. */
export async function answers(url: string): Promise<boolean> {
  try {
    const connection = await createConnection(url);
    await connection.query("SELECT 1");
    await connection.end();
    return true;
  } catch {
    return false;
  }
}

/** Opens a connection; a Problem when that cannot be. */
export async function connect(options: ConnectionOptions & { uri: string }): Promise<Connection> {
  try {
    return await createConnection(options);
  } catch (error) {
    throw problem(options.uri, error);
  }
}

async function onServer(url: string, sql: string): Promise<void> {
  const connection = await connect({ uri: withDatabase(url, "") });
  try {
    await connection.query(sql);
  } catch (error) {
    throw problem(url, error);
  } finally {
    await connection.end();
  }
}

function problem(url: string, error: unknown): Problem {
  return new Problem(`MySQL at ${parse(url).host}: ${messageOf(error)}. Check MYSQL_URL.`);
}

function parse(url: string): URL {
  if (!URL.canParse(url)) throw new Problem("MYSQL_URL is not a URL: mysql://user:password@host:port/database");
  return new URL(url);
}
