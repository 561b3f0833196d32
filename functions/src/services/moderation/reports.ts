import { toComment } from "../../tables/comments/to-comment.ts";
import type { Context } from "../../context.ts";
import type { ReportedPage, ReportReason } from "../../contract/moderation.ts";
import { findComments } from "../../tables/comments/comments.ts";
import { closeReports, insertReport, listOpenReports, listReportedIds } from "../../tables/moderation/reports.ts";
import { getComment } from "../comments/comments.ts";
import { audit } from "../operation/audit.ts";
import type { Principal } from "../accounts/sessions.ts";

/** Tells the moderators of a comment; once for each user, the first time stands. @throws ProblemError `not_found` */
export async function reportComment(
  context: Context,
  principal: Principal,
  report: { videoId: string; id: string; reason: ReportReason; note: string },
): Promise<void> {
  const { videoId, id, reason, note } = report;
  await getComment(context, undefined, videoId, id);
  await insertReport(context.db, { comment_id: id, user_id: principal.user_id, reason, note });
}

/** Comments with open reports, oldest comment first: as many as `limit` reports are about, or fewer. */
export async function listReported(
  context: Context,
  page: { cursor?: string | undefined; limit: number },
): Promise<ReportedPage> {
  const found = await listReportedIds(context.db, { after: page.cursor, limit: page.limit });
  const ids = Array.from(new Set(found));
  // Those that their authors have deleted meanwhile are left out.
  const comments = await findComments(context.db, ids);
  const reports = ids.length > 0 ? await listOpenReports(context.db, ids) : [];
  const reported = comments
    .toSorted((a, b) => (a.id < b.id ? -1 : 1))
    .map((row) => ({
      video_id: row.video_id,
      comment: toComment(row),
      reports: reports
        .filter((report) => report.comment_id === row.id)
        .map(({ user_id, reason, note, inserted_at }) => ({
          user_id,
          reason,
          note,
          created_at: inserted_at.toISOString(),
        })),
    }));
  return { reported, next_cursor: found.length === page.limit ? (ids.at(-1) ?? null) : null };
}

/** Closes a comment's open reports and leaves it as it is. Safe to repeat. @throws ProblemError `not_found` */
export async function dismissReports(
  context: Context,
  principal: Principal,
  videoId: string,
  id: string,
): Promise<void> {
  await getComment(context, principal, videoId, id);
  const closed = await closeReports(context.db, [id]);
  if (closed > 0) {
    await audit(context, context.db, {
      action: "reports.close",
      actor: principal,
      target: { type: "comment", id },
      details: { video_id: videoId, closed },
    });
  }
}
