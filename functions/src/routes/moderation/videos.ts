import { type OpenAPIHono, z } from "@hono/zod-openapi";
import type { Context } from "../../context.ts";
import { MAX_SLOW_MODE_SECONDS } from "../../contract/limits.ts";
import type * as wire from "../../contract/moderation.ts";
import { changeVideo, getVideo, registerVideo } from "../../services/moderation/videos.ts";
import { type AppEnv, route } from "../http/access.ts";
import { BODY_PROBLEMS, problems, UNUSED_BODY_PROBLEMS } from "../http/problem-responses.ts";
import { jsonBody } from "../http/requests.ts";
import { setVideoHeaders, videoResponse } from "../http/responses.ts";
import { createRouter } from "../http/router.ts";
import { EXAMPLE_VIDEO_ID, VideoId } from "../schemas/ids.ts";
import type { Shape } from "../schemas/shape.ts";

const params = z.object({ video_id: VideoId });

const settings = {
  comments_open: z.boolean().openapi({ description: "Whether anyone may post and edit." }),
  slow_mode_seconds: z
    .number()
    .int()
    .min(0)
    .max(MAX_SLOW_MODE_SECONDS)
    .openapi({ description: "Seconds that a user waits between two comments; 0 for none. Moderators do not wait." }),
  hold_for_review: z.boolean().openapi({
    description: "Whether users' comments are held until a moderator approves them.",
  }),
} satisfies Shape<wire.VideoSettings>;

const Video = z
  .object({
    id: z.string(),
    ...settings,
    seq: z.number().int().openapi({
      description:
        "The last change number given out: to a comment, the settings, a rebuild or an epoch. 0 for a video without any.",
    }),
  } satisfies Shape<wire.Video>)
  .openapi("Video", {
    example: { id: EXAMPLE_VIDEO_ID, comments_open: true, slow_mode_seconds: 0, hold_for_review: false, seq: 42 },
  });

const response = videoResponse(
  "The video.",
  z.object({ video: Video } satisfies Shape<wire.VideoResponse>).openapi("VideoResponse"),
);

const get = route({
  method: "get",
  path: "/videos/{video_id}",
  operationId: "getVideo",
  access: "public",
  tags: ["Videos"],
  summary: "Get a video's settings",
  description: "Every id is a video. One that is not known yet has no comments and the default settings.",
  request: { params },
  responses: { 200: response, ...problems("invalid_request") },
});

const change = route({
  method: "patch",
  path: "/videos/{video_id}",
  operationId: "changeVideo",
  access: "moderator",
  tags: ["Moderation"],
  summary: "Change a video's settings",
  description:
    "Once the response is there, no comment is posted under the old settings. Who listens to the video hears of the change.",
  request: {
    params,
    body: jsonBody(z.strictObject(settings).partial(), { slow_mode_seconds: 10 }),
  },
  responses: { 200: response, ...problems(...BODY_PROBLEMS, "unauthenticated", "forbidden", "not_found") },
});

const register = route({
  method: "put",
  path: "/videos/{video_id}",
  operationId: "registerVideo",
  access: "moderator",
  tags: ["Moderation"],
  summary: "Register a video",
  description:
    "A known video stays as it is. Where `VIDEO_IDS` is `registered`, users can post on registered videos only, and be present on them only.",
  request: { params },
  responses: {
    200: response,
    ...problems("invalid_request", ...UNUSED_BODY_PROBLEMS, "unauthenticated", "forbidden"),
  },
});

export function videosRoutes(context: Context): OpenAPIHono<AppEnv> {
  return createRouter()
    .openapi(get, async (c) => {
      const video = await getVideo(context, c.req.valid("param").video_id);
      setVideoHeaders(c, video.seq);
      return c.json({ video }, 200);
    })
    .openapi(change, async (c) => {
      const { video_id: id } = c.req.valid("param");
      const given = Object.entries(c.req.valid("json")).filter(([, value]) => value !== undefined);
      const video = await changeVideo(context, c.var.principal, id, Object.fromEntries(given));
      setVideoHeaders(c, video.seq);
      return c.json({ video }, 200);
    })
    .openapi(register, async (c) => {
      const video = await registerVideo(context, c.var.principal, c.req.valid("param").video_id);
      setVideoHeaders(c, video.seq);
      return c.json({ video }, 200);
    });
}
