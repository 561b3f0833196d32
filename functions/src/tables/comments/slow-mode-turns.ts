import { sql } from "kysely";
import { deleteByIndex } from "../../database/access-paths.ts";
import type { Db } from "../../database/schema.ts";

/**
 * Seconds since the user last wrote on the video: the last post, held comments included, or the last write under slow mode; null if never.
 * Final when read under the video's lock.
 */
export async function secondsSinceLastTurn(db: Db, userId: string, videoId: string): Promise<number | null> {
  const { rows } = await sql<{ seconds: string | null }>`
    SELECT TIMESTAMPDIFF(MICROSECOND, MAX(inserted_at), NOW(3)) / 1000000 AS seconds FROM (
      (SELECT inserted_at FROM comments FORCE INDEX (comments_user)
        WHERE user_id = ${userId} AND video_id = ${videoId} ORDER BY id DESC LIMIT 1)
      UNION ALL
      (SELECT inserted_at FROM held_comments FORCE INDEX (held_comments_user)
        WHERE user_id = ${userId} AND video_id = ${videoId} ORDER BY id DESC LIMIT 1)
      UNION ALL
      (SELECT taken_at FROM slow_mode_turns FORCE INDEX (PRIMARY) WHERE user_id = ${userId} AND video_id = ${videoId})
    ) AS last`.execute(db);
  const seconds = rows[0]?.seconds ?? null;
  return seconds === null ? null : Number(seconds);
}

/** Records that the user writes on the video now. */
export async function recordTurn(transaction: Db, userId: string, videoId: string): Promise<void> {
  await transaction
    .insertInto("slow_mode_turns")
    .values({ user_id: userId, video_id: videoId })
    .onDuplicateKeyUpdate({ taken_at: sql<Date>`NOW(3)` })
    .execute();
}

/** Deletes at most `limit` turns that were taken more than `seconds` ago; returns how many. */
export async function deleteOldTurns(db: Db, seconds: number, limit: number): Promise<number> {
  return deleteByIndex(db, {
    table: "slow_mode_turns",
    key: ["user_id", "video_id"],
    index: "slow_mode_turns_age",
    where: sql`taken_at < NOW(3) - INTERVAL ${seconds} SECOND`,
    orderBy: "taken_at",
    limit,
  });
}
