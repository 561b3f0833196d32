import { sql } from "kysely";
import { byIndex } from "../../database/access-paths.ts";
import type { Db } from "../../database/schema.ts";

/** The heartbeat as a server shows it. */
export interface Heartbeat {
  database_id: string;
  /** When it was renewed, by the primary's clock. The server has every transaction that was committed before. */
  beaten_at: Date;
}

/** The one row. */
const ID = 1;

/** The heartbeat on the primary, with its time now; undefined before the first one. */
export async function findHeartbeat(db: Db): Promise<(Heartbeat & { now: Date }) | undefined> {
  return heartbeatQuery(db)
    .select(sql<Date>`NOW(3)`.as("now"))
    .executeTakeFirst();
}

/** The heartbeat on a replica, and whether that takes no writes from clients; undefined if it has none yet. */
export async function findReplicaHeartbeat(db: Db): Promise<(Heartbeat & { isReadOnly: boolean }) | undefined> {
  const row = await heartbeatQuery(db)
    .select(sql`@@GLOBAL.read_only`.as("read_only"))
    // Replicas on shared storage have only this one.
    .select(sql`@@GLOBAL.innodb_read_only`.as("innodb_read_only"))
    .executeTakeFirst();
  if (!row) return undefined;
  const { database_id, beaten_at, read_only, innodb_read_only } = row;
  return { database_id, beaten_at, isReadOnly: isOn(read_only) || isOn(innodb_read_only) };
}

/**
 * Renews the heartbeat, unless somebody did within the last `pauseMs`, so that many instances write no more than one. A time from the
 * future, as after a failover to a server whose clock is behind, is renewed too.
 * @param newDatabaseId the database's id, if it has none yet
 */
export async function renewHeartbeat(db: Db, newDatabaseId: string, pauseMs: number): Promise<void> {
  const now = sql<Date>`NOW(3)`;
  const isRecent = sql`beaten_at BETWEEN NOW(3) - INTERVAL ${sql.lit(pauseMs * 1000)} MICROSECOND AND NOW(3)`;
  await db
    .insertInto("heartbeats")
    .values({ id: ID, database_id: newDatabaseId, beaten_at: now })
    .onDuplicateKeyUpdate({ beaten_at: sql<Date>`IF(${isRecent}, beaten_at, NOW(3))` })
    .execute();
}

function heartbeatQuery(db: Db) {
  return db.selectFrom(byIndex("heartbeats", "PRIMARY")).select(["database_id", "beaten_at"]).where("id", "=", ID);
}

/** A server's switch: 0 and 1, or words in MariaDB 12. */
function isOn(value: unknown): boolean {
  return !["0", "OFF"].includes(String(value));
}
