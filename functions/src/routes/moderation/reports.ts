import { type OpenAPIHono, z } from "@hono/zod-openapi";
import type { Context } from "../../context.ts";
import { MAX_NOTE_LENGTH, MAX_REPORTS_SHOWN } from "../../contract/limits.ts";
import type * as wire from "../../contract/moderation.ts";
import { REPORT_REASONS } from "../../contract/moderation.ts";
import { dismissReports, listReported, reportComment } from "../../services/moderation/reports.ts";
import { type AppEnv, route } from "../http/access.ts";
import { BODY_PROBLEMS, problems } from "../http/problem-responses.ts";
import { jsonBody, PageQuery } from "../http/requests.ts";
import { jsonResponse, noContent, page } from "../http/responses.ts";
import { createRouter } from "../http/router.ts";
import { Comment } from "../schemas/comment.ts";
import { CommentId, VideoId } from "../schemas/ids.ts";
import type { Shape } from "../schemas/shape.ts";
import { plainText } from "../schemas/strings.ts";

const params = z.object({ video_id: VideoId, comment_id: CommentId });
const Reason = z.enum(REPORT_REASONS);

const Report = z
  .object({
    user_id: z.uuid(),
    reason: Reason,
    note: z.string(),
    created_at: z.iso.datetime(),
  } satisfies Shape<wire.Report>)
  .openapi("Report");

const ReportedComment = z
  .object({
    video_id: z.string(),
    comment: Comment,
    report_count: z.number().int().openapi({ description: "How many are open." }),
    reports: z.array(Report).openapi({ description: `The first ${MAX_REPORTS_SHOWN}, oldest first.` }),
  } satisfies Shape<wire.ReportedComment>)
  .openapi("ReportedComment");

const NewReport = z.strictObject({ reason: Reason, note: plainText({ max: MAX_NOTE_LENGTH }).default("") });

const report = route({
  method: "post",
  path: "/videos/{video_id}/comments/{comment_id}/reports",
  operationId: "reportComment",
  access: "user",
  tags: ["Comments"],
  summary: "Report a comment to the moderators",
  description: "Safe to repeat: a user's first report of a comment counts, and later ones change nothing.",
  request: {
    params,
    body: jsonBody(NewReport, { reason: "spam", note: "The same text on every video." }),
  },
  responses: {
    204: noContent("The comment is reported."),
    ...problems(...BODY_PROBLEMS, "unauthenticated", "banned", "not_found"),
  },
});

const dismiss = route({
  method: "delete",
  path: "/videos/{video_id}/comments/{comment_id}/reports",
  operationId: "dismissReports",
  access: "moderator",
  tags: ["Moderation"],
  summary: "Close a comment's reports and leave the comment as it is",
  request: { params },
  responses: {
    204: noContent("The comment has no open reports."),
    ...problems("invalid_request", "unauthenticated", "forbidden", "not_found"),
  },
});

const list = route({
  method: "get",
  path: "/moderation/reports",
  operationId: "listReportedComments",
  access: "moderator",
  tags: ["Moderation"],
  summary: "List comments with open reports, oldest comment first",
  description: "Deleting a comment closes its reports too, whoever deletes it.",
  request: { query: PageQuery },
  responses: {
    200: jsonResponse("A page of comments.", page({ reported: z.array(ReportedComment) }).openapi("ReportedPage")),
    ...problems("invalid_request", "unauthenticated", "forbidden"),
  },
});

export function reportsRoutes(context: Context): OpenAPIHono<AppEnv> {
  return createRouter()
    .openapi(report, async (c) => {
      const { video_id: videoId, comment_id: id } = c.req.valid("param");
      await reportComment(context, c.var.principal, { videoId, id, ...c.req.valid("json") });
      return c.body(null, 204);
    })
    .openapi(dismiss, async (c) => {
      const { video_id: videoId, comment_id: id } = c.req.valid("param");
      await dismissReports(context, c.var.principal, videoId, id);
      return c.body(null, 204);
    })
    .openapi(list, async (c) => c.json(await listReported(context, c.req.valid("query")), 200));
}
