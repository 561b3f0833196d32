import { sql } from "kysely";
import type { Role } from "../../contract/account.ts";
import type { Comment } from "../../contract/comment.ts";
import { byIndex, namingRow } from "../../database/access-paths.ts";
import type { Db } from "../../database/schema.ts";
import { toComment } from "../comments/to-comment.ts";

export interface HeldRow {
  id: string;
  video_id: string;
  user_id: string;
  username: string;
  role: Role;
  content: string;
  version: number;
  edited_at: Date | null;
  inserted_at: Date;
  updated_at: Date;
}

export interface NewHeldComment {
  id: string;
  video_id: string;
  user_id: string;
  content: string;
  inserted_at: Date;
  updated_at: Date;
}

function heldQuery(db: Db, index: "PRIMARY" | "held_comments_video" | "held_comments_user") {
  return db
    .selectFrom(byIndex("held_comments", index))
    .leftJoin(byIndex("users", "PRIMARY"), "users.id", "held_comments.user_id")
    .select((eb) => [eb.ref("users.username").$notNull().as("username"), eb.ref("users.role").$notNull().as("role")])
    .select([
      "held_comments.id",
      "held_comments.video_id",
      "held_comments.user_id",
      "held_comments.content",
      "held_comments.version",
      "held_comments.edited_at",
      "held_comments.inserted_at",
      "held_comments.updated_at",
    ]);
}

/** Maps a row to the comment that its author and moderators see. */
export function toHeldComment(row: HeldRow): Comment {
  return { ...toComment({ ...row, seq: 0 }), held: true };
}

export async function insertHeld(transaction: Db, comment: NewHeldComment): Promise<void> {
  await transaction.insertInto("held_comments").values(comment).execute();
}

export async function findHeld(db: Db, videoId: string, id: string): Promise<HeldRow | undefined> {
  return heldQuery(db, "PRIMARY")
    .where("held_comments.id", "=", id)
    .where("held_comments.video_id", "=", videoId)
    .executeTakeFirst();
}

/** The video's held comments, oldest first: those after `after`, if given, and of one author, if given. */
export async function listHeld(
  db: Db,
  videoId: string,
  page: { userId?: string | undefined; after?: string | undefined; limit: number },
): Promise<HeldRow[]> {
  const index = page.userId === undefined ? "held_comments_video" : "held_comments_user";
  let query = heldQuery(db, index)
    .where("held_comments.video_id", "=", videoId)
    .orderBy("held_comments.id")
    .limit(page.limit);
  if (page.userId !== undefined) query = query.where("held_comments.user_id", "=", page.userId);
  if (page.after !== undefined) query = query.where("held_comments.id", ">", page.after);
  return query.execute();
}

/** Replaces the content; false if the comment is gone or at another version. */
export async function updateHeld(
  transaction: Db,
  change: { id: string; version: number; content: string },
): Promise<boolean> {
  const result = await transaction
    .updateTable(byIndex("held_comments", "PRIMARY"))
    .set({
      content: change.content,
      version: sql`version + 1`,
      edited_at: sql<Date>`NOW(3)`,
      updated_at: sql<Date>`NOW(3)`,
    })
    .where("id", "=", change.id)
    .where("version", "=", change.version)
    .executeTakeFirstOrThrow();
  return result.numUpdatedRows === 1n;
}

/** Locks the row until the transaction ends, and returns the comment's version; undefined if it is gone. */
export async function lockHeld(transaction: Db, id: string): Promise<number | undefined> {
  const row = await transaction
    .selectFrom(byIndex("held_comments", "PRIMARY"))
    .select("version")
    .where("id", "=", id)
    .forUpdate()
    .executeTakeFirst();
  return row?.version;
}

/** Deletes a row that the transaction has locked. */
export async function deleteHeld(transaction: Db, id: string): Promise<void> {
  await transaction
    .deleteFrom("held_comments")
    .using(byIndex("held_comments", "PRIMARY"))
    .where("id", "=", id)
    .execute();
}

/** Deletes at most `limit` of a user's held comments; returns their ids. */
export async function deleteHeldOf(transaction: Db, userId: string, limit: number): Promise<string[]> {
  const rows = await transaction
    .selectFrom(byIndex("held_comments", "held_comments_user"))
    .select("id")
    .where("user_id", "=", userId)
    .limit(limit)
    .forUpdate()
    .execute();
  const ids = rows.map(({ id }) => id);
  if (ids.length > 0)
    await transaction
      .deleteFrom("held_comments")
      .using(byIndex("held_comments", "PRIMARY"))
      .where("id", "in", ids)
      .where(namingRow("inserted_at"))
      .execute();
  return ids;
}
