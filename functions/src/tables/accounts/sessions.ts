import { sql } from "kysely";
import type { Role } from "../../contract/account.ts";
import { byIndex, IN_WRITTEN_ORDER } from "../../database/access-paths.ts";
import type { Db } from "../../database/schema.ts";
import { type Statement, execute, statement } from "../../database/statement.ts";
import { SEEN_INTERVAL_SECONDS } from "./user-devices.ts";

/** How long a session lives, in seconds by the database's clock. */
export interface SessionLifetime {
  /** Since the last refresh. */
  idle: number;
  /** Since sign-in. */
  absolute: number;
}

export async function insertSession(
  db: Db,
  session: { id: string; user_id: string; user_device_id: string },
  lifetime: SessionLifetime,
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

/** A session that is not revoked and not expired, of an active user on an active device. */
export interface LiveSession {
  sessionId: string;
  /** Our id of the device. */
  userDeviceId: string;
  /** The client's own id of the device. */
  deviceId: string;
  /** Whether the device's `last_seen_at` is due to be written again. */
  isSeenOutdated: boolean;
  /** The absolute end. */
  endsAt: Date;
  /** Seconds until the session expires if it is not refreshed. */
  expiresInSeconds: number;
  userId: string;
  email: string;
  username: string;
  role: Role;
  /** When the user registered. */
  registeredAt: Date;
}

interface LiveSessionRow {
  session_id: string;
  user_device_id: string;
  device_id: string;
  is_seen_outdated: number;
  ends_at: Date;
  expires_in: number;
  user_id: string;
  email: string;
  username: string;
  role: Role;
  inserted_at: Date;
}

/** Those of the sessions that are live. Three reads by primary key for each. */
export function liveSessionsQuery(ids: string[]): Statement<LiveSessionRow> {
  return statement<LiveSessionRow>(
    `SELECT sessions.id AS session_id, sessions.user_device_id, user_devices.device_id,
      user_devices.last_seen_at < NOW(3) - INTERVAL ? SECOND AS is_seen_outdated,
      sessions.ends_at, TIMESTAMPDIFF(SECOND, NOW(3), sessions.expires_at) AS expires_in,
      users.id AS user_id, users.email, users.username, users.role, users.inserted_at
    FROM sessions FORCE INDEX (PRIMARY)
    STRAIGHT_JOIN users FORCE INDEX (PRIMARY) ON users.id = sessions.user_id
    STRAIGHT_JOIN user_devices FORCE INDEX (PRIMARY) ON user_devices.id = sessions.user_device_id
    WHERE sessions.id IN (?) AND sessions.revoked_at IS NULL AND sessions.expires_at > NOW(3)
      AND users.is_active AND user_devices.is_active`,
    [SEEN_INTERVAL_SECONDS, ids],
  );
}

export function toLiveSession(row: LiveSessionRow): LiveSession {
  return {
    sessionId: row.session_id,
    userDeviceId: row.user_device_id,
    deviceId: row.device_id,
    isSeenOutdated: row.is_seen_outdated === 1,
    endsAt: row.ends_at,
    expiresInSeconds: row.expires_in,
    userId: row.user_id,
    email: row.email,
    username: row.username,
    role: row.role,
    registeredAt: row.inserted_at,
  };
}

export async function findLiveSession(db: Db, id: string): Promise<LiveSession | undefined> {
  const [row] = await execute(db, liveSessionsQuery([id]));
  return row && toLiveSession(row);
}

/** Moves a live session from `generation` to the next and extends its idle expiry; false if it is at another generation. */
export async function rotateSession(
  db: Db,
  id: string,
  { generation, idleSeconds }: { generation: number; idleSeconds: number },
): Promise<boolean> {
  const result = await db
    .updateTable(byIndex("sessions", "PRIMARY"))
    .set({
      generation: sql`generation + 1`,
      rotated_at: sql<Date>`NOW(3)`,
      expires_at: sql<Date>`LEAST(NOW(3) + INTERVAL ${idleSeconds} SECOND, ends_at)`,
    })
    .where("id", "=", id)
    .where("generation", "=", generation)
    .where("revoked_at", "is", null)
    .where("expires_at", ">", sql<Date>`NOW(3)`)
    .executeTakeFirstOrThrow();
  return result.numUpdatedRows === 1n;
}

/** The session's generation, and whether it was reached within the last `seconds`. */
export async function findGeneration(
  db: Db,
  id: string,
  seconds: number,
): Promise<{ userId: string; generation: number; isRecent: boolean } | undefined> {
  const row = await db
    .selectFrom(byIndex("sessions", "PRIMARY"))
    .select(["user_id", "generation", sql<number>`rotated_at > NOW(3) - INTERVAL ${seconds} SECOND`.as("is_recent")])
    .where("id", "=", id)
    .executeTakeFirst();
  return row && { userId: row.user_id, generation: row.generation, isRecent: row.is_recent === 1 };
}

/** Which of a user's sessions; all of them if nothing is given. */
export interface SessionChoice {
  ids?: string[];
  userDeviceIds?: string[];
  /** Every session but this one. */
  except?: string;
}

/** The ids of at most `limit` of the chosen sessions that are not revoked, locked until the transaction ends. */
export async function lockSessions(
  transaction: Db,
  userId: string,
  { ids, userDeviceIds, except }: SessionChoice,
  limit: number,
): Promise<string[]> {
  let query = transaction
    .selectFrom(byIndex("sessions", "sessions_user"))
    .select("id")
    .where("user_id", "=", userId)
    .where("revoked_seq", "is", null)
    .limit(limit)
    .forUpdate();
  if (ids !== undefined) query = query.where("id", "in", ids);
  if (userDeviceIds !== undefined) query = query.where("user_device_id", "in", userDeviceIds);
  if (except !== undefined) query = query.where("id", "!=", except);
  const rows = await query.execute();
  return rows.map((row) => row.id);
}

/** The ids of the user's sessions that are not revoked, the last begun first: those after the first `offset`. */
export async function listSessionIds(
  db: Db,
  userId: string,
  { offset, limit }: { offset: number; limit: number },
): Promise<string[]> {
  const rows = await db
    .selectFrom(byIndex("sessions", "sessions_user"))
    .select("id")
    .where("user_id", "=", userId)
    .where("revoked_seq", "is", null)
    // A UUIDv7: the order of the ids is the order in which the sessions began.
    .orderBy("id", "desc")
    .offset(offset)
    .limit(limit)
    .execute();
  return rows.map((row) => row.id);
}

export interface CurrentSession {
  id: string;
  inserted_at: Date;
  expires_at: Date;
  /** JSON text. */
  device_info: string;
  last_seen_at: Date;
}

/** The user's sessions that are neither revoked nor expired, with their devices, the last begun first. */
export async function listCurrentSessions(db: Db, userId: string, limit: number): Promise<CurrentSession[]> {
  return db
    .selectFrom(byIndex("sessions", "sessions_user"))
    .modifyFront(IN_WRITTEN_ORDER)
    .innerJoin(byIndex("user_devices", "PRIMARY"), "user_devices.id", "sessions.user_device_id")
    .select(["sessions.id", "sessions.inserted_at", "sessions.expires_at", "device_info", "last_seen_at"])
    .where("sessions.user_id", "=", userId)
    .where("sessions.revoked_seq", "is", null)
    .where("sessions.expires_at", ">", sql<Date>`NOW(3)`)
    .orderBy("sessions.id", "desc")
    .limit(limit)
    .execute();
}

/** Marks locked sessions as revoked by the user's change `seq`. */
export async function markRevoked(transaction: Db, ids: string[], seq: number): Promise<void> {
  await transaction
    .updateTable(byIndex("sessions", "PRIMARY"))
    .set({ revoked_at: sql<Date>`NOW(3)`, revoked_seq: seq })
    .where("id", "in", ids)
    .execute();
}

/** The user's sessions that were revoked by the changes in `(after, to]` and whose Firebase tokens may still be valid. */
export async function listRevoked(
  db: Db,
  userId: string,
  { after, to }: { after: number; to: number },
): Promise<{ id: string; ends_at: Date }[]> {
  return db
    .selectFrom(byIndex("sessions", "sessions_user"))
    .select(["id", "ends_at"])
    .where("user_id", "=", userId)
    .where("revoked_seq", ">", after)
    .where("revoked_seq", "<=", to)
    .where("ends_at", ">", sql<Date>`NOW(3)`)
    .execute();
}

/** Whether the user has a session that is neither revoked nor expired. */
export async function hasCurrentSession(db: Db, userId: string): Promise<boolean> {
  const row = await db
    .selectFrom(byIndex("sessions", "sessions_user"))
    .select("id")
    .where("user_id", "=", userId)
    .where("revoked_seq", "is", null)
    .where("expires_at", ">", sql<Date>`NOW(3)`)
    .executeTakeFirst();
  return row !== undefined;
}
