import { type Insertable, sql } from "kysely";
import { byIndex } from "../../database/access-paths.ts";
import type { CommentRevisionsTable, CommentsTable, Db, HeldCommentsTable } from "../../database/schema.ts";
import { type CommentRow, changesQuery } from "./comments.ts";

export type ImportedRow = Omit<Insertable<CommentsTable>, "first_seq" | "deleted_at">;
export type ImportedHeldRow = Insertable<HeldCommentsTable>;

/** Rows in one statement: 2,000 characters x 4 bytes x 200, escaped to twice that, are 3.2 MB of the 4 MiB that `server-check.ts` requires. */
const ROWS = 200;

/** The video's comments, tombstones included, in the order of their last changes: those after the change `after`. */
export async function listAllComments(
  db: Db,
  videoId: string,
  { after, limit }: { after: number; limit: number },
): Promise<(CommentRow & { deleted_by: string | null; deleted_elsewhere_at: Date | null })[]> {
  return changesQuery(db, videoId, after, limit)
    .select(["comments.deleted_by", "comments.deleted_elsewhere_at"])
    .execute();
}

/** How many comments the video has: those that are shown, deleted or held. */
export async function countAllComments(db: Db, videoId: string): Promise<number> {
  const { rows } = await sql<{ count: number }>`
    SELECT (SELECT COUNT(*) FROM comments FORCE INDEX (comments_seq) WHERE video_id = ${videoId}) +
      (SELECT COUNT(*) FROM held_comments FORCE INDEX (held_comments_video) WHERE video_id = ${videoId}) AS count`.execute(
    db,
  );
  return rows[0]?.count ?? 0;
}

/** The video and the version of each comment with one of these ids, tombstones and held comments included. */
export async function findKnownComments(
  db: Db,
  ids: string[],
): Promise<{ id: string; video_id: string; version: number }[]> {
  const columns = ["id", "video_id", "version"] as const;
  const posted = await db.selectFrom(byIndex("comments", "PRIMARY")).select(columns).where("id", "in", ids).execute();
  const held = await db
    .selectFrom(byIndex("held_comments", "PRIMARY"))
    .select(columns)
    .where("id", "in", ids)
    .execute();
  return [...posted, ...held];
}

/** A tombstone is kept from now on, however long ago it was deleted: its change is new to those who follow the video here. */
export async function insertImported(transaction: Db, rows: ImportedRow[]): Promise<void> {
  for (const some of chunks(rows)) {
    const values = some.map((row) => {
      return { ...row, first_seq: row.seq, deleted_at: row.deleted_elsewhere_at ? sql<Date>`NOW(3)` : null };
    });
    await transaction.insertInto("comments").values(values).execute();
  }
}

export async function insertImportedHeld(transaction: Db, rows: ImportedHeldRow[]): Promise<void> {
  for (const some of chunks(rows)) await transaction.insertInto("held_comments").values(some).execute();
}

export async function insertImportedRevisions(transaction: Db, rows: CommentRevisionsTable[]): Promise<void> {
  for (const some of chunks(rows)) await transaction.insertInto("comment_revisions").values(some).execute();
}

function* chunks<T>(rows: T[]): Generator<T[]> {
  for (let start = 0; start < rows.length; start += ROWS) yield rows.slice(start, start + ROWS);
}
