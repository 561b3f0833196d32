import { sql } from "kysely";
import { statement } from "../../database/database.ts";
import type { Db } from "../../database/schema.ts";

export interface CommentRow {
  id: string;
  video_id: string;
  user_id: string;
  username: string;
  content: string;
  version: number;
  seq: number;
  edited_at: Date | null;
  inserted_at: Date;
  updated_at: Date;
  deleted_at: Date | null;
}

export interface NewComment {
  id: string;
  video_id: string;
  user_id: string;
  content: string;
  inserted_at: Date;
}

// A left join though every comment has its user: it keeps the comments first. Else a server may begin with the users where they are
// few, and read all comments of each: 2,129 rows for a page of 51.
export function selectComments(db: Db) {
  return db
    .selectFrom("comments")
    .leftJoin("users", "users.id", "comments.user_id")
    .select((eb) => eb.ref("users.username").$notNull().as("username"))
    .select([
      "comments.id",
      "comments.video_id",
      "comments.user_id",
      "comments.content",
      "comments.version",
      "comments.seq",
      "comments.edited_at",
      "comments.inserted_at",
      "comments.updated_at",
      "comments.deleted_at",
    ]);
}

/** What a comment's seq is, in a statement of the transaction that took it. */
export interface SeqValue {
  text: string;
  values: unknown[];
}

/** Adds comments with seqs that the transaction has just taken. */
export function insertComments(comments: (NewComment & { seq: number | SeqValue })[]) {
  const rows = comments.map(({ seq }) => `(?, ?, ?, ?, ${typeof seq === "number" ? "?" : seq.text}, seq, ?, ?)`);
  return statement(
    `INSERT INTO comments (id, video_id, user_id, content, seq, first_seq, inserted_at, updated_at)
    VALUES ${rows.join(", ")}`,
    comments.flatMap(({ id, video_id, user_id, content, seq, inserted_at }) => {
      return [
        id,
        video_id,
        user_id,
        content,
        ...(typeof seq === "number" ? [seq] : seq.values),
        inserted_at,
        inserted_at,
      ];
    }),
  );
}

/** Takes a held comment, whose row is locked, over as change `seq`. */
export async function insertHeldComment(transaction: Db, id: string, seq: number): Promise<void> {
  await sql`
    INSERT INTO comments (id, video_id, user_id, content, version, seq, first_seq, edited_at, inserted_at, updated_at)
    SELECT id, video_id, user_id, content, version + 1, ${seq}, 0, edited_at, inserted_at, NOW(3)
    FROM held_comments WHERE id = ${id}`.execute(transaction);
}

/** The comment, or its tombstone, with the video's seq as it was then. */
export async function findComment(
  db: Db,
  videoId: string,
  id: string,
): Promise<(CommentRow & { video_seq: number }) | undefined> {
  return selectComments(db)
    .innerJoin("videos", "videos.id", "comments.video_id")
    .select("videos.seq as video_seq")
    .where("comments.id", "=", id)
    .where("comments.video_id", "=", videoId)
    .executeTakeFirst();
}

/** The comments among these ids that are not deleted. */
export async function findComments(db: Db, ids: string[]): Promise<CommentRow[]> {
  if (ids.length === 0) return [];
  const rows = await selectComments(db).where("comments.id", "in", ids).execute();
  return rows.filter((row) => row.deleted_at === null);
}

/** Changes what it says, as change `seq`; false when it is no longer at `version`, or deleted. */
export async function updateContent(
  transaction: Db,
  change: { id: string; version: number; content: string; seq: number },
): Promise<boolean> {
  const result = await transaction
    .updateTable("comments")
    .set({
      content: change.content,
      seq: change.seq,
      version: sql`version + 1`,
      edited_at: sql<Date>`NOW(3)`,
      updated_at: sql<Date>`NOW(3)`,
    })
    .where("id", "=", change.id)
    .where("version", "=", change.version)
    .where("deleted_at", "is", null)
    .executeTakeFirstOrThrow();
  return result.numUpdatedRows === 1n;
}

/**
 * Erases the contents and leaves the tombstones, the first as change `firstSeq`, each next one a number later; how many were not
 * tombstones already.
 */
export async function eraseComments(
  transaction: Db,
  change: { ids: string[]; firstSeq: number; deletedBy: string },
): Promise<number> {
  const { ids, firstSeq, deletedBy } = change;
  const seq = ids.map((id, n) => sql`WHEN ${id} THEN ${firstSeq + n}`);
  const result = await transaction
    .updateTable("comments")
    .set({
      content: "",
      seq: sql<number>`CASE id ${sql.join(seq, sql` `)} END`,
      version: sql`version + 1`,
      updated_at: sql<Date>`NOW(3)`,
      deleted_at: sql<Date>`NOW(3)`,
      deleted_by: deletedBy,
    })
    .where("id", "in", ids)
    .where("deleted_at", "is", null)
    .executeTakeFirstOrThrow();
  return Number(result.numUpdatedRows);
}

/** Comments that are not deleted, newest first: those older than `before`, if given. */
export async function listComments(
  db: Db,
  videoId: string,
  page: { before?: string | undefined; limit: number; offset?: number },
): Promise<CommentRow[]> {
  return newestComments(db, videoId, page).execute();
}

export function newestComments(
  db: Db,
  videoId: string,
  page: { before?: string | undefined; limit: number; offset?: number },
) {
  let query = selectComments(db)
    .where("comments.video_id", "=", videoId)
    .where("comments.deleted_at", "is", null)
    .orderBy("comments.id", "desc")
    .limit(page.limit);
  if (page.before !== undefined) query = query.where("comments.id", "<", page.before);
  if (page.offset !== undefined) query = query.offset(page.offset);
  return query;
}

/** The changes after `after` as the comments now stand, tombstones included, in their order. */
export async function listChanges(db: Db, videoId: string, after: number, limit: number): Promise<CommentRow[]> {
  return nextChanges(db, videoId, after, limit).execute();
}

export function nextChanges(db: Db, videoId: string, after: number, limit: number) {
  return selectComments(db)
    .where("comments.video_id", "=", videoId)
    .where("comments.seq", ">", after)
    .orderBy("comments.seq")
    .limit(limit);
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
