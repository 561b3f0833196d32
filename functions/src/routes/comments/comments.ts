import type { OpenAPIHono } from "@hono/zod-openapi";
import { z } from "@hono/zod-openapi";
import { createMiddleware } from "hono/factory";
import type { Context } from "../../context.ts";
import { ProblemError } from "../../errors.ts";
import { deleteComment } from "../../services/comments/delete-comment.ts";
import { editComment } from "../../services/comments/edit-comment.ts";
import { getComment } from "../../services/comments/get-comment.ts";
import { postComment } from "../../services/comments/post-comment.ts";
import { checkSeen, listComments } from "../../services/comments/feed.ts";
import type { AppEnv } from "../http/access.ts";
import { findCaller, route } from "../http/access.ts";
import { about, commentAnswer, notModified, taggedAnswer } from "../http/answers.ts";
import { holderOf, ifMatch, ifNoneMatch, minVideoSeq, versionsOf } from "../http/conditions.ts";
import { BODY_PROBLEMS, createRoutes, problems } from "../http/http.ts";
import { Comment, CommentId, Content, Cursor, Limit, VideoId } from "../http/schemas.ts";

const path = "/videos/{video_id}/comments";
const tags = ["Comments"];
const video = z.object({ video_id: VideoId });
const comment = z.object({ video_id: VideoId, comment_id: CommentId });
const body = {
  required: true,
  content: {
    "application/json": { schema: z.strictObject({ content: Content }), example: { content: "What a chorus!" } },
  },
};

const IdempotencyKey = z.string().regex(/^[\x21-\x7e]{1,255}$/, "must be 1 to 255 visible ASCII characters");

const post = route({
  method: "post",
  path,
  access: "user",
  tags,
  summary: "Post a comment",
  description:
    "Safe to repeat with the same `Idempotency-Key` for 24 hours: the comment is posted once, and each answer is the first one. On a video with review the comment is `held` until a moderator approves it.",
  request: {
    params: video,
    headers: z.object({
      "idempotency-key": IdempotencyKey.optional().openapi({
        description: "Required; made by the client, new for each comment.",
        example: "8e03978e-40d5-43dd-bc93",
      }),
    }),
    body,
  },
  responses: {
    201: commentAnswer,
    ...problems(
      ...BODY_PROBLEMS,
      "idempotency_key_required",
      "idempotency_key_in_use",
      "idempotency_key_reused",
      "content_refused",
      "unauthenticated",
      "banned",
      "comments_closed",
      "slow_mode",
    ),
  },
});

const list = route({
  method: "get",
  path,
  access: "public",
  tags,
  summary: "A page of a video's comments, newest first",
  description: "A cursor is a place, not a count: pages join without a gap or a repeat while comments come and go.",
  request: {
    params: video,
    query: z.strictObject({ limit: Limit, cursor: Cursor }),
    headers: z.object({ "if-none-match": ifNoneMatch, "min-video-seq": minVideoSeq }),
  },
  responses: {
    200: taggedAnswer(
      "The page.",
      z.object({ comments: z.array(Comment), next_cursor: z.string().nullable(), seq: z.number().int() }),
    ),
    304: notModified,
    ...problems("invalid_request", "must_refetch"),
  },
});

const get = route({
  method: "get",
  path: `${path}/{comment_id}`,
  access: "public",
  tags,
  summary: "A comment; a held one for its author and moderators",
  request: {
    params: comment,
    headers: z.object({ "if-none-match": ifNoneMatch, "min-video-seq": minVideoSeq }),
  },
  responses: {
    200: commentAnswer,
    304: notModified,
    ...problems("invalid_request", "unauthenticated", "not_found", "must_refetch"),
  },
});

const edit = route({
  method: "patch",
  path: `${path}/{comment_id}`,
  access: "user",
  tags,
  summary: "Change what a comment of one's own says",
  description:
    "`If-Match` is the `ETag` of the comment as the client has it. When somebody was first, 412 brings the comment as it stands, to merge with. What it said before is kept for moderators.",
  request: { params: comment, headers: z.object({ "if-match": ifMatch }), body },
  responses: {
    200: commentAnswer,
    ...problems(
      ...BODY_PROBLEMS,
      "content_refused",
      "unauthenticated",
      "forbidden",
      "banned",
      "comments_closed",
      "edit_window_over",
      "edit_needs_review",
      "not_found",
      "precondition_failed",
      "precondition_required",
    ),
  },
});

const remove = route({
  method: "delete",
  path: `${path}/{comment_id}`,
  access: "user",
  tags,
  summary: "Delete a comment: one's own, or as a moderator any",
  description: "Safe to repeat. The content is erased, and the comment never comes back. `If-Match` is optional.",
  request: { params: comment, headers: z.object({ "if-match": ifMatch }) },
  responses: {
    204: { description: "It is deleted." },
    ...problems("invalid_request", "unauthenticated", "forbidden", "not_found", "precondition_failed"),
  },
});

/**
 * Requests the pre-conditions of a post before the guard looks up the session, so that both share a round trip. The token is verified
 * first: MySQL is asked nothing for a token that is not ours.
 */
const prefetchPostConditions = createMiddleware<AppEnv>(async (c, next) => {
  const { context } = c.var;
  const bearer = context.bearers.verify(c.req.header("authorization"));
  const videoId = VideoId.safeParse(c.req.param("video_id")).data;
  const idempotencyKey = IdempotencyKey.safeParse(c.req.header("idempotency-key")).data;
  if (bearer && videoId !== undefined && idempotencyKey !== undefined) {
    const conditions = context.findPostConditions({ userId: bearer.claims.userId, videoId, idempotencyKey });
    // If the request is refused, nobody awaits it.
    conditions.catch(() => {});
    c.set("postConditions", conditions);
  }
  await next();
});

export function commentsRoutes(context: Context): OpenAPIHono<AppEnv> {
  const routes = createRoutes();
  routes.on("POST", path.replace("{video_id}", ":video_id"), prefetchPostConditions);
  return routes
    .openapi(post, async (c) => {
      const { video_id: videoId } = c.req.valid("param");
      const { "idempotency-key": idempotencyKey } = c.req.valid("header");
      if (idempotencyKey === undefined) throw new ProblemError("idempotency_key_required");
      const { content } = c.req.valid("json");
      const post = { videoId, content, idempotencyKey };
      const posted = await postComment(context, c.var.principal, post, c.var.postConditions);
      about(c, posted.seq, posted.version);
      c.header("location", `/v1/videos/${videoId}/comments/${posted.id}`);
      return c.json({ comment: posted }, 201);
    })
    .openapi(list, async (c) => {
      const { "if-none-match": tags, "min-video-seq": minSeq } = c.req.valid("header");
      const found = await listComments(context, c.req.valid("param").video_id, c.req.valid("query"), {
        minSeq,
        matchesTag: holderOf(tags),
      });
      about(c, found.unchanged ? found.seq : found.page.seq, found.tag);
      return found.unchanged ? c.body(null, 304) : c.json(found.page, 200);
    })
    .openapi(get, async (c) => {
      const { video_id: videoId, comment_id: id } = c.req.valid("param");
      const { "if-none-match": tags, "min-video-seq": minSeq } = c.req.valid("header");
      const found = await getComment(context, await findCaller(c), videoId, id);
      checkSeen(found.seq, minSeq);
      about(c, found.seq, found.comment.version);
      const isHeld = holderOf(tags)?.(String(found.comment.version)) ?? false;
      return isHeld ? c.body(null, 304) : c.json({ comment: found.comment }, 200);
    })
    .openapi(edit, async (c) => {
      const { video_id: videoId, comment_id: id } = c.req.valid("param");
      const { "if-match": tags } = c.req.valid("header");
      if (tags === undefined) throw new ProblemError("precondition_required");
      const { content } = c.req.valid("json");
      const edited = await editComment(context, c.var.principal, { videoId, id, content, versions: versionsOf(tags) });
      about(c, edited.seq, edited.comment.version);
      return c.json({ comment: edited.comment }, 200);
    })
    .openapi(remove, async (c) => {
      const { video_id: videoId, comment_id: id } = c.req.valid("param");
      const versions = versionsOf(c.req.valid("header")["if-match"]);
      about(c, await deleteComment(context, c.var.principal, { videoId, id, versions }));
      return c.body(null, 204);
    });
}
