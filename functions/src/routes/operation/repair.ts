import { type OpenAPIHono, z } from "@hono/zod-openapi";
import type { Context } from "../../context.ts";
import type * as wire from "../../contract/operation.ts";
import {
  countsOf,
  rebuildVideo,
  reconcileNextPage,
  reconcileOne,
  retryQuarantined,
} from "../../services/operation/repair.ts";
import { type AppEnv, route } from "../http/access.ts";
import { BODY_PROBLEMS, problems, UNUSED_BODY_PROBLEMS } from "../http/problem-responses.ts";
import { jsonBody } from "../http/requests.ts";
import { jsonResponse, noContent } from "../http/responses.ts";
import { createRouter } from "../http/router.ts";
import { VideoId } from "../schemas/ids.ts";
import type { Shape } from "../schemas/shape.ts";

const integer = z.number().int();
const params = z.object({ video_id: VideoId });
/** The id of a video or of a user, which has the form of a video's id too. */
const Cursor = VideoId;
const refusals = ["unauthenticated", "forbidden"] as const;
const repair = z.boolean().openapi({ description: "Whether what differs is written again." });

const Compared = z
  .object({
    id: z.string(),
    outcome: z.string().openapi({ description: "equal, drift, wiped, busy or ahead" }),
    missing: integer,
    extra: integer,
    stale: integer,
  } satisfies Shape<wire.ComparedSubject>)
  .openapi("ComparedSubject");

const ReconcilePage = z
  .object({
    compared: integer,
    drifted: z.array(Compared).openapi({ description: "Those that differed." }),
    failed: integer.openapi({ description: "Those that could not be compared or repaired." }),
    total: integer.nullable().openapi({
      description: "How many there are in all, counted to 100,000. Null after the first page.",
    }),
    next_cursor: z.string().nullable().openapi({ description: "Null on the last page." }),
  } satisfies Shape<wire.ReconcilePage>)
  .openapi("ReconcilePage");

const reconcileVideo = route({
  method: "post",
  path: "/admin/videos/{video_id}/reconcile",
  operationId: "reconcileVideo",
  access: "admin",
  tags: ["Operation"],
  summary: "Compare a video's mirror with MySQL, and repair it",
  request: { params, body: jsonBody(z.strictObject({ repair }), { repair: true }) },
  responses: {
    200: jsonResponse("What the comparison found.", Compared),
    ...problems(...BODY_PROBLEMS, ...refusals, "not_found"),
  },
});

const reconcile = route({
  method: "post",
  path: "/admin/reconcile",
  operationId: "reconcileMirrors",
  access: "admin",
  tags: ["Operation"],
  summary: "Compare the next 50 mirrors with MySQL, and repair them",
  description: "Send `next_cursor` back as `cursor` until it is null. Safe to repeat and to stop.",
  request: {
    body: jsonBody(z.strictObject({ subject: z.enum(["videos", "users"]), cursor: Cursor.optional(), repair }), {
      subject: "videos",
      repair: true,
    }),
  },
  responses: { 200: jsonResponse("The page.", ReconcilePage), ...problems(...BODY_PROBLEMS, ...refusals) },
});

const rebuild = route({
  method: "post",
  path: "/admin/videos/{video_id}/rebuild",
  operationId: "rebuildVideo",
  access: "admin",
  tags: ["Operation"],
  summary: "Rewrite a video's live state in the Realtime Database",
  request: { params },
  responses: {
    202: noContent("The next relay of the video will rewrite it."),
    ...problems("invalid_request", ...UNUSED_BODY_PROBLEMS, ...refusals, "not_found"),
  },
});

const RetriedVideos = z
  .object({ video_ids: z.array(z.string()) } satisfies Shape<wire.RetriedVideos>)
  .openapi("RetriedVideos");

const retry = route({
  method: "post",
  path: "/admin/quarantine/retry",
  operationId: "retryQuarantined",
  access: "admin",
  tags: ["Operation"],
  summary: "Try quarantined comments again, all or those of a video",
  description: "What the Realtime Database still does not accept comes back to quarantine.",
  request: { body: jsonBody(z.strictObject({ video_id: VideoId.optional() }), {}) },
  responses: { 200: jsonResponse("Their videos.", RetriedVideos), ...problems(...BODY_PROBLEMS, ...refusals) },
});

export function repairRoutes(context: Context): OpenAPIHono<AppEnv> {
  return createRouter()
    .openapi(reconcileVideo, async (c) => {
      const { video_id: id } = c.req.valid("param");
      return c.json(countsOf(await reconcileOne(context, id, c.req.valid("json").repair)), 200);
    })
    .openapi(reconcile, async (c) => c.json(await reconcileNextPage(context, c.req.valid("json")), 200))
    .openapi(rebuild, async (c) => {
      await rebuildVideo(context, c.req.valid("param").video_id);
      return c.body(null, 202);
    })
    .openapi(retry, async (c) => {
      return c.json({ video_ids: await retryQuarantined(context, c.req.valid("json").video_id) }, 200);
    });
}
