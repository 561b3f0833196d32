import type { OpenAPIHono } from "@hono/zod-openapi";
import { z } from "@hono/zod-openapi";
import type { Context } from "../../context.ts";
import { getRevisions } from "../../services/moderation/revisions.ts";
import { dismissReports, listReported, reportComment } from "../../services/moderation/reports.ts";
import type { AppEnv } from "../http/access.ts";
import { route } from "../http/access.ts";
import { BODY_PROBLEMS, createRoutes, problems } from "../http/http.ts";
import { Comment, CommentId, Cursor, Limit, Text, VideoId } from "../http/schemas.ts";

const params = z.object({ video_id: VideoId, comment_id: CommentId });
const Reason = z.enum(["spam", "abuse", "illegal", "other"]);

const Reported = z
  .object({
    video_id: z.string(),
    comment: Comment,
    reports: z.array(z.object({ user_id: z.uuid(), reason: Reason, note: z.string(), created_at: z.iso.datetime() })),
  })
  .openapi("Reported");

const report = route({
  method: "post",
  path: "/videos/{video_id}/comments/{comment_id}/reports",
  access: "user",
  tags: ["Comments"],
  summary: "Report a comment to the moderators",
  description: "Safe to repeat: one report for each user and comment, and the first stands.",
  request: {
    params,
    body: {
      required: true,
      content: {
        "application/json": {
          schema: z.strictObject({ reason: Reason, note: Text.default("") }),
          example: { reason: "spam", note: "The same on every video." },
        },
      },
    },
  },
  responses: {
    204: { description: "It is reported." },
    ...problems(...BODY_PROBLEMS, "unauthenticated", "not_found"),
  },
});

const dismiss = route({
  method: "delete",
  path: "/videos/{video_id}/comments/{comment_id}/reports",
  access: "moderator",
  tags: ["Moderation"],
  summary: "Close a comment's reports and leave it as it is",
  request: { params },
  responses: {
    204: { description: "It has no open reports." },
    ...problems("invalid_request", "unauthenticated", "forbidden", "not_found"),
  },
});

const queue = route({
  method: "get",
  path: "/moderation/reports",
  access: "moderator",
  tags: ["Moderation"],
  summary: "Comments with open reports, oldest comment first",
  description: "Deleting a comment as a moderator closes its reports too.",
  request: { query: z.strictObject({ limit: Limit, cursor: Cursor }) },
  responses: {
    200: {
      description: "The page.",
      content: {
        "application/json": {
          schema: z.object({ reported: z.array(Reported), next_cursor: z.string().nullable() }),
        },
      },
    },
    ...problems("invalid_request", "unauthenticated", "forbidden"),
  },
});

const revisions = route({
  method: "get",
  path: "/videos/{video_id}/comments/{comment_id}/revisions",
  access: "moderator",
  tags: ["Moderation"],
  summary: "What a comment said before, oldest first",
  request: { params },
  responses: {
    200: {
      description: "The revisions.",
      content: {
        "application/json": {
          schema: z.object({
            revisions: z.array(
              z.object({ version: z.number().int(), content: z.string(), since: z.iso.datetime() }).openapi("Revision"),
            ),
          }),
        },
      },
    },
    ...problems("invalid_request", "unauthenticated", "forbidden", "not_found"),
  },
});

export function reportsRoutes(context: Context): OpenAPIHono<AppEnv> {
  return createRoutes()
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
    .openapi(queue, async (c) => c.json(await listReported(context, c.req.valid("query")), 200))
    .openapi(revisions, async (c) => {
      const { video_id: videoId, comment_id: id } = c.req.valid("param");
      return c.json({ revisions: await getRevisions(context, c.var.principal, videoId, id) }, 200);
    });
}
