import { randomUUID } from "node:crypto";
import { createConnection } from "mysql2/promise";
import { migrate } from "../../scripts/platform/mysql/migrations.ts";
import { migrations } from "../../scripts/platform/paths.ts";
import { environment } from "./environment.ts";

export interface TestDatabase {
  /** The MYSQL_URL of a fresh, migrated database. */
  url: string;
  drop: () => Promise<void>;
}

/** A database of the test's own on the test server; its name begins with the prefix. */
export async function createTestDatabase(prefix = "test"): Promise<TestDatabase> {
  const url = new URL(environment("MYSQL_URL"));
  const name = `${prefix}_${randomUUID().replaceAll("-", "")}`;
  await onServer(url, `CREATE DATABASE ${name}`);
  url.pathname = `/${name}`;
  await migrate(url.href, migrations);
  return { url: url.href, drop: () => onServer(url, `DROP DATABASE ${name}`) };
}

async function onServer(url: URL, sql: string): Promise<void> {
  const server = new URL(url);
  server.pathname = "/";
  const connection = await createConnection(server.href);
  try {
    await connection.query(sql);
  } finally {
    await connection.end();
  }
}
