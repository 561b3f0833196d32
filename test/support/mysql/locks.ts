import { sql } from "kysely";
import type { Connection } from "mysql2/promise";
import type { Db } from "../../../functions/src/database/schema.ts";
import { pause } from "../delays.ts";
import { openConnection } from "./connection.ts";

/** Locks that another client of the database holds, until they are released or go out of scope. */
export interface Lock extends AsyncDisposable {
  release: () => Promise<void>;
}

/** A transaction that has run this statement and does not end. */
export async function holdTransaction(url: string, statement: string, values: unknown[]): Promise<Lock> {
  const connection = await openConnection(url);
  await connection.query("START TRANSACTION");
  await connection.query(statement, values);
  return lockOf(connection, "ROLLBACK");
}

/** Holds the rows of these videos. */
export function lockVideos(url: string, videoIds: string[]): Promise<Lock> {
  return holdTransaction(url, "SELECT id FROM videos WHERE id IN (?) FOR UPDATE", [videoIds]);
}

/** Holds a table, as a migration does. */
export async function lockTable(url: string, table: string): Promise<Lock> {
  const connection = await openConnection(url);
  await connection.query(`LOCK TABLES ${table} WRITE`);
  return lockOf(connection, "UNLOCK TABLES");
}

/** The number of transactions on this database that wait for a row. */
export async function countLockWaits(db: Db): Promise<number> {
  // MySQL refreshes the view only if nobody read it for 100 ms.
  await pause(150);
  const { rows } = await sql`
    SELECT trx_id FROM information_schema.innodb_trx JOIN information_schema.processlist ON id = trx_mysql_thread_id
    WHERE trx_state = 'LOCK WAIT' AND db = DATABASE()`.execute(db);
  return rows.length;
}

function lockOf(connection: Connection, undo: string): Lock {
  let isReleased = false;
  const release = async () => {
    if (isReleased) return;
    isReleased = true;
    await connection.query(undo);
    await connection.end();
  };
  return { release, [Symbol.asyncDispose]: release };
}
