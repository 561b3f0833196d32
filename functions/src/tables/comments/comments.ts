import { sql } from "kysely";
import type { Role } from "../../contract/account.ts";
import { byIndex, namingRow } from "../../database/access-paths.ts";
import type { Db } from "../../database/schema.ts";
import { type Statement, statement } from "../../database/statement.ts";
import type { SeqExpression } from "./videos.ts";

export interface CommentRow {
  id: string;
  video_id: string;
  user_id: string;
  username: string;
  role: Role;
  content: string;
  version: number;
  seq: number;
  edited_at: Date | null;
  inserted_at: Date;
  updated_at: Date;
  deleted_at: Date | null;
}

const COLUMNS = [
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
] as const;

export interface NewComment {
  id: string;
  video_id: string;
  user_id: string;
  content: string;
  inserted_at: Date;
}

/**
 * Comments that are found by this index, with their authors' names and roles. A left join, though every comment has its author: the server reads
 * the comments first.
 */
export function commentsQuery(db: Db, index: "PRIMARY" | "comments_seq" | "comments_user") {
  return db
    .selectFrom(byIndex("comments", index))
    .leftJoin(byIndex("users", "PRIMARY"), "users.id", "comments.user_id")
    .select((eb) => [eb.ref("users.username").$notNull().as("username"), eb.ref("users.role").$notNull().as("role")])
    .select(COLUMNS);
}

/**
 * Adds comments with change numbers that the same transaction has just taken. `first_seq` takes the value of the column `seq`, which the
 * server has set before it: it sets a row's columns from left to right.
 */
export function insertCommentsStatement(comments: (NewComment & { seq: number | SeqExpression })[]): Statement {
  const rows = comments.map(({ seq }) => `(?, ?, ?, ?, ${typeof seq === "number" ? "?" : seq.sql}, seq, ?, ?)`);
  return statement(
    `INSERT INTO comments (id, video_id, user_id, content, seq, first_seq, inserted_at, updated_at)
    VALUES ${rows.join(", ")}`,
    comments.flatMap(({ id, video_id, user_id, content, seq, inserted_at }) => {
      const seqValues = typeof seq === "number" ? [seq] : seq.values;
      return [id, video_id, user_id, content, ...seqValues, inserted_at, inserted_at];
    }),
  );
}

/** Copies a held comment, whose row the transaction has locked, as change `seq`. */
export async function insertApprovedComment(transaction: Db, id: string, seq: number): Promise<void> {
  await sql`
    INSERT INTO comments (id, video_id, user_id, content, version, seq, first_seq, edited_at, inserted_at, updated_at)
    SELECT id, video_id, user_id, content, version + 1, ${seq}, 0, edited_at, inserted_at, NOW(3)
    FROM held_comments FORCE INDEX (PRIMARY) WHERE id = ${id}`.execute(transaction);
}

/** The comment or its tombstone, with the video's change number at that moment. */
export async function findComment(
  db: Db,
  videoId: string,
  id: string,
): Promise<(CommentRow & { video_seq: number }) | undefined> {
  return commentsQuery(db, "PRIMARY")
    .innerJoin(byIndex("videos", "PRIMARY"), "videos.id", "comments.video_id")
    .select("videos.seq as video_seq")
    .where("comments.id", "=", id)
    .where("comments.video_id", "=", videoId)
    .executeTakeFirst();
}

/** The comments with these ids that are not deleted. */
export async function findComments(db: Db, ids: string[]): Promise<CommentRow[]> {
  if (ids.length === 0) return [];
  const rows = await commentsQuery(db, "PRIMARY").where("comments.id", "in", ids).execute();
  return rows.filter((row) => row.deleted_at === null);
}

/** Replaces the content, as change `seq`; false if the comment is deleted or at another version. */
export async function updateContent(
  transaction: Db,
  change: { id: string; version: number; content: string; seq: number },
): Promise<boolean> {
  const result = await transaction
    .updateTable(byIndex("comments", "PRIMARY"))
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
 * Erases the contents and leaves tombstones. The first one is change `firstSeq`, each next one a number later. Spares a comment at another
 * version than those given. Returns how many were erased; a tombstone is not.
 */
export async function eraseComments(
  transaction: Db,
  change: { ids: string[]; firstSeq: number; deletedBy: string; versions?: number[] | undefined },
): Promise<number> {
  const { ids, firstSeq, deletedBy, versions } = change;
  const seq = ids.map((id, n) => sql`WHEN ${id} THEN ${firstSeq + n}`);
  let query = transaction
    .updateTable(byIndex("comments", "PRIMARY"))
    .set({
      content: "",
      seq: sql<number>`CASE id ${sql.join(seq, sql` `)} END`,
      version: sql`version + 1`,
      updated_at: sql<Date>`NOW(3)`,
      deleted_at: sql<Date>`NOW(3)`,
      deleted_by: deletedBy,
    })
    .where("id", "in", ids)
    .where("deleted_at", "is", null);
  if (versions !== undefined) query = query.where("version", "in", versions);
  const result = await query.executeTakeFirstOrThrow();
  return Number(result.numUpdatedRows);
}

/** Where a page of comments begins, counted from the newest. */
export interface NewestPage {
  /** Only comments older than this id. */
  before?: string | undefined;
  limit: number;
  offset?: number;
}

/** The video's comments that are not deleted, newest first. */
export async function listNewest(db: Db, videoId: string, page: NewestPage): Promise<CommentRow[]> {
  return newestQuery(db, videoId, page).execute();
}

/**
 * Reads the ids of the page first, from the index alone: `comments_live` has them in this order. Then the rows, each by its primary key.
 * Left joins, because the server keeps their order; the limit keeps the first step apart from the others.
 */
export function newestQuery(db: Db, videoId: string, page: NewestPage) {
  let ids = db
    .selectFrom(byIndex("comments", "comments_live"))
    .select("comments.id")
    .where("comments.video_id", "=", videoId)
    .where("comments.deleted_at", "is", null)
    .orderBy("comments.id", "desc")
    .limit(page.limit);
  if (page.before !== undefined) {
    ids = ids.where("comments.id", "<", page.before).where(namingRow("comments.inserted_at"));
  }
  if (page.offset !== undefined) ids = ids.offset(page.offset);
  return db
    .selectFrom(ids.as("page"))
    .leftJoin(byIndex("comments", "PRIMARY"), "comments.id", "page.id")
    .leftJoin(byIndex("users", "PRIMARY"), "users.id", "comments.user_id")
    .select(["users.username", "users.role"])
    .select(COLUMNS)
    .orderBy("page.id", "desc")
    .$castTo<CommentRow>();
}

/** The changes after `after` in their order: the comments as they are now, tombstones included. */
export async function listChanges(db: Db, videoId: string, after: number, limit: number): Promise<CommentRow[]> {
  return changesQuery(db, videoId, after, limit).execute();
}

export function changesQuery(db: Db, videoId: string, after: number, limit: number) {
  return commentsQuery(db, "comments_seq")
    .where("comments.video_id", "=", videoId)
    .where("comments.seq", ">", after)
    .orderBy("comments.seq")
    .limit(limit);
}

/** The change numbers after `after`. Each comment has one, that of its last change. */
export async function listChangeSeqs(db: Db, videoId: string, after: number): Promise<Set<number>> {
  const rows = await db
    .selectFrom(byIndex("comments", "comments_seq"))
    .select("seq")
    .where("video_id", "=", videoId)
    .where("seq", ">", after)
    .where(namingRow("inserted_at"))
    .execute();
  return new Set(rows.map((row) => row.seq));
}

/** The last change number of each of these comments that MySQL has, tombstones included. */
export async function findSeqs(db: Db, videoId: string, ids: string[]): Promise<Map<string, number>> {
  if (ids.length === 0) return new Map();
  const rows = await db
    .selectFrom(byIndex("comments", "PRIMARY"))
    .select(["id", "seq"])
    .where("video_id", "=", videoId)
    .where("id", "in", ids)
    .execute();
  return new Map(rows.map((row) => [row.id, row.seq]));
}
