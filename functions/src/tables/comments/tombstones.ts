import { sql } from "kysely";
import { byIndex } from "../../database/access-paths.ts";
import type { Db } from "../../database/schema.ts";

export interface Tombstone {
  id: string;
  video_id: string;
  seq: number;
}

/** Tombstones older than `days` whose deletion RTDB has, oldest first. */
export async function listExpiredTombstones(db: Db, days: number, limit: number): Promise<Tombstone[]> {
  const { rows } = await sql<Tombstone>`
    SELECT comments.id, comments.video_id, comments.seq
    FROM comments FORCE INDEX (comments_deleted) STRAIGHT_JOIN videos FORCE INDEX (PRIMARY) ON videos.id = comments.video_id
    WHERE comments.deleted_at < NOW(3) - INTERVAL ${days} DAY AND comments.seq <= videos.applied_seq
    ORDER BY comments.deleted_at LIMIT ${limit}`.execute(db);
  return rows;
}

/** Deletes the rows of deleted comments. */
export async function deleteTombstones(transaction: Db, ids: string[]): Promise<void> {
  await transaction
    .deleteFrom("comments")
    .using(byIndex("comments", "PRIMARY"))
    .where("id", "in", ids)
    .where("deleted_at", "is not", null)
    .execute();
}
