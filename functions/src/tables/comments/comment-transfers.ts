import { sql } from "kysely";
import type { Db } from "../../database/schema.ts";
import { insertLooks } from "../accounts/username-looks.ts";
import { type CommentRow, commentsQuery } from "./comments.ts";

export type ImportedRow = Omit<CommentRow, "username" | "deleted_at">;

/** The comments that are not deleted, oldest first: those after the id `after`, if given. */
export async function listOldest(
  db: Db,
  videoId: string,
  page: { after?: string | undefined; limit: number },
): Promise<CommentRow[]> {
  let query = commentsQuery(db)
    .where("comments.video_id", "=", videoId)
    .where("comments.deleted_at", "is", null)
    .orderBy("comments.id")
    .limit(page.limit);
  if (page.after !== undefined) query = query.where("comments.id", ">", page.after);
  return query.execute();
}

/** How many comments `listOldest` returns over all pages. */
export async function countOldest(db: Db, videoId: string, after: string | undefined): Promise<number> {
  let query = db
    .selectFrom("comments")
    .select((select) => select.fn.countAll<string>().as("count"))
    .where("video_id", "=", videoId)
    .where("deleted_at", "is", null);
  if (after !== undefined) query = query.where("id", ">", after);
  return Number((await query.executeTakeFirstOrThrow()).count);
}

/** The video of each comment with one of these ids, tombstones included. */
export async function findVideosOf(db: Db, ids: string[]): Promise<Map<string, string>> {
  const rows = await db.selectFrom("comments").select(["id", "video_id"]).where("id", "in", ids).execute();
  return new Map(rows.map(({ id, video_id }) => [id, video_id]));
}

export async function insertImported(transaction: Db, rows: ImportedRow[]): Promise<void> {
  await transaction
    .insertInto("comments")
    .values(rows.map((row) => ({ ...row, first_seq: row.seq })))
    .execute();
}

/** The ids among these that no user has. */
export async function findMissingUsers(db: Db, ids: string[]): Promise<string[]> {
  const rows = await db.selectFrom("users").select("id").where("id", "in", ids).execute();
  const known = new Set(rows.map(({ id }) => id));
  return ids.filter((id) => !known.has(id));
}

export interface StandIn {
  id: string;
  email: string;
  username: string;
  username_canonical: string;
  looks_version: number;
  looks: Buffer[];
}

/** Adds accounts to which nobody can sign in, except those whose id or name exists already. Safe to repeat. */
export async function insertStandIns(db: Db, standIns: StandIn[], passwordHash: string): Promise<void> {
  for (const { id, email, username, username_canonical, looks_version, looks } of standIns) {
    const { numAffectedRows } = await sql`
      INSERT INTO users
        (id, email, email_canonical, username, username_canonical, looks_version, password_hash, is_active)
      VALUES (${id}, ${email}, ${email}, ${username}, ${username_canonical}, ${looks_version}, ${passwordHash}, 0)
      ON DUPLICATE KEY UPDATE id = users.id`.execute(db);
    if (numAffectedRows === 1n) await insertLooks(db, id, looks);
  }
}
