import { sql } from "kysely";
import { byIndex } from "../../database/access-paths.ts";
import type { Db } from "../../database/schema.ts";
import { type CommentRow, commentsQuery } from "./comments.ts";

/** The next video after `after` on which the user has comments that are not deleted; undefined if there is none. */
export async function findNextVideoOf(db: Db, userId: string, after: string): Promise<string | undefined> {
  const row = await db
    .selectFrom(byIndex("comments", "comments_user"))
    .select("video_id")
    .where("user_id", "=", userId)
    .where("video_id", ">", after)
    .where("deleted_at", "is", null)
    .orderBy("video_id")
    .orderBy("id")
    .limit(1)
    .executeTakeFirst();
  return row?.video_id;
}

/** The ids of the user's comments on the video that are not deleted. Read it under the video's lock. */
export async function listIdsOf(
  transaction: Db,
  { userId, videoId, limit }: { userId: string; videoId: string; limit: number },
): Promise<string[]> {
  const { rows } = await sql<{ id: string }>`
    SELECT id FROM comments FORCE INDEX (comments_user)
    WHERE user_id = ${userId} AND video_id = ${videoId} AND deleted_at IS NULL ORDER BY id LIMIT ${limit}`.execute(
    transaction,
  );
  return rows.map(({ id }) => id);
}

export async function countCommentsOf(db: Db, userId: string): Promise<number> {
  const row = await db
    .selectFrom(byIndex("comments", "comments_user"))
    .select((select) => select.fn.countAll<string>().as("count"))
    .where("user_id", "=", userId)
    .where("deleted_at", "is", null)
    .executeTakeFirstOrThrow();
  return Number(row.count);
}

/** The user's comments that are not deleted, by video and age: those after `after`, if given. */
export async function listCommentsOf(
  db: Db,
  userId: string,
  page: { after?: { videoId: string; id: string } | undefined; limit: number },
): Promise<CommentRow[]> {
  let query = commentsQuery(db, "comments_user")
    .where("comments.user_id", "=", userId)
    .where("comments.deleted_at", "is", null)
    .orderBy("comments.video_id")
    .orderBy("comments.id")
    .limit(page.limit);
  if (page.after) {
    const { videoId, id } = page.after;
    query = query
      .where("comments.video_id", ">=", videoId)
      .where(sql<boolean>`(comments.video_id > ${videoId} OR comments.id > ${id})`);
  }
  return query.execute();
}
