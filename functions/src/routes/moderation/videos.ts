import type { OpenAPIHono } from "@hono/zod-openapi";
import { z } from "@hono/zod-openapi";
import type { Context } from "../../context.ts";
import { approveComment, listHeldComments } from "../../services/moderation/held-comments.ts";
import { changeVideo, getVideo } from "../../services/moderation/videos.ts";
import type { AppEnv } from "../http/access.ts";
import { route } from "../http/access.ts";
import { about, commentAnswer, videoAnswer } from "../http/answers.ts";
import { BODY_PROBLEMS, createRoutes, problems } from "../http/http.ts";
import { Comment, CommentId, Cursor, Limit, VideoId } from "../http/schemas.ts";

const params = z.object({ video_id: VideoId });

const settings = {
  comments_open: z.boolean().openapi({ description: "Whether anyone may post and edit." }),
  slow_mode_seconds: z
    .number()
    .int()
    .min(0)
    .max(86_400)
    .openapi({ description: "Seconds that a user waits between two comments; 0 for none. Moderators do not wait." }),
  hold_for_review: z.boolean().openapi({ description: "Whether a user's comments wait for a moderator." }),
};

const Video = z.object({ id: z.string(), ...settings, seq: z.number().int() }).openapi("Video", {
  example: { id: "dQw4w9WgXcQ", comments_open: true, slow_mode_seconds: 0, hold_for_review: false, seq: 42 },
});

const answer = videoAnswer("The video.", z.object({ video: Video }));

const get = route({
  method: "get",
  path: "/videos/{video_id}",
  access: "public",
  tags: ["Videos"],
  summary: "A video's settings",
  description: "Every id is a video: one that nobody has commented on has the default settings.",
  request: { params },
  responses: { 200: answer, ...problems("invalid_request") },
});

const change = route({
  method: "patch",
  path: "/videos/{video_id}",
  access: "moderator",
  tags: ["Moderation"],
  summary: "Change a video's settings",
  description: "Once it is answered, nothing is posted under the old settings.",
  request: {
    params,
    body: {
      required: true,
      content: {
        "application/json": { schema: z.strictObject(settings).partial(), example: { slow_mode_seconds: 10 } },
      },
    },
  },
  responses: { 200: answer, ...problems(...BODY_PROBLEMS, "unauthenticated", "forbidden") },
});

const held = route({
  method: "get",
  path: "/videos/{video_id}/held",
  access: "user",
  tags: ["Moderation"],
  summary: "What waits for review, oldest first: for moderators all of it, for others their own",
  request: { params, query: z.strictObject({ limit: Limit, cursor: Cursor }) },
  responses: {
    200: {
      description: "The page.",
      content: {
        "application/json": { schema: z.object({ comments: z.array(Comment), next_cursor: z.string().nullable() }) },
      },
    },
    ...problems("invalid_request", "unauthenticated"),
  },
});

const approve = route({
  method: "post",
  path: "/videos/{video_id}/comments/{comment_id}/approve",
  access: "moderator",
  tags: ["Moderation"],
  summary: "Let a held comment appear, in the place of the time of its posting",
  description: "Safe to repeat. To refuse it, delete it.",
  request: { params: z.object({ video_id: VideoId, comment_id: CommentId }) },
  responses: {
    200: commentAnswer,
    ...problems(
      "invalid_request",
      "payload_too_large",
      "unsupported_media_type",
      "unauthenticated",
      "forbidden",
      "not_found",
    ),
  },
});

export function videosRoutes(context: Context): OpenAPIHono<AppEnv> {
  return createRoutes()
    .openapi(get, async (c) => {
      const video = await getVideo(context, c.req.valid("param").video_id);
      about(c, video.seq);
      return c.json({ video }, 200);
    })
    .openapi(change, async (c) => {
      const { video_id: id } = c.req.valid("param");
      const given = Object.entries(c.req.valid("json")).filter(([, value]) => value !== undefined);
      const video = await changeVideo(context, c.var.principal, id, Object.fromEntries(given));
      about(c, video.seq);
      return c.json({ video }, 200);
    })
    .openapi(held, async (c) => {
      const { video_id: videoId } = c.req.valid("param");
      return c.json(await listHeldComments(context, c.var.principal, videoId, c.req.valid("query")), 200);
    })
    .openapi(approve, async (c) => {
      const { video_id: videoId, comment_id: id } = c.req.valid("param");
      const approved = await approveComment(context, c.var.principal, videoId, id);
      about(c, approved.seq, approved.comment.version);
      return c.json({ comment: approved.comment }, 200);
    });
}
