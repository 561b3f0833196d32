import { createHash } from "node:crypto";
import { readFile, readdir } from "node:fs/promises";
import { join } from "node:path";
import type { Connection, RowDataPacket } from "mysql2/promise";
import { connect, databaseOf } from "./database.ts";
import { Problem, messageOf } from "../problem.ts";

export interface Migration {
  version: number;
  /** The file's name. */
  name: string;
  sql: string;
  /** SHA-256 of the text with LF line ends, hexadecimal. */
  checksum: string;
}

export interface Applied extends RowDataPacket {
  version: number;
  name: string;
  checksum: string;
  appliedAt: Date;
}

/** Two deployments at once: the second waits this long for the first, in seconds. */
const LOCK_SECONDS = 300;

/** The numbered files of a folder, in order; a Problem when a number is missing or taken twice. */
export async function readMigrations(folder: string): Promise<Migration[]> {
  const names = (await readdir(folder)).filter((name) => name.endsWith(".sql")).toSorted();
  return Promise.all(
    names.map(async (name, index) => {
      const version = Number(/^(\d{4})_[a-z0-9_]+\.sql$/.exec(name)?.[1]);
      if (version !== index + 1) {
        const wanted = String(index + 1).padStart(4, "0");
        throw new Problem(
          `Migration ${name} should be ${wanted}_….sql: numbers run from 0001 without gaps or repeats.`,
        );
      }
      const sql = await readFile(join(folder, name), "utf8");
      const checksum = createHash("sha256").update(sql.replaceAll("\r\n", "\n")).digest("hex");
      return { version, name, sql, checksum };
    }),
  );
}

/** What is still to be applied; a Problem when the database's past is not a beginning of the files. */
export function pendingMigrations(
  files: Migration[],
  applied: Pick<Applied, "version" | "name" | "checksum">[],
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
 * Brings a database up to the files of a folder: each once, in order, recorded after it succeeded. Safe to run twice at once
 * (GET_LOCK) and to repeat.
 *
 * A file goes to the server whole (multi-statement), because cutting SQL at semicolons breaks procedures and strings. Each
 * DDL statement commits by itself (MySQL manual, "Statements That Cause an Implicit Commit"), so a file that fails half-way
 * stays half-applied and unrecorded.
 * @returns the names applied now
 */
export async function migrate(url: string, folder: string): Promise<string[]> {
  const files = await readMigrations(folder);
  return withConnection(url, async (connection) => {
    // Lock names belong to the whole server and may have 64 characters.
    const lock = `migrate ${createHash("sha1").update(databaseOf(url)).digest("hex")}`;
    const [rows] = await connection.query<RowDataPacket[]>("SELECT GET_LOCK(?, ?) AS taken", [lock, LOCK_SECONDS]);
    if (rows[0]?.["taken"] !== 1)
      throw new Problem(`Another migration has held the lock for ${LOCK_SECONDS} s. Try again.`);
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

/** What a database has, and what the folder would add; changes nothing. */
export async function migrationStatus(url: string, folder: string): Promise<{ applied: Applied[]; pending: string[] }> {
  const files = await readMigrations(folder);
  return withConnection(url, async (connection) => {
    const [tables] = await connection.query<RowDataPacket[]>("SHOW TABLES LIKE 'schema_migrations'");
    const applied = tables.length > 0 ? await readApplied(connection) : [];
    return { applied, pending: pendingMigrations(files, applied).map(({ name }) => name) };
  });
}

async function apply(connection: Connection, { version, name, checksum, sql }: Migration): Promise<void> {
  try {
    await connection.query(sql);
  } catch (error) {
    throw new Problem(
      `Migration ${name} failed: ${messageOf(error)}. It is not recorded, but its statements ` +
        "before that one took effect (MySQL commits each DDL statement): undo them, mend the file, then migrate again.",
    );
  }
  await connection.query("INSERT INTO schema_migrations (version, name, checksum) VALUES (?, ?, ?)", [
    version,
    name,
    checksum,
  ]);
}

async function readApplied(connection: Connection): Promise<Applied[]> {
  const [rows] = await connection.query<Applied[]>(
    "SELECT version, name, checksum, applied_at AS appliedAt FROM schema_migrations ORDER BY version",
  );
  return rows;
}

async function withConnection<T>(url: string, work: (connection: Connection) => Promise<T>): Promise<T> {
  const connection = await connect({ uri: url, multipleStatements: true, timezone: "Z" });
  try {
    return await work(connection);
  } finally {
    // Ends the session, and with it the lock.
    await connection.end();
  }
}
