import { type OpenAPIHono, z } from "@hono/zod-openapi";
import type { Context } from "../../context.ts";
import type * as wire from "../../contract/account.ts";
import { MAX_WATCHED_VIDEOS } from "../../contract/limits.ts";
import { mintFirebaseToken } from "../../services/accounts/sessions/tokens.ts";
import { watchVideo } from "../../services/accounts/sessions/watching.ts";
import { type AppEnv, route } from "../http/access.ts";
import { BODY_PROBLEMS, problems } from "../http/problem-responses.ts";
import { optionalJsonBody, requireJson } from "../http/requests.ts";
import { jsonResponse } from "../http/responses.ts";
import { createRouter } from "../http/router.ts";
import { EXAMPLE_VIDEO_ID, VideoId } from "../schemas/ids.ts";
import type { Shape } from "../schemas/shape.ts";

const RealtimeSettings = z
  .object({
    project_id: z.string(),
    database_url: z.string().openapi({ description: "For the Firebase SDK's `databaseURL`." }),
    auth_emulator_url: z.string().nullable().openapi({ description: "Null except on a developer's machine." }),
  } satisfies Shape<wire.RealtimeSettings>)
  .openapi("RealtimeSettings");

const RealtimeToken = z
  .object({
    firebase_token: z.string().nullable().openapi({
      description: "Null if none can be signed now: all but presence works without it.",
    }),
    database_url: z.string(),
  } satisfies Shape<wire.RealtimeToken>)
  .openapi("RealtimeToken");

const RealtimeTokenRequest = z
  .strictObject({
    video_id: VideoId.optional().openapi({ description: "The video on which the session will be present." }),
  } satisfies Shape<wire.RealtimeTokenRequest>)
  .openapi("RealtimeTokenRequest");

const getSettings = route({
  method: "get",
  path: "/realtime",
  operationId: "getRealtimeSettings",
  access: "public",
  tags: ["Realtime"],
  summary: "Get the settings that a browser needs to listen",
  responses: {
    200: jsonResponse("The settings.", RealtimeSettings),
    ...problems(),
  },
});

const createToken = route({
  method: "post",
  path: "/realtime/token",
  operationId: "createRealtimeToken",
  access: "user",
  tags: ["Realtime"],
  summary: "Create a Firebase custom token for your session",
  description:
    "With a `video_id`, the session may be present on that video from now on. The first user of a video makes it known, within the allowance " +
    `for new videos. The sessions of a user watch at most ${MAX_WATCHED_VIDEOS} videos together; a video that two sessions watch counts twice. ` +
    "Beyond that, the one that was named longest ago ends, give or take an hour.",
  request: { body: optionalJsonBody(RealtimeTokenRequest, { video_id: EXAMPLE_VIDEO_ID }) },
  responses: {
    200: jsonResponse("The token.", RealtimeToken),
    ...problems(...BODY_PROBLEMS, "unauthenticated", "not_found"),
  },
});

export function realtimeRoutes(context: Context): OpenAPIHono<AppEnv> {
  const { projectId, authEmulatorHost, realtime } = context.config;
  const settings: wire.RealtimeSettings = {
    project_id: projectId,
    database_url: realtime.url,
    auth_emulator_url: authEmulatorHost ? `http://${authEmulatorHost}` : null,
  };
  return createRouter()
    .openapi(getSettings, (c) => c.json(settings, 200))
    .openapi(createToken, async (c) => {
      await requireJson(c);
      const { video_id: videoId } = c.req.valid("json");
      if (videoId !== undefined) await watchVideo(context, c.var.principal, videoId);
      const firebaseToken = await mintFirebaseToken(context, c.var.principal);
      return c.json({ firebase_token: firebaseToken, database_url: realtime.url }, 200);
    });
}
