import { type Insertable, sql } from "kysely";
import { byIndex, namingRow } from "../../database/access-paths.ts";
import { duplicateKey } from "../../database/mysql-errors.ts";
import type { CommentRevisionsTable, CommentsTable, Db, HeldCommentsTable } from "../../database/schema.ts";
import { type CommentRow, changesQuery } from "./comments.ts";

export type ImportedRow = Omit<Insertable<CommentsTable>, "first_seq">;
export type ImportedHeldRow = Insertable<HeldCommentsTable>;

/** Rows in one statement: 2,000 characters x 4 bytes x 200, escaped to twice that, are 3.2 MB of the 4 MiB that `server-check.ts` requires. */
const ROWS = 200;

/** The video's comments, tombstones included, in the order of their last changes: those after the change `after`. */
export async function listAllComments(
  db: Db,
  videoId: string,
  { after, limit }: { after: number; limit: number },
): Promise<(CommentRow & { deleted_by: string | null })[]> {
  return changesQuery(db, videoId, after, limit).select("comments.deleted_by").execute();
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

export async function insertImported(transaction: Db, rows: ImportedRow[]): Promise<void> {
  for (const some of chunks(rows)) {
    const values = some.map((row) => ({ ...row, first_seq: row.seq }));
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

/** The ids among these that no user has. */
export async function findMissingUsers(db: Db, ids: string[]): Promise<string[]> {
  const rows = await db
    .selectFrom(byIndex("users", "PRIMARY"))
    .select("id")
    .where("id", "in", ids)
    .where(namingRow("inserted_at"))
    .execute();
  const known = new Set(rows.map(({ id }) => id));
  return ids.filter((id) => !known.has(id));
}

export interface StandIn {
  id: string;
  email: string;
  username: string;
  username_canonical: string;
  looks_version: number;
}

/** Adds an account to which nobody can sign in; false if its id or its name exists already. */
export async function insertStandIn(transaction: Db, standIn: StandIn, passwordHash: string): Promise<boolean> {
  const { id, email, username, username_canonical, looks_version } = standIn;
  try {
    await sql`
      INSERT INTO users
        (id, email, email_canonical, username, username_canonical, looks_version, password_hash, is_active)
      VALUES (${id}, ${email}, ${email}, ${username}, ${username_canonical}, ${looks_version}, ${passwordHash}, 0)`.execute(
      transaction,
    );
    return true;
  } catch (error) {
    if (duplicateKey(error) === undefined) throw error;
    return false;
  }
}
