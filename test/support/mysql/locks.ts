import { createConnection, type Connection } from "mysql2/promise";

/** Locks that another client of the database holds, until they are released or go out of scope. */
export interface Lock extends AsyncDisposable {
  release: () => Promise<void>;
}

/** A transaction that has run this statement and does not end. */
export async function holdTransaction(url: string, sql: string, values: unknown[]): Promise<Lock> {
  const connection = await createConnection(url);
  await connection.query("START TRANSACTION");
  await connection.query(sql, values);
  return lockOf(connection, "ROLLBACK");
}

/** Holds the rows of these videos. */
export function lockVideos(url: string, videoIds: string[]): Promise<Lock> {
  return holdTransaction(url, "SELECT id FROM videos WHERE id IN (?) FOR UPDATE", [videoIds]);
}

/** Holds a table, as a migration does. */
export async function lockTable(url: string, table: string): Promise<Lock> {
  const connection = await createConnection(url);
  await connection.query(`LOCK TABLES ${table} WRITE`);
  return lockOf(connection, "UNLOCK TABLES");
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
