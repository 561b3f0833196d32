import { randomUUID } from "node:crypto";
import { type Connection, createConnection, type RowDataPacket } from "mysql2/promise";
import { sessionSettings } from "../../../functions/src/database/connections/session-settings.ts";
import { databaseOf } from "../../../scripts/platform/mysql/database.ts";
import { environment } from "../environment.ts";

export interface TestDatabase {
  /** As in MYSQL_URL. */
  url: string;
  drop: () => Promise<void>;
}

/**
 * A fresh, migrated database on the test server. Its name begins with the prefix. It is made as a copy of the platform's, which takes
 * half the time of the migrations. test/integration/scripts/migrations.test.ts compares the two.
 */
export async function createTestDatabase(prefix = "test"): Promise<TestDatabase> {
  const url = new URL(environment("MYSQL_URL"));
  const template = databaseOf(url.href);
  const name = `${prefix}_${randomUUID().replaceAll("-", "")}`;
  await onServer(url, async (connection) => {
    const tables = await readTables(connection, template);
    const statements = [
      `CREATE DATABASE ${name}`,
      `USE ${name}`,
      // A table may come before the one to which its keys refer.
      "SET foreign_key_checks = 0",
      ...tables,
      `INSERT INTO schema_migrations SELECT * FROM \`${template}\`.schema_migrations`,
    ];
    await connection.query(statements.join(";\n"));
  });
  url.pathname = `/${name}`;
  const drop = () => onServer(url, async (connection) => void (await connection.query(`DROP DATABASE ${name}`)));
  return { url: url.href, drop };
}

let read: Promise<string[]> | undefined;

/** The statements that create the tables of this database, without their rows. */
function readTables(connection: Connection, database: string): Promise<string[]> {
  read ??= queryTables(connection, database);
  return read;
}

async function queryTables(connection: Connection, database: string): Promise<string[]> {
  const [tables] = await connection.query<RowDataPacket[]>(
    "SELECT table_name AS name FROM information_schema.tables WHERE table_schema = ?",
    [database],
  );
  const shown: string[] = [];
  for (const { name } of tables) {
    const [[row]] = await connection.query<RowDataPacket[]>("SHOW CREATE TABLE ??.??", [database, name]);
    shown.push(String(row?.["Create Table"]).replace(/ AUTO_INCREMENT=\d+/, ""));
  }
  return shown;
}

async function onServer(url: URL, work: (connection: Connection) => Promise<void>): Promise<void> {
  const server = new URL(url);
  server.pathname = "/";
  const connection = await createConnection({ uri: server.href, charset: "utf8mb4", multipleStatements: true });
  try {
    await connection.query(sessionSettings(50));
    await work(connection);
  } finally {
    await connection.end();
  }
}
