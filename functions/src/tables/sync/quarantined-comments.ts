import { type Selectable, sql } from "kysely";
import { byIndex, IN_WRITTEN_ORDER } from "../../database/access-paths.ts";
import type { Db, QuarantinedCommentsTable } from "../../database/schema.ts";

export type QuarantinedComment = Selectable<QuarantinedCommentsTable>;

/** Quarantines a comment at a change. Returns false when it was quarantined there already. Safe to repeat. */
export async function quarantineComment(
  db: Db,
  comment: { comment_id: string; video_id: string; seq: number; reason: string },
): Promise<boolean> {
  const { comment_id, video_id, seq, reason } = comment;
  await db.insertInto("quarantined_comments").ignore().values({ comment_id, video_id, seq: 0, reason: "" }).execute();
  const result = await db
    .updateTable(byIndex("quarantined_comments", "PRIMARY"))
    .set({ seq, reason: reason.slice(0, 500), quarantined_at: sql<Date>`NOW(3)` })
    .where("comment_id", "=", comment_id)
    .where("seq", "<", seq)
    .executeTakeFirstOrThrow();
  return result.numUpdatedRows === 1n;
}

/** The comments of a video that are quarantined as they are now. */
export async function findQuarantinedIds(db: Db, videoId: string): Promise<Set<string>> {
  const rows = await selectQuarantined(db, "quarantined_comments_video")
    .where("quarantined_comments.video_id", "=", videoId)
    .execute();
  return new Set(rows.map((row) => row.comment_id));
}

/** The comments quarantined longest ago. */
export async function listQuarantined(db: Db, limit: number): Promise<QuarantinedComment[]> {
  return selectQuarantined(db, "PRIMARY").orderBy("quarantined_at").limit(limit).execute();
}

export async function countQuarantined(db: Db): Promise<number> {
  const row = await selectQuarantined(db, "PRIMARY")
    .clearSelect()
    .select((select) => select.fn.countAll<string>().as("count"))
    .executeTakeFirstOrThrow();
  return Number(row.count);
}

/** The videos with quarantined comments, or only this one if it has some. */
export async function listQuarantinedVideos(db: Db, videoId?: string): Promise<string[]> {
  let query = db
    .selectFrom(byIndex("quarantined_comments", "quarantined_comments_video"))
    .select("video_id")
    .distinct();
  if (videoId !== undefined) query = query.where("video_id", "=", videoId);
  const rows = await query.execute();
  return rows.map((row) => row.video_id);
}

/** Releases a video's comments from quarantine. */
export async function releaseQuarantined(transaction: Db, videoId: string): Promise<void> {
  await transaction
    .deleteFrom("quarantined_comments")
    .using(byIndex("quarantined_comments", "quarantined_comments_video"))
    .where("video_id", "=", videoId)
    .execute();
}

/** Deletes what is quarantined of a user, at earlier changes of their comments too. */
export async function deleteQuarantinedOf(transaction: Db, userId: string): Promise<void> {
  // What is quarantined is little, so it is read whole.
  await sql`
    DELETE quarantined_comments
    FROM quarantined_comments FORCE INDEX (PRIMARY)
    STRAIGHT_JOIN comments FORCE INDEX (PRIMARY) ON comments.id = quarantined_comments.comment_id
    WHERE comments.user_id = ${userId}`.execute(transaction);
}

/**
 * Deletes up to `limit` rows whose comments have changed since, or are gone; returns how many. Those of the last hour stay: they may be
 * about to be written.
 */
export async function deleteOutdatedQuarantined(db: Db, limit: number): Promise<number> {
  // Found without a lock on comments.
  const { rows } = await sql<{ comment_id: string; seq: number }>`
    SELECT quarantined_comments.comment_id, quarantined_comments.seq
    FROM quarantined_comments FORCE INDEX (PRIMARY)
    LEFT JOIN comments FORCE INDEX (PRIMARY) ON comments.id = quarantined_comments.comment_id
    WHERE quarantined_comments.quarantined_at < NOW(3) - INTERVAL 1 HOUR
      AND (comments.id IS NULL OR comments.seq <> quarantined_comments.seq)
    LIMIT ${limit}`.execute(db);
  for (const { comment_id, seq } of rows) {
    await db
      .deleteFrom("quarantined_comments")
      .using(byIndex("quarantined_comments", "PRIMARY"))
      .where("comment_id", "=", comment_id)
      .where("seq", "=", seq)
      .execute();
  }
  return rows.length;
}

// A row counts only while its comment has not changed since.
function selectQuarantined(db: Db, index: "PRIMARY" | "quarantined_comments_video") {
  return db
    .selectFrom(byIndex("quarantined_comments", index))
    .modifyFront(IN_WRITTEN_ORDER)
    .innerJoin(byIndex("comments", "PRIMARY"), (join) =>
      join
        .onRef("comments.id", "=", "quarantined_comments.comment_id")
        .onRef("comments.seq", "=", "quarantined_comments.seq"),
    )
    .selectAll("quarantined_comments");
}
