import { sql } from "kysely";
import type { Db } from "./schema.ts";

export interface Tombstone {
  id: string;
  video_id: string;
  seq: number;
}

/** Tombstones older than `days` that the Realtime Database has been told of, oldest first. */
export async function listExpiredTombstones(db: Db, days: number, limit: number): Promise<Tombstone[]> {
  return db
    .selectFrom("comments")
    .innerJoin("videos", "videos.id", "comments.video_id")
    .select(["comments.id", "comments.video_id", "comments.seq"])
    .where("comments.deleted_at", "<", sql<Date>`NOW(3) - INTERVAL ${days} DAY`)
    .whereRef("comments.seq", "<=", "videos.applied_seq")
    .orderBy("comments.deleted_at")
    .limit(limit)
    .execute();
}

/** Removes the rows of deleted comments, and the reports of them. */
export async function deleteTombstones(transaction: Db, ids: string[]): Promise<void> {
  await transaction.deleteFrom("reports").where("comment_id", "in", ids).execute();
  await transaction.deleteFrom("comments").where("id", "in", ids).where("deleted_at", "is not", null).execute();
}
