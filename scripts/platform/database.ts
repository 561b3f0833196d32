import { createConnection } from "mysql2/promise";
import { Problem, messageOf } from "./problem.ts";

export const DATABASE = "live_comments";

/** The same server, another database. */
export function withDatabase(url: string, database: string): string {
  const changed = new URL(url);
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

async function onServer(url: string, sql: string): Promise<void> {
  let connection;
  try {
    connection = await createConnection(withDatabase(url, ""));
    await connection.query(sql);
  } catch (error) {
    const { host } = parse(url);
    throw new Problem(`MySQL at ${host}: ${messageOf(error)}. Check MYSQL_URL.`);
  } finally {
    await connection?.end();
  }
}

function parse(url: string): URL {
  if (!URL.canParse(url)) throw new Problem("MYSQL_URL is not a URL: mysql://user:password@host:port/database");
  return new URL(url);
}
