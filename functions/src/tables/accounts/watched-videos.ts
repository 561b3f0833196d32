import { sql } from "kysely";
import { IN_WRITTEN_ORDER, byIndex, namingRow } from "../../database/access-paths.ts";
import type { Db } from "../../database/schema.ts";

/** A video on which a session may be present. */
export interface WatchedVideo {
  session_id: string;
  video_id: string;
}

/** How old `watched_at` gets before it is written again. */
const TOUCHED_AFTER_SECONDS = 3_600;

/** Whether the session watches the video already. If it does, renews `watched_at` if that is over an hour old. */
export async function touchWatched(db: Db, { session_id, video_id }: WatchedVideo): Promise<boolean> {
  const row = await db
    .selectFrom(byIndex("watched_videos", "PRIMARY"))
    .select(sql<number>`watched_at < NOW(3) - INTERVAL ${TOUCHED_AFTER_SECONDS} SECOND`.as("is_old"))
    .where("session_id", "=", session_id)
    .where("video_id", "=", video_id)
    .executeTakeFirst();
  if (row?.is_old === 1) {
    await db
      .updateTable(byIndex("watched_videos", "PRIMARY"))
      .set({ watched_at: sql<Date>`NOW(3)` })
      .where("session_id", "=", session_id)
      .where("video_id", "=", video_id)
      .execute();
  }
  return row !== undefined;
}

export async function insertWatched(transaction: Db, watched: WatchedVideo & { user_id: string }): Promise<void> {
  await transaction
    .insertInto("watched_videos")
    .values({ ...watched, watched_at: sql<Date>`NOW(3)` })
    .onDuplicateKeyUpdate({ watched_at: sql<Date>`NOW(3)` })
    .execute();
}

/** The videos that the user's live sessions watch. */
export async function listWatched(db: Db, userId: string): Promise<WatchedVideo[]> {
  return db
    .selectFrom(byIndex("watched_videos", "watched_videos_user"))
    .modifyFront(IN_WRITTEN_ORDER)
    .innerJoin(byIndex("sessions", "PRIMARY"), "sessions.id", "watched_videos.session_id")
    .select(["watched_videos.session_id", "watched_videos.video_id"])
    .where("watched_videos.user_id", "=", userId)
    .where("sessions.revoked_seq", "is", null)
    .where("sessions.expires_at", ">", sql<Date>`NOW(3)`)
    .execute();
}

/** Those beyond the user's newest `kept`, the newest first. Locked, so it sees what others committed. */
export async function lockOldestWatched(transaction: Db, userId: string, kept: number): Promise<WatchedVideo[]> {
  const rows = await transaction
    .selectFrom(byIndex("watched_videos", "watched_videos_user"))
    .select(["session_id", "video_id"])
    .where("user_id", "=", userId)
    .orderBy("watched_at", "desc")
    .orderBy("session_id", "desc")
    .orderBy("video_id", "desc")
    .forUpdate()
    .execute();
  return rows.slice(kept);
}

export async function deleteWatched(transaction: Db, { session_id, video_id }: WatchedVideo): Promise<void> {
  await transaction
    .deleteFrom("watched_videos")
    .using(byIndex("watched_videos", "PRIMARY"))
    .where("session_id", "=", session_id)
    .where("video_id", "=", video_id)
    .execute();
}

/** Deletes all that the sessions watch. */
export async function deleteWatchedOf(transaction: Db, sessionIds: string[]): Promise<void> {
  await transaction
    .deleteFrom("watched_videos")
    .using(byIndex("watched_videos", "PRIMARY"))
    .where("session_id", "in", sessionIds)
    .where(namingRow("watched_at"))
    .execute();
}
