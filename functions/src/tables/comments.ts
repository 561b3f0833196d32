import type { Generated } from "kysely";
import { sql } from "kysely";
import type { Db, NullableTimestamp, Timestamp } from "./schema.ts";

export interface CommentsTable {
  /** UUIDv7: the order of the ids is the order of the comments. */
  id: string;
  video_id: string;
  user_id: string;
  /** Empty in a tombstone. */
  content: string;
  version: Generated<number>;
  /** The number of the comment's last change. */
  seq: number;
  inserted_at: Timestamp;
  updated_at: Timestamp;
  deleted_at: NullableTimestamp;
  deleted_by: string | null;
}

export interface CommentRow {
  id: string;
  video_id: string;
  user_id: string;
  username: string;
  content: string;
  version: number;
  seq: number;
  inserted_at: Date;
  updated_at: Date;
  deleted_at: Date | null;
}

export interface NewComment {
  id: string;
  video_id: string;
  user_id: string;
  content: string;
  seq: number;
  inserted_at: Date;
  updated_at: Date;
}

function selectComments(db: Db) {
  return db
    .selectFrom("comments")
    .innerJoin("users", "users.id", "comments.user_id")
    .select([
      "comments.id",
      "comments.video_id",
      "comments.user_id",
      "users.username",
      "comments.content",
      "comments.version",
      "comments.seq",
      "comments.inserted_at",
      "comments.updated_at",
      "comments.deleted_at",
    ]);
}

export async function insertComment(transaction: Db, comment: NewComment): Promise<void> {
  await transaction.insertInto("comments").values(comment).execute();
}

/** The comment, or its tombstone. */
export async function findComment(db: Db, videoId: string, id: string): Promise<CommentRow | undefined> {
  return selectComments(db).where("comments.id", "=", id).where("comments.video_id", "=", videoId).executeTakeFirst();
}

/** Erases the content and leaves the tombstone as change `seq`; false when it was one already. */
export async function eraseComment(
  transaction: Db,
  change: { id: string; seq: number; deleted_by: string },
): Promise<boolean> {
  const result = await transaction
    .updateTable("comments")
    .set({
      content: "",
      seq: change.seq,
      version: sql`version + 1`,
      updated_at: sql<Date>`NOW(3)`,
      deleted_at: sql<Date>`NOW(3)`,
      deleted_by: change.deleted_by,
    })
    .where("id", "=", change.id)
    .where("deleted_at", "is", null)
    .executeTakeFirstOrThrow();
  return result.numUpdatedRows === 1n;
}

/** Comments that are not deleted, newest first: those older than `before`, if given. */
export async function listComments(
  db: Db,
  videoId: string,
  page: { before?: string | undefined; limit: number; offset?: number },
): Promise<CommentRow[]> {
  let query = selectComments(db)
    .where("comments.video_id", "=", videoId)
    .where("comments.deleted_at", "is", null)
    .orderBy("comments.id", "desc")
    .limit(page.limit);
  if (page.before !== undefined) query = query.where("comments.id", "<", page.before);
  if (page.offset !== undefined) query = query.offset(page.offset);
  return query.execute();
}

/** The changes after `after` as the comments now stand, tombstones included, in their order. */
export async function listChanges(db: Db, videoId: string, after: number, limit: number): Promise<CommentRow[]> {
  return selectComments(db)
    .where("comments.video_id", "=", videoId)
    .where("comments.seq", ">", after)
    .orderBy("comments.seq")
    .limit(limit)
    .execute();
}

/** The seqs of the video's changes after `after`: one for each comment, that of its last change. */
export async function listChangeSeqs(db: Db, videoId: string, after: number): Promise<Set<number>> {
  const rows = await db
    .selectFrom("comments")
    .select("seq")
    .where("video_id", "=", videoId)
    .where("seq", ">", after)
    .execute();
  return new Set(rows.map((row) => row.seq));
}

/** Which of these comments MySQL has, tombstones included, with the number of their last change. */
export async function findSeqs(db: Db, videoId: string, ids: string[]): Promise<Map<string, number>> {
  if (ids.length === 0) return new Map();
  const rows = await db
    .selectFrom("comments")
    .select(["id", "seq"])
    .where("video_id", "=", videoId)
    .where("id", "in", ids)
    .execute();
  return new Map(rows.map((row) => [row.id, row.seq]));
}
