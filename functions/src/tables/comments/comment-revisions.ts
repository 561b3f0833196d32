import { sql } from "kysely";
import type { CommentRevisionsTable, Db } from "../../database/schema.ts";

type Source = "comments" | "held_comments";

/** Keeps what a comment says at `version`, before it is changed; false when it is at another one, or deleted. */
export async function insertRevision(transaction: Db, source: Source, id: string, version: number): Promise<boolean> {
  const isThere = source === "comments" ? sql`AND deleted_at IS NULL` : sql``;
  const { numAffectedRows } = await sql`
    INSERT INTO comment_revisions (comment_id, version, content, inserted_at)
    SELECT id, version, content, updated_at FROM ${sql.table(source)}
    WHERE id = ${id} AND version = ${version} ${isThere}`.execute(transaction);
  return numAffectedRows === 1n;
}

/** What the comment said before, oldest first. */
export async function listRevisions(db: Db, commentId: string): Promise<CommentRevisionsTable[]> {
  return db
    .selectFrom("comment_revisions")
    .selectAll()
    .where("comment_id", "=", commentId)
    .orderBy("version")
    .execute();
}

export async function deleteRevisions(transaction: Db, commentIds: string[]): Promise<void> {
  await transaction.deleteFrom("comment_revisions").where("comment_id", "in", commentIds).execute();
}
