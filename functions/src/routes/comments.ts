import type { OpenAPIHono } from "@hono/zod-openapi";
import { z } from "@hono/zod-openapi";
import type { Context as HonoContext } from "hono";
import type { Context } from "../context.ts";
import { ProblemError } from "../errors.ts";
import { deleteComment, getComment, listComments, postComment } from "../services/comments.ts";
import type { AppEnv } from "./access.ts";
import { route } from "./access.ts";
import { createRoutes, problems } from "./http.ts";
import { Comment, CommentId, Content, VideoId } from "./schemas.ts";

const path = "/videos/{video_id}/comments";
const video = z.object({ video_id: VideoId });
const comment = z.object({ video_id: VideoId, comment_id: CommentId });

const post = route({
  method: "post",
  path,
  access: "user",
  tags: ["Comments"],
  summary: "Post a comment",
  description:
    "Safe to repeat with the same `Idempotency-Key`: the comment is posted once, and each answer is the first one.",
  request: {
    params: video,
    headers: z.object({
      "idempotency-key": z
        .string()
        .regex(/^[\x21-\x7e]{1,255}$/, "must be 1 to 255 visible ASCII characters")
        .optional()
        .openapi({
          description: "Required; made by the client, new for each comment.",
          example: "8e03978e-40d5-43dd-bc93",
        }),
    }),
    body: { required: true, content: { "application/json": { schema: z.strictObject({ content: Content }) } } },
  },
  responses: {
    201: { description: "The comment.", content: { "application/json": { schema: z.object({ comment: Comment }) } } },
    ...problems(
      "invalid_request",
      "malformed_json",
      "idempotency_key_required",
      "unauthenticated",
      "payload_too_large",
      "unsupported_media_type",
      "idempotency_key_reused",
    ),
  },
});

const list = route({
  method: "get",
  path,
  access: "public",
  tags: ["Comments"],
  summary: "A page of a video's comments, newest first",
  request: {
    params: video,
    query: z.strictObject({
      limit: z.coerce.number().int().min(1).max(100).default(50),
      cursor: CommentId.optional().openapi({
        param: { name: "cursor", in: "query" },
        description: "`next_cursor` of the page before.",
      }),
    }),
  },
  responses: {
    200: {
      description: "The page.",
      content: {
        "application/json": {
          schema: z.object({ comments: z.array(Comment), next_cursor: z.string().nullable(), seq: z.number().int() }),
        },
      },
    },
    ...problems("invalid_request"),
  },
});

const get = route({
  method: "get",
  path: `${path}/{comment_id}`,
  access: "public",
  tags: ["Comments"],
  summary: "A comment",
  request: { params: comment },
  responses: {
    200: { description: "The comment.", content: { "application/json": { schema: z.object({ comment: Comment }) } } },
    ...problems("invalid_request", "not_found"),
  },
});

const remove = route({
  method: "delete",
  path: `${path}/{comment_id}`,
  access: "user",
  tags: ["Comments"],
  summary: "Delete a comment: one's own, or as a moderator any",
  description: "Safe to repeat. The content is erased, and the comment never comes back.",
  request: { params: comment },
  responses: {
    204: { description: "It is deleted." },
    ...problems("invalid_request", "unauthenticated", "forbidden", "not_found"),
  },
});

export function commentsRoutes(context: Context): OpenAPIHono<AppEnv> {
  return createRoutes()
    .openapi(post, async (c) => {
      const principal = c.var.principal;
      const { video_id: videoId } = c.req.valid("param");
      const { "idempotency-key": idempotencyKey } = c.req.valid("header");
      if (idempotencyKey === undefined) throw new ProblemError("idempotency_key_required");
      const { content } = c.req.valid("json");
      const posted = await postComment(context, principal, { videoId, content, idempotencyKey });
      about(c, posted.seq, posted.version);
      c.header("location", `/v1/videos/${videoId}/comments/${posted.id}`);
      return c.json({ comment: posted }, 201);
    })
    .openapi(list, async (c) => {
      const page = await listComments(context, c.req.valid("param").video_id, c.req.valid("query"));
      about(c, page.seq);
      return c.json(page, 200);
    })
    .openapi(get, async (c) => {
      const { video_id: videoId, comment_id: id } = c.req.valid("param");
      const found = await getComment(context, videoId, id);
      about(c, found.seq, found.version);
      return c.json({ comment: found }, 200);
    })
    .openapi(remove, async (c) => {
      const principal = c.var.principal;
      const { video_id: videoId, comment_id: id } = c.req.valid("param");
      about(c, await deleteComment(context, principal, videoId, id));
      return c.body(null, 204);
    });
}

// Every answer about a video says which change it is at least as new as; one about a comment says which version.
function about(c: HonoContext, seq: number, version?: number): void {
  c.header("video-seq", String(seq));
  if (version !== undefined) c.header("etag", `"${version}"`);
}
