import { randomUUID } from "node:crypto";
import { migrate } from "../../../scripts/platform/mysql/migrations.ts";
import { migrations } from "../../../scripts/platform/paths.ts";
import { environment } from "../environment.ts";
import { openConnection } from "./connection.ts";

export interface TestDatabase {
  /** As in MYSQL_URL. */
  url: string;
  drop: () => Promise<void>;
}

/** A fresh, migrated database on the test server. Its name begins with the prefix. */
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
  const connection = await openConnection(server.href);
  try {
    await connection.query(sql);
  } finally {
    await connection.end();
  }
}
