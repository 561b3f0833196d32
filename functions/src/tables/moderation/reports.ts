import { sql } from "kysely";
import type { ReportReason } from "../../contract/moderation.ts";
import { byIndex, deleteByIndex, namingRow } from "../../database/access-paths.ts";
import type { Db } from "../../database/schema.ts";

export interface ReportRow {
  comment_id: string;
  user_id: string;
  reason: ReportReason;
  note: string;
  inserted_at: Date;
}

/** Adds a report. A user has one report for each comment: the first one stays, even after it was closed. */
export async function insertReport(db: Db, report: Omit<ReportRow, "inserted_at">): Promise<void> {
  await db
    .insertInto("reports")
    .values(report)
    .onDuplicateKeyUpdate({ note: sql`note` })
    .execute();
}

/** The comment id of each open report, oldest comment first. A comment with several reports appears once for each. */
export async function listReportedIds(db: Db, page: { after?: string | undefined; limit: number }): Promise<string[]> {
  // No DISTINCT: with it, MariaDB reads the index from its start, whatever `after` is.
  const isAfter = page.after === undefined ? sql`` : sql`AND comment_id > ${page.after}`;
  const { rows } = await sql<{ comment_id: string }>`
    SELECT comment_id FROM reports FORCE INDEX (reports_open)
    WHERE is_open = 1 ${isAfter} AND ${namingRow("inserted_at")} ORDER BY is_open, comment_id LIMIT ${page.limit}`.execute(
    db,
  );
  return rows.map((row) => row.comment_id);
}

export interface OpenReportRow extends ReportRow {
  /** The number of open reports about the comment. */
  count: number;
}

/** The first `limitEach` open reports about each of these comments, oldest first. */
export async function listOpenReports(db: Db, commentIds: string[], limitEach: number): Promise<OpenReportRow[]> {
  const { rows } = await sql<OpenReportRow>`
    SELECT comment_id, user_id, reason, note, inserted_at, count FROM (
      SELECT reports.*, ROW_NUMBER() OVER (PARTITION BY comment_id ORDER BY inserted_at, user_id) AS place,
        COUNT(*) OVER (PARTITION BY comment_id) AS count
      FROM reports FORCE INDEX (reports_open)
      WHERE is_open = 1 AND comment_id IN (${sql.join(commentIds)})
    ) AS numbered
    WHERE place <= ${limitEach} ORDER BY comment_id, place`.execute(db);
  return rows;
}

/** Closes the open reports about these comments; returns how many. */
export async function closeReports(db: Db, commentIds: string[]): Promise<number> {
  const result = await db
    .updateTable(byIndex("reports", "PRIMARY"))
    .set({ is_open: false })
    .where("comment_id", "in", commentIds)
    .where("is_open", "=", true)
    .executeTakeFirstOrThrow();
  return Number(result.numUpdatedRows);
}

/** Deletes at most `limit` reports about these comments, whoever made them; returns how many. */
export async function deleteReportsAbout(db: Db, commentIds: string[], limit: number): Promise<number> {
  return deleteByIndex(db, {
    table: "reports",
    key: ["comment_id", "user_id"],
    index: "PRIMARY",
    where: sql`comment_id IN (${sql.join(commentIds)}) AND ${namingRow("inserted_at")}`,
    limit,
  });
}
