import type { Selectable } from "kysely";
import { sql } from "kysely";
import type { Db, ParkedCommentsTable } from "../../database/schema.ts";

export type ParkedComment = Selectable<ParkedCommentsTable>;

/** Parks a comment at a change; false when it was parked there already. Safe to repeat. */
export async function parkComment(
  db: Db,
  parked: { comment_id: string; video_id: string; seq: number; reason: string },
): Promise<boolean> {
  const { comment_id, video_id, seq } = parked;
  await db.insertInto("parked_comments").ignore().values({ comment_id, video_id, seq: 0, reason: "" }).execute();
  const result = await db
    .updateTable("parked_comments")
    .set({ seq, reason: parked.reason.slice(0, 500), parked_at: sql<Date>`NOW(3)` })
    .where("comment_id", "=", comment_id)
    .where("seq", "<", seq)
    .executeTakeFirstOrThrow();
  return result.numUpdatedRows === 1n;
}

/** The comments of a video that are parked as they now stand. */
export async function parkedIds(db: Db, videoId: string): Promise<Set<string>> {
  const rows = await selectParked(db).where("parked_comments.video_id", "=", videoId).execute();
  return new Set(rows.map((row) => row.comment_id));
}

/** The oldest parked comments. */
export async function listParked(db: Db, limit: number): Promise<ParkedComment[]> {
  return selectParked(db).orderBy("parked_at").limit(limit).execute();
}

export async function countParked(db: Db): Promise<number> {
  const row = await selectParked(db)
    .clearSelect()
    .select((select) => select.fn.countAll<string>().as("count"))
    .executeTakeFirstOrThrow();
  return Number(row.count);
}

/** Forgets what is parked, of one video or of all; answers the videos that it was of. */
export async function unparkComments(db: Db, videoId?: string): Promise<string[]> {
  let parked = db.selectFrom("parked_comments").select("video_id").distinct();
  let forget = db.deleteFrom("parked_comments");
  if (videoId !== undefined) {
    parked = parked.where("video_id", "=", videoId);
    forget = forget.where("video_id", "=", videoId);
  }
  const rows = await parked.execute();
  await forget.execute();
  return rows.map((row) => row.video_id);
}

/** Forgets what is parked of a user, also at changes that mean nothing any more. */
export async function deleteParkedOf(transaction: Db, userId: string): Promise<void> {
  await transaction
    .deleteFrom("parked_comments")
    .where("comment_id", "in", (select) =>
      select.selectFrom("comments").select("comments.id").where("comments.user_id", "=", userId),
    )
    .execute();
}

// A row whose comment has changed since means nothing any more.
function selectParked(db: Db) {
  return db
    .selectFrom("parked_comments")
    .innerJoin("comments", (join) =>
      join.onRef("comments.id", "=", "parked_comments.comment_id").onRef("comments.seq", "=", "parked_comments.seq"),
    )
    .selectAll("parked_comments");
}
