import { createHash } from "node:crypto";
import { readFile, readdir } from "node:fs/promises";
import { join } from "node:path";
import type { Connection, RowDataPacket } from "mysql2/promise";
import { checkServer, SERVER_SETTINGS_QUERY } from "../../../functions/src/database/connections/server-check.ts";
import { Problem, messageOf } from "../problem.ts";
import { connect, databaseOf } from "./database.ts";

export interface Migration {
  version: number;
  /** The file's name. */
  name: string;
  sql: string;
  /** SHA-256 of the text with LF line ends, hexadecimal. */
  checksum: string;
}

export interface AppliedMigration extends RowDataPacket {
  version: number;
  name: string;
  checksum: string;
  appliedAt: Date;
}

/** How long a deployment waits for another one that is migrating. */
const LOCK_TIMEOUT_SECONDS = 300;

/**
 * Reads the numbered files of a folder, in order.
 * @throws Problem when a number is missing or used twice
 */
export async function readMigrations(folder: string): Promise<Migration[]> {
  const names = (await readdir(folder)).filter((name) => name.endsWith(".sql")).toSorted();
  return Promise.all(
    names.map(async (name, index) => {
      const version = Number(/^(\d{4})_[a-z0-9_]+\.sql$/.exec(name)?.[1]);
      if (version !== index + 1) {
        const expected = String(index + 1).padStart(4, "0");
        throw new Problem(`Migration ${name} should be ${expected}_….sql: numbers start at 0001 and have no gaps.`);
      }
      const sql = await readFile(join(folder, name), "utf8");
      const checksum = createHash("sha256").update(sql.replaceAll("\r\n", "\n")).digest("hex");
      return { version, name, sql, checksum };
    }),
  );
}

/**
 * The files that are not applied yet.
 * @throws Problem unless the applied migrations are exactly the first of the files
 */
export function pendingMigrations(
  files: Migration[],
  applied: Pick<AppliedMigration, "version" | "name" | "checksum">[],
): Migration[] {
  for (const [index, past] of applied.entries()) {
    const file = files[index];
    if (past.version !== index + 1) {
      throw new Problem(
        `The database has migration ${past.version} without ${index + 1}: schema_migrations was edited.`,
      );
    }
    if (!file) {
      throw new Problem(
        `The database has migration ${past.name}, which is not among the files: it is newer than this code.`,
      );
    }
    if (file.checksum !== past.checksum) {
      throw new Problem(
        `Migration ${file.name} was changed after it was applied. Restore it, and put the change in a new file.`,
      );
    }
  }
  return files.slice(applied.length);
}

/**
 * Applies the files of a folder that a database lacks: in order, each recorded once it has succeeded. Safe to repeat.
 * Two runs at once exclude each other by GET_LOCK.
 *
 * A file goes to the server whole, as several statements in one query: splitting SQL at semicolons would break
 * procedures and strings. MySQL commits at each DDL statement (manual, "Statements That Cause an Implicit Commit"), so
 * a file that fails half-way stays half applied and is not recorded.
 * @returns the names of the files that it applied
 */
export async function migrate(url: string, folder: string): Promise<string[]> {
  const files = await readMigrations(folder);
  return withConnection(url, async (connection) => {
    await takeLock(connection, databaseOf(url));
    await connection.query(
      `CREATE TABLE IF NOT EXISTS schema_migrations (
        version INT UNSIGNED NOT NULL PRIMARY KEY,
        name VARCHAR(255) NOT NULL,
        checksum CHAR(64) NOT NULL,
        applied_at DATETIME(3) NOT NULL DEFAULT CURRENT_TIMESTAMP(3)
      ) CHARACTER SET ascii COLLATE ascii_bin ENGINE InnoDB`,
    );
    const pending = pendingMigrations(files, await readApplied(connection));
    for (const file of pending) await apply(connection, file);
    return pending.map(({ name }) => name);
  });
}

/** Which migrations a database has, and which files it lacks. Changes nothing. */
export async function migrationStatus(
  url: string,
  folder: string,
): Promise<{ applied: AppliedMigration[]; pending: string[] }> {
  const files = await readMigrations(folder);
  return withConnection(url, async (connection) => {
    const [tables] = await connection.query<RowDataPacket[]>("SHOW TABLES LIKE 'schema_migrations'");
    const applied = tables.length > 0 ? await readApplied(connection) : [];
    return { applied, pending: pendingMigrations(files, applied).map(({ name }) => name) };
  });
}

/** Takes the database's migration lock. The end of the connection releases it. */
async function takeLock(connection: Connection, database: string): Promise<void> {
  // Lock names are global to the server and at most 64 characters long.
  const lock = `migrate ${createHash("sha1").update(database).digest("hex")}`;
  const [rows] = await connection.query<RowDataPacket[]>("SELECT GET_LOCK(?, ?) AS taken", [
    lock,
    LOCK_TIMEOUT_SECONDS,
  ]);
  if (rows[0]?.["taken"] !== 1) {
    throw new Problem(`Another migration has held the lock for ${LOCK_TIMEOUT_SECONDS} s. Try again.`);
  }
}

async function apply(connection: Connection, { version, name, checksum, sql }: Migration): Promise<void> {
  try {
    await connection.query(sql);
  } catch (error) {
    throw new Problem(
      `Migration ${name} failed: ${messageOf(error)}. It is not recorded, but its statements before that one took effect ` +
        "(MySQL commits at each DDL statement). Undo them, fix the file, and migrate again.",
    );
  }
  const record = connection.format("INSERT INTO schema_migrations (version, name, checksum) VALUES (?, ?, ?)", [
    version,
    name,
    checksum,
  ]);
  try {
    await connection.query(record);
  } catch (error) {
    throw new Problem(
      `Migration ${name} took effect, but could not be recorded: ${messageOf(error)}. Record it before you migrate again, or it is applied ` +
        `a second time: ${record};`,
    );
  }
}

async function readApplied(connection: Connection): Promise<AppliedMigration[]> {
  const [rows] = await connection.query<AppliedMigration[]>(
    "SELECT version, name, checksum, applied_at AS appliedAt FROM schema_migrations ORDER BY version",
  );
  return rows;
}

async function withConnection<T>(url: string, work: (connection: Connection) => Promise<T>): Promise<T> {
  const connection = await connect({ uri: url, multipleStatements: true, timezone: "Z" });
  try {
    const [[settings]] = await connection.query<RowDataPacket[]>(SERVER_SETTINGS_QUERY);
    checkServer(settings);
    return await work(connection);
  } finally {
    await connection.end();
  }
}
