import type { Context } from "../../context.ts";
import { MAX_REPORTS_SHOWN } from "../../contract/limits.ts";
import type { Report, ReportedPage, ReportReason } from "../../contract/moderation.ts";
import { transact } from "../../database/transactions.ts";
import type { Principal } from "../../security/bearers.ts";
import { findComments } from "../../tables/comments/comments.ts";
import { toComment } from "../../tables/comments/to-comment.ts";
import {
  type ReportRow,
  closeReports,
  insertReport,
  listOpenReports,
  listReportedIds,
} from "../../tables/moderation/reports.ts";
import { getComment } from "../comments/get-comment.ts";
import { refuseBanned } from "../comments/rules.ts";
import { audit } from "../operation/audit.ts";

/**
 * Reports a comment to the moderators. A user's first report about a comment is kept.
 * @throws ProblemError `banned` while the user is banned from the video; `not_found`
 */
export async function reportComment(
  context: Context,
  principal: Principal,
  report: { videoId: string; id: string; reason: ReportReason; note: string },
): Promise<void> {
  const { videoId, id, reason, note } = report;
  await refuseBanned(context, principal, videoId);
  await getComment(context, undefined, videoId, id);
  await insertReport(context.db, { comment_id: id, user_id: principal.userId, reason, note });
}

/** Pages without a comment that one request skips. Each closes the reports that it covers, so the next request begins behind them. */
const MAX_SKIPPED = 20;

/**
 * Comments with open reports, oldest comment first. A page covers `limit` reports, so it may have fewer comments. It has none only if there
 * are no more, or more than 20 pages of reports about deleted comments come first.
 */
export async function listReported(
  context: Context,
  page: { cursor?: string | undefined; limit: number },
): Promise<ReportedPage> {
  let found = await readPage(context, page);
  for (let skipped = 0; skipped < MAX_SKIPPED; skipped += 1) {
    if (found.reported.length > 0 || found.next_cursor === null) break;
    found = await readPage(context, { cursor: found.next_cursor, limit: page.limit });
  }
  return found;
}

async function readPage(context: Context, page: { cursor?: string | undefined; limit: number }): Promise<ReportedPage> {
  const reportedIds = await listReportedIds(context.db, { after: page.cursor, limit: page.limit });
  const ids = Array.from(new Set(reportedIds));
  const comments = await findComments(context.db, ids);
  // A report that arrives while its comment is deleted stays open. No moderator can close it, and it would fill the first page for good.
  const liveIds = new Set(comments.map(({ id }) => id));
  const deletedIds = ids.filter((id) => !liveIds.has(id));
  if (deletedIds.length > 0) await closeReports(context.db, deletedIds);
  const reports = ids.length > 0 ? await listOpenReports(context.db, ids, MAX_REPORTS_SHOWN) : [];
  const reportsOf = Map.groupBy(reports, ({ comment_id }) => comment_id);
  const reported = comments
    .toSorted((a, b) => (a.id < b.id ? -1 : 1))
    .map((row) => {
      const open = reportsOf.get(row.id) ?? [];
      return {
        video_id: row.video_id,
        comment: toComment(row),
        report_count: open[0]?.count ?? 0,
        reports: open.map(toReport),
      };
    });
  return { reported, next_cursor: reportedIds.length === page.limit ? (ids.at(-1) ?? null) : null };
}

function toReport({ user_id, reason, note, inserted_at }: ReportRow): Report {
  return { user_id, reason, note, created_at: inserted_at.toISOString() };
}

/** Closes a comment's open reports and leaves the comment as it is. Safe to repeat. @throws ProblemError `not_found` */
export async function dismissReports(
  context: Context,
  principal: Principal,
  videoId: string,
  id: string,
): Promise<void> {
  await getComment(context, principal, videoId, id);
  await transact(context.db, async (transaction) => {
    const closed = await closeReports(transaction, [id]);
    if (closed === 0) return;
    await audit(context, transaction, {
      action: "reports.close",
      actor: principal,
      target: { type: "comment", id },
      details: { video_id: videoId, closed },
    });
  });
}
