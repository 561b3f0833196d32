import { sql } from "kysely";
import { byIndex, namingRow } from "../../database/access-paths.ts";
import type { Db } from "../../database/schema.ts";

/** Sessions whose idle time is over and that are not revoked yet, longest expired first. */
export async function listExpired(db: Db, limit: number): Promise<{ id: string; user_id: string }[]> {
  return db
    .selectFrom(byIndex("sessions", "sessions_expired"))
    .select(["id", "user_id"])
    .where("revoked_at", "is", null)
    .where("expires_at", "<=", sql<Date>`NOW(3)`)
    .orderBy("expires_at")
    .limit(limit)
    .execute();
}

/** Sessions that are `days` past their absolute end: no valid token names them. */
export async function listEnded(db: Db, days: number, limit: number): Promise<{ id: string; user_id: string }[]> {
  return db
    .selectFrom(byIndex("sessions", "sessions_ended"))
    .select(["id", "user_id"])
    .where("ends_at", "<", sql<Date>`NOW(3) - INTERVAL ${days} DAY`)
    .where(namingRow("inserted_at"))
    .orderBy("ends_at")
    .limit(limit)
    .execute();
}

export async function deleteSessions(db: Db, ids: string[]): Promise<void> {
  await db
    .deleteFrom("sessions")
    .using(byIndex("sessions", "PRIMARY"))
    .where("id", "in", ids)
    .where(namingRow("inserted_at"))
    .execute();
}
