import type { Generated, Selectable } from "kysely";
import { sql } from "kysely";
import type { Db, NullableTimestamp, Timestamp, UpdatedTimestamp } from "./schema.ts";
import type { Role } from "./users.ts";

export interface SessionsTable {
  id: string;
  user_id: string;
  user_device_id: string;
  generation: Generated<number>;
  rotated_at: Timestamp;
  expires_at: Date;
  revoked_at: NullableTimestamp;
  inserted_at: Timestamp;
  updated_at: UpdatedTimestamp;
}

export type SessionRow = Selectable<SessionsTable>;

export interface NewSession {
  id: string;
  user_id: string;
  user_device_id: string;
  /** Seconds from now, on the database's clock. */
  lifetime: number;
}

export async function insertSession(db: Db, { lifetime, ...session }: NewSession): Promise<void> {
  await db
    .insertInto("sessions")
    .values({ ...session, expires_at: sql<Date>`NOW(3) + INTERVAL ${lifetime} SECOND` })
    .execute();
}

export interface LiveSession {
  session_id: string;
  device_id: string;
  user_id: string;
  email: string;
  username: string;
  role: Role;
  inserted_at: Date;
}

/** The session with its user, if neither has ended: not revoked, not expired, the user and the device active. */
export async function findLiveSession(db: Db, id: string): Promise<LiveSession | undefined> {
  return db
    .selectFrom("sessions")
    .innerJoin("users", "users.id", "sessions.user_id")
    .innerJoin("user_devices", "user_devices.id", "sessions.user_device_id")
    .select([
      "sessions.id as session_id",
      "user_devices.device_id",
      "users.id as user_id",
      "users.email",
      "users.username",
      "users.role",
      "users.inserted_at",
    ])
    .where("sessions.id", "=", id)
    .where("sessions.revoked_at", "is", null)
    .where("sessions.expires_at", ">", sql<Date>`NOW(3)`)
    .where("users.is_active", "=", true)
    .where("user_devices.is_active", "=", true)
    .executeTakeFirst();
}

/** Moves a live session from `generation` to the next; false when it is elsewhere. One compare-and-set. */
export async function rotateSession(db: Db, id: string, generation: number): Promise<boolean> {
  const result = await db
    .updateTable("sessions")
    .set({ generation: sql`generation + 1`, rotated_at: sql<Date>`NOW(3)` })
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
): Promise<{ generation: number; is_recent: number } | undefined> {
  return db
    .selectFrom("sessions")
    .select(["generation", sql<number>`rotated_at > NOW(3) - INTERVAL ${seconds} SECOND`.as("is_recent")])
    .where("id", "=", id)
    .executeTakeFirst();
}

/** Ends the session; safe to repeat, the first time stands. */
export async function revokeSession(db: Db, id: string): Promise<void> {
  await db
    .updateTable("sessions")
    .set({ revoked_at: sql<Date>`NOW(3)` })
    .where("id", "=", id)
    .where("revoked_at", "is", null)
    .execute();
}
