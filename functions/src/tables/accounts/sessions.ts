import type { Selectable } from "kysely";
import { sql } from "kysely";
import { run, statement } from "../../database/database.ts";
import type { Role } from "../../contract/account.ts";
import type { Db, SessionsTable } from "../../database/schema.ts";

export type SessionRow = Selectable<SessionsTable>;

/** Seconds, on the database's clock. */
export interface Lifetime {
  /** From the last refresh. */
  idle: number;
  /** From sign-in. */
  absolute: number;
}

export async function insertSession(
  db: Db,
  session: { id: string; user_id: string; user_device_id: string },
  lifetime: Lifetime,
): Promise<void> {
  await db
    .insertInto("sessions")
    .values({
      ...session,
      revoked_seq: null,
      expires_at: sql<Date>`NOW(3) + INTERVAL ${lifetime.idle} SECOND`,
      ends_at: sql<Date>`NOW(3) + INTERVAL ${lifetime.absolute} SECOND`,
    })
    .execute();
}

export interface LiveSession {
  session_id: string;
  /** Our id of the device. */
  user_device_id: string;
  /** The client's own. */
  device_id: string;
  /** Whether `last_seen_at` is older than the caller wants it. */
  is_device_stale: boolean;
  ends_at: Date;
  /** Seconds until the session expires, if it is not refreshed. */
  expires_in: number;
  user_id: string;
  email: string;
  username: string;
  role: Role;
  inserted_at: Date;
}

/**
 * The sessions with their users, of those that have not ended: not revoked, not expired, the user and the device active. One look-up
 * by three primary keys each.
 * @param staleAfter seconds after which a device counts as not seen lately
 */
export function selectLiveSessions(ids: string[], staleAfter: number) {
  return statement<Omit<LiveSession, "is_device_stale"> & { is_device_stale: number }>(
    `SELECT sessions.id AS session_id, sessions.user_device_id, user_devices.device_id,
      user_devices.last_seen_at < NOW(3) - INTERVAL ? SECOND AS is_device_stale,
      sessions.ends_at, TIMESTAMPDIFF(SECOND, NOW(3), sessions.expires_at) AS expires_in,
      users.id AS user_id, users.email, users.username, users.role, users.inserted_at
    FROM sessions
    JOIN users ON users.id = sessions.user_id
    JOIN user_devices ON user_devices.id = sessions.user_device_id
    WHERE sessions.id IN (?) AND sessions.revoked_at IS NULL AND sessions.expires_at > NOW(3)
      AND users.is_active AND user_devices.is_active`,
    [staleAfter, ids],
  );
}

export function toLiveSession(row: Omit<LiveSession, "is_device_stale"> & { is_device_stale: number }): LiveSession {
  return { ...row, is_device_stale: row.is_device_stale === 1 };
}

export async function findLiveSession(db: Db, id: string, staleAfter: number): Promise<LiveSession | undefined> {
  const [row] = await run(db, selectLiveSessions([id], staleAfter));
  return row && toLiveSession(row);
}

/** Moves a live session from `generation` to the next, and its idle expiry on; false when it is elsewhere. One compare-and-set. */
export async function rotateSession(db: Db, id: string, generation: number, idle: number): Promise<boolean> {
  const result = await db
    .updateTable("sessions")
    .set({
      generation: sql`generation + 1`,
      rotated_at: sql<Date>`NOW(3)`,
      expires_at: sql<Date>`LEAST(NOW(3) + INTERVAL ${idle} SECOND, ends_at)`,
    })
    .where("id", "=", id)
    .where("generation", "=", generation)
    .where("revoked_at", "is", null)
    .where("expires_at", ">", sql<Date>`NOW(3)`)
    .executeTakeFirstOrThrow();
  return result.numUpdatedRows === 1n;
}

/** The generation of a session, and whether it was reached within the last `seconds`. */
export async function findGeneration(
  db: Db,
  id: string,
  seconds: number,
): Promise<{ user_id: string; generation: number; is_recent: boolean } | undefined> {
  const row = await db
    .selectFrom("sessions")
    .select(["user_id", "generation", sql<number>`rotated_at > NOW(3) - INTERVAL ${seconds} SECOND`.as("is_recent")])
    .where("id", "=", id)
    .executeTakeFirst();
  return row && { ...row, is_recent: row.is_recent === 1 };
}

export interface SessionChoice {
  id?: string;
  user_device_id?: string;
  /** All but this one. */
  except?: string;
}

/** The ids of those sessions of the user that are chosen and not revoked, locked until the transaction ends. */
export async function lockSessions(transaction: Db, userId: string, choice: SessionChoice): Promise<string[]> {
  let query = transaction
    .selectFrom("sessions")
    .select("id")
    .where("user_id", "=", userId)
    .where("revoked_seq", "is", null)
    .forUpdate();
  if (choice.id !== undefined) query = query.where("id", "=", choice.id);
  if (choice.user_device_id !== undefined) query = query.where("user_device_id", "=", choice.user_device_id);
  if (choice.except !== undefined) query = query.where("id", "!=", choice.except);
  const rows = await query.execute();
  return rows.map((row) => row.id);
}

/** Marks locked sessions as revoked by the user's change `seq`. */
export async function markRevoked(transaction: Db, ids: string[], seq: number): Promise<void> {
  await transaction
    .updateTable("sessions")
    .set({ revoked_at: sql<Date>`NOW(3)`, revoked_seq: seq })
    .where("id", "in", ids)
    .execute();
}

/** The user's sessions that were revoked by a change after `after` and up to `to`, and whose Firebase tokens may still live. */
export async function listRevoked(
  db: Db,
  userId: string,
  after: number,
  to: number,
): Promise<{ id: string; ends_at: Date }[]> {
  return db
    .selectFrom("sessions")
    .select(["id", "ends_at"])
    .where("user_id", "=", userId)
    .where("revoked_seq", ">", after)
    .where("revoked_seq", "<=", to)
    .where("ends_at", ">", sql<Date>`NOW(3)`)
    .execute();
}

export async function hasLiveSession(db: Db, userId: string): Promise<boolean> {
  const row = await db
    .selectFrom("sessions")
    .select("id")
    .where("user_id", "=", userId)
    .where("revoked_seq", "is", null)
    .where("expires_at", ">", sql<Date>`NOW(3)`)
    .executeTakeFirst();
  return row !== undefined;
}

/** Sessions whose idle time ran out and that nothing has revoked yet. */
export async function listExpired(db: Db, limit: number): Promise<{ id: string; user_id: string }[]> {
  return db
    .selectFrom("sessions")
    .select(["id", "user_id"])
    .where("revoked_at", "is", null)
    .where("expires_at", "<=", sql<Date>`NOW(3)`)
    .orderBy("expires_at")
    .limit(limit)
    .execute();
}

/** Sessions past their absolute end by `days`, which no token of any kind can name any more. */
export async function listEnded(db: Db, days: number, limit: number): Promise<string[]> {
  const rows = await db
    .selectFrom("sessions")
    .select("id")
    .where("ends_at", "<", sql<Date>`NOW(3) - INTERVAL ${days} DAY`)
    .orderBy("ends_at")
    .limit(limit)
    .execute();
  return rows.map((row) => row.id);
}

export async function deleteSessions(db: Db, ids: string[]): Promise<void> {
  await db.deleteFrom("sessions").where("id", "in", ids).execute();
}
