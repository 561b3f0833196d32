import { sql } from "kysely";
import { byIndex, namingRow } from "../../database/access-paths.ts";
import type { CommentRevisionsTable, Db } from "../../database/schema.ts";

type Source = "comments" | "held_comments";

/** Keeps the content at `version` before it is replaced; false if the comment is deleted or at another version. */
export async function insertRevision(transaction: Db, source: Source, id: string, version: number): Promise<boolean> {
  const isNotDeleted = source === "comments" ? sql`AND deleted_at IS NULL` : sql``;
  const { numAffectedRows } = await sql`
    INSERT INTO comment_revisions (comment_id, version, content, inserted_at)
    SELECT id, version, content, updated_at FROM ${sql.table(source)} FORCE INDEX (PRIMARY)
    WHERE id = ${id} AND version = ${version} ${isNotDeleted}`.execute(transaction);
  return numAffectedRows === 1n;
}

/** The comment's earlier contents, oldest first: those after the version `after`, if given. */
export async function listRevisions(
  db: Db,
  commentId: string,
  page: { after?: number | undefined; limit: number },
): Promise<CommentRevisionsTable[]> {
  let query = db
    .selectFrom(byIndex("comment_revisions", "PRIMARY"))
    .selectAll()
    .where("comment_id", "=", commentId)
    .orderBy("version")
    .limit(page.limit);
  if (page.after !== undefined) query = query.where("version", ">", page.after);
  return query.execute();
}

export async function deleteRevisions(transaction: Db, commentIds: string[]): Promise<void> {
  await transaction
    .deleteFrom("comment_revisions")
    .using(byIndex("comment_revisions", "PRIMARY"))
    .where("comment_id", "in", commentIds)
    .where(namingRow("inserted_at"))
    .execute();
}
