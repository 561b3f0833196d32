import { type OpenAPIHono, z } from "@hono/zod-openapi";
import type { Context } from "../../context.ts";
import { approveComment, listHeldComments } from "../../services/moderation/held-comments.ts";
import { type AppEnv, route } from "../http/access.ts";
import { editHeaders, versionsOf } from "../http/conditional.ts";
import { problems, UNUSED_BODY_PROBLEMS } from "../http/problem-responses.ts";
import { PageQuery } from "../http/requests.ts";
import { commentResponse, jsonResponse, page, setVideoHeaders } from "../http/responses.ts";
import { createRouter } from "../http/router.ts";
import { Comment } from "../schemas/comment.ts";
import { CommentId, VideoId } from "../schemas/ids.ts";

const list = route({
  method: "get",
  path: "/videos/{video_id}/held",
  operationId: "listHeldComments",
  access: "user",
  tags: ["Moderation"],
  summary: "List the comments that are held for review, oldest first",
  description: "Moderators see all of them, others only their own.",
  request: { params: z.object({ video_id: VideoId }), query: PageQuery },
  responses: {
    200: jsonResponse("A page of comments.", page({ comments: z.array(Comment) }).openapi("HeldPage")),
    ...problems("invalid_request", "unauthenticated"),
  },
});

const approve = route({
  method: "post",
  path: "/videos/{video_id}/comments/{comment_id}/approve",
  operationId: "approveComment",
  access: "moderator",
  tags: ["Moderation"],
  summary: "Approve a held comment",
  description:
    "It appears where its time of posting puts it. Safe to repeat. To refuse a comment, delete it. Send as `If-Match` the `ETag` of the comment that the moderator has read, which is its `version` in quotes: authors may edit what is held. If the comment has changed since, it stays held, and the response is 412 with the current comment. Without `If-Match` it is approved as it is.",
  request: { params: z.object({ video_id: VideoId, comment_id: CommentId }), headers: z.object(editHeaders) },
  responses: {
    200: commentResponse,
    ...problems(
      "invalid_request",
      ...UNUSED_BODY_PROBLEMS,
      "unauthenticated",
      "forbidden",
      "not_found",
      "precondition_failed",
    ),
  },
});

export function heldCommentsRoutes(context: Context): OpenAPIHono<AppEnv> {
  return createRouter()
    .openapi(list, async (c) => {
      const { video_id: videoId } = c.req.valid("param");
      return c.json(await listHeldComments(context, c.var.principal, videoId, c.req.valid("query")), 200);
    })
    .openapi(approve, async (c) => {
      const { video_id: videoId, comment_id: id } = c.req.valid("param");
      const versions = versionsOf(c.req.valid("header")["if-match"]);
      const { comment, seq } = await approveComment(context, c.var.principal, { videoId, id, versions });
      setVideoHeaders(c, seq, comment.version);
      return c.json({ comment }, 200);
    });
}
