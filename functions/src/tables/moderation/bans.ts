import { sql } from "kysely";
import { byIndex } from "../../database/access-paths.ts";
import type { Db } from "../../database/schema.ts";

export interface BanRow {
  user_id: string;
  video_id: string;
  ends_at: Date | null;
  reason: string;
  banned_by: string;
  inserted_at: Date;
}

const isInForce = sql<boolean>`(ends_at IS NULL OR ends_at > NOW(3))`;

/** The ban that keeps the user from commenting on the video for longest; undefined if none is in force. */
export async function findBan(db: Db, userId: string, videoId: string): Promise<BanRow | undefined> {
  return db
    .selectFrom(byIndex("bans", "PRIMARY"))
    .selectAll()
    .where("user_id", "=", userId)
    .where("video_id", "in", ["", videoId])
    .where(isInForce)
    .orderBy(sql`ends_at IS NULL`, "desc")
    .orderBy("ends_at", "desc")
    .executeTakeFirst();
}

/** The bans in force, by user and video: those after `after`, if given. */
export async function listBans(
  db: Db,
  page: { userId?: string | undefined; after?: { user_id: string; video_id: string } | undefined; limit: number },
): Promise<BanRow[]> {
  let query = db
    .selectFrom(byIndex("bans", "PRIMARY"))
    .selectAll()
    .where(isInForce)
    .orderBy("user_id")
    .orderBy("video_id")
    .limit(page.limit);
  if (page.userId !== undefined) query = query.where("user_id", "=", page.userId);
  if (page.after) {
    const { user_id, video_id } = page.after;
    // Not `(user_id, video_id) > (?, ?)`: for that the servers read the index from its start.
    query = query.where("user_id", ">=", user_id).where(sql<boolean>`(user_id > ${user_id} OR video_id > ${video_id})`);
  }
  return query.execute();
}

/** Adds the ban, or replaces the one for the same user and video. */
export async function upsertBan(db: Db, ban: Omit<BanRow, "inserted_at">): Promise<void> {
  const { ends_at, reason, banned_by } = ban;
  await db
    .insertInto("bans")
    .values(ban)
    .onDuplicateKeyUpdate({ ends_at, reason, banned_by, inserted_at: sql<Date>`NOW(3)` })
    .execute();
}

/** Returns false if there was no such ban. */
export async function deleteBan(db: Db, userId: string, videoId: string): Promise<boolean> {
  const result = await db
    .deleteFrom("bans")
    .using(byIndex("bans", "PRIMARY"))
    .where("user_id", "=", userId)
    .where("video_id", "=", videoId)
    .executeTakeFirstOrThrow();
  return result.numDeletedRows === 1n;
}
