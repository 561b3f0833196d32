import { type OpenAPIHono, z } from "@hono/zod-openapi";
import { createMiddleware } from "hono/factory";
import type { Context } from "../../context.ts";
import { HEADERS } from "../../contract/headers.ts";
import { IDEMPOTENCY_KEY_HOURS } from "../../contract/limits.ts";
import { IDEMPOTENCY_KEY } from "../../contract/patterns.ts";
import { ProblemError } from "../../errors.ts";
import { deleteComment } from "../../services/comments/delete-comment.ts";
import { editComment } from "../../services/comments/edit-comment.ts";
import { listComments } from "../../services/comments/read-comments.ts";
import { readComment } from "../../services/comments/get-comment.ts";
import { postComment } from "../../services/comments/post-comment.ts";
import { type AppEnv, findCaller, route } from "../http/access.ts";
import { editHeaders, hasToken, readHeaders, tagMatcher, versionsOf } from "../http/conditional.ts";
import { BODY_PROBLEMS, problems } from "../http/problem-responses.ts";
import { jsonBody, PageQuery } from "../http/requests.ts";
import {
  allowCdn,
  commentResponse,
  postedResponse,
  notModified,
  page,
  setVideoHeaders,
  taggedResponse,
  videoNoContent,
  writtenJson,
} from "../http/responses.ts";
import { createRouter } from "../http/router.ts";
import { Comment, Content } from "../schemas/comment.ts";
import { CommentId, VideoId } from "../schemas/ids.ts";
import { matching } from "../schemas/strings.ts";

const path = "/videos/{video_id}/comments";
const tags = ["Comments"];
const videoParams = z.object({ video_id: VideoId });
const commentParams = z.object({ video_id: VideoId, comment_id: CommentId });
const body = jsonBody(z.strictObject({ content: Content }), { content: "What a chorus!" });

const IdempotencyKey = matching(IDEMPOTENCY_KEY, "must be 1 to 255 visible ASCII characters");

const post = route({
  method: "post",
  path,
  operationId: "postComment",
  access: "user",
  tags,
  summary: "Post a comment",
  description: `Safe to repeat with the same \`Idempotency-Key\` for ${IDEMPOTENCY_KEY_HOURS} hours: the comment is posted once, and every repetition gets the first response. On a video with review the comment is \`held\` until a moderator approves it.`,
  request: {
    params: videoParams,
    headers: z.object({
      // Optional for the validator: a request without it gets `idempotency_key_required`, not `invalid_request`.
      [HEADERS.idempotencyKey]: IdempotencyKey.optional().openapi({
        description: "Required. The client makes a new one for each comment.",
        example: "8e03978e-40d5-43dd-bc93",
      }),
    }),
    body,
  },
  responses: {
    201: postedResponse,
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
      "not_found",
    ),
  },
});

const CommentPage = page({
  comments: z.array(Comment),
  seq: z.number().int().openapi({ description: "The page shows the video as of this change." }),
}).openapi("CommentPage");

const list = route({
  method: "get",
  path,
  operationId: "listComments",
  access: "public",
  tags,
  summary: "List a video's comments, newest first",
  description:
    "A cursor is a place in the list, not a count. Pages join without a gap or a repetition while comments come and go.",
  request: {
    params: videoParams,
    query: PageQuery,
    headers: z.object(readHeaders),
  },
  responses: {
    200: taggedResponse("A page of comments.", CommentPage),
    304: notModified,
    ...problems("invalid_request", "must_refetch"),
  },
});

const get = route({
  method: "get",
  path: `${path}/{comment_id}`,
  operationId: "getComment",
  access: "public",
  tags,
  summary: "Get a comment",
  description: "A held comment is found only with the access token of its author or of a moderator.",
  request: { params: commentParams, headers: z.object(readHeaders) },
  responses: {
    200: commentResponse,
    304: notModified,
    ...problems("invalid_request", "unauthenticated", "not_found", "must_refetch"),
  },
});

const edit = route({
  method: "patch",
  path: `${path}/{comment_id}`,
  operationId: "editComment",
  access: "user",
  tags,
  summary: "Edit your own comment",
  description:
    "`If-Match` is the `ETag` of the comment that the client has. If the comment has changed since, the response is 412 with the current comment, for the client to merge with. Moderators can read what the comment said before. Under slow mode an edit counts as a comment.",
  request: { params: commentParams, headers: z.object(editHeaders), body },
  responses: {
    200: commentResponse,
    ...problems(
      ...BODY_PROBLEMS,
      "content_refused",
      "unauthenticated",
      "forbidden",
      "banned",
      "comments_closed",
      "slow_mode",
      "edit_window_over",
      "too_many_edits",
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
  operationId: "deleteComment",
  access: "user",
  tags,
  summary: "Delete your own comment, or any comment as a moderator",
  description: "Safe to repeat. The content is erased, and the comment never comes back. `If-Match` is optional.",
  request: { params: commentParams, headers: z.object(editHeaders) },
  responses: {
    204: videoNoContent("The comment is deleted."),
    ...problems("invalid_request", "unauthenticated", "forbidden", "not_found", "precondition_failed"),
  },
});

/**
 * Requests the posting state (what decides whether the post is allowed) before the guard looks up the session, so that both share a
 * round trip. The token is verified first: MySQL is asked nothing for a token that is not ours.
 */
const prefetchPostingState = createMiddleware<AppEnv>(async (c, next) => {
  const { context } = c.var;
  const bearer = context.bearers.verify(c.req.header("authorization"));
  const videoId = VideoId.safeParse(c.req.param("video_id")).data;
  const idempotencyKey = IdempotencyKey.safeParse(c.req.header(HEADERS.idempotencyKey)).data;
  if (bearer && videoId !== undefined && idempotencyKey !== undefined) {
    const postingState = context.findPostingState({ userId: bearer.claims.userId, videoId, idempotencyKey });
    // If the request is refused, nobody awaits it.
    postingState.catch(() => {});
    c.set("postingState", postingState);
  }
  await next();
});

export function commentsRoutes(context: Context): OpenAPIHono<AppEnv> {
  const router = createRouter();
  // Registered first, so that it runs before the middleware of `post`: App Check and the guard.
  router.on("POST", path.replace("{video_id}", ":video_id"), prefetchPostingState);
  return router
    .openapi(post, async (c) => {
      const { video_id: videoId } = c.req.valid("param");
      const { "idempotency-key": idempotencyKey } = c.req.valid("header");
      if (idempotencyKey === undefined) throw new ProblemError("idempotency_key_required");
      const { content } = c.req.valid("json");
      const post = { videoId, content, idempotencyKey };
      const posted = await postComment(context, c.var.principal, post, c.var.postingState);
      setVideoHeaders(c, posted.seq, posted.version);
      c.header("location", `/v1/videos/${videoId}/comments/${posted.id}`);
      return c.json({ comment: posted }, 201);
    })
    .openapi(list, async (c) => {
      const { "if-none-match": ifNoneMatch, "min-video-seq": minSeq } = c.req.valid("header");
      const found = await listComments(context, c.req.valid("param").video_id, c.req.valid("query"), {
        minSeq,
        hasToken: hasToken(c),
        matchesTag: tagMatcher(ifNoneMatch),
      });
      setVideoHeaders(c, found.seq, found.tag);
      allowCdn(c, context.config.listCdnSeconds);
      return found.unchanged ? c.body(null, 304) : writtenJson(c, found.json);
    })
    .openapi(get, async (c) => {
      const { video_id: videoId, comment_id: id } = c.req.valid("param");
      const { "if-none-match": ifNoneMatch, "min-video-seq": minSeq } = c.req.valid("header");
      const caller = await findCaller(c);
      const found = await readComment(context, caller, { videoId, id }, { minSeq, hasToken: hasToken(c) });
      setVideoHeaders(c, found.seq, found.comment.version);
      const isUnchanged = tagMatcher(ifNoneMatch)?.(String(found.comment.version)) ?? false;
      return isUnchanged ? c.body(null, 304) : c.json({ comment: found.comment }, 200);
    })
    .openapi(edit, async (c) => {
      const { video_id: videoId, comment_id: id } = c.req.valid("param");
      const { "if-match": ifMatch } = c.req.valid("header");
      if (ifMatch === undefined) throw new ProblemError("precondition_required");
      const { content } = c.req.valid("json");
      const edited = await editComment(context, c.var.principal, {
        videoId,
        id,
        content,
        versions: versionsOf(ifMatch),
      });
      setVideoHeaders(c, edited.seq, edited.comment.version);
      return c.json({ comment: edited.comment }, 200);
    })
    .openapi(remove, async (c) => {
      const { video_id: videoId, comment_id: id } = c.req.valid("param");
      const versions = versionsOf(c.req.valid("header")["if-match"]);
      setVideoHeaders(c, await deleteComment(context, c.var.principal, { videoId, id, versions }));
      return c.body(null, 204);
    });
}
