import { randomUUID } from "node:crypto";
import { type Connection, createConnection, type RowDataPacket } from "mysql2/promise";
import { sessionSettings } from "../../../functions/src/database/connections/session-settings.ts";
import { databaseOf } from "../../../scripts/platform/mysql/database.ts";
import { migrate } from "../../../scripts/platform/mysql/migrations.ts";
import { migrations } from "../../../scripts/platform/paths.ts";
import { environment } from "../environment.ts";

export interface TestDatabase {
  /** As in MYSQL_URL. */
  url: string;
  drop: () => Promise<void>;
}

/**
 * The URL of a database whose tables are made by the migrations of this code, and by nothing else. `npm test` sets it: a copy takes half
 * the time of the migrations. test/integration/scripts/migrations.test.ts compares the two.
 */
const TEMPLATE = process.env["TEST_DATABASE_TEMPLATE"];

/** A fresh, migrated database on the test server. Its name begins with the prefix. */
export async function createTestDatabase(prefix = "test"): Promise<TestDatabase> {
  const url = new URL(environment("MYSQL_URL"));
  const name = `${prefix}_${randomUUID().replaceAll("-", "")}`;
  const isCopy = TEMPLATE === environment("MYSQL_URL");
  await onServer(url, async (connection) => {
    await connection.query(`CREATE DATABASE ${name}; USE ${name}`);
    if (isCopy) await copyTables(connection, databaseOf(url.href));
  });
  url.pathname = `/${name}`;
  if (!isCopy) await migrate(url.href, migrations);
  const drop = () => onServer(url, async (connection) => void (await connection.query(`DROP DATABASE ${name}`)));
  return { url: url.href, drop };
}

/** Gives the connection's database the tables of another one, without their rows, and its migrations. */
async function copyTables(connection: Connection, database: string): Promise<void> {
  const statements = [
    // A table may come before the one to which its keys refer.
    "SET foreign_key_checks = 0",
    ...(await readTables(connection, database)),
    `INSERT INTO schema_migrations SELECT * FROM \`${database}\`.schema_migrations`,
  ];
  await connection.query(statements.join(";\n"));
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
