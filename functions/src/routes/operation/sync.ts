import { type OpenAPIHono, z } from "@hono/zod-openapi";
import type { Context } from "../../context.ts";
import type * as wire from "../../contract/operation.ts";
import { listQuarantinedComments, metricsPage, readSyncStatus, readVideoSync } from "../../services/operation/sync.ts";
import { type AppEnv, route } from "../http/access.ts";
import { problems } from "../http/problem-responses.ts";
import { jsonResponse } from "../http/responses.ts";
import { createRouter } from "../http/router.ts";
import { VideoId } from "../schemas/ids.ts";
import type { Shape } from "../schemas/shape.ts";
import { SyncStatus } from "../schemas/sync-status.ts";

const integer = z.number().int();

const status = route({
  method: "get",
  path: "/admin/sync",
  operationId: "getSyncStatus",
  access: "admin",
  tags: ["Operation"],
  summary: "Get how far the Realtime Database is behind MySQL",
  responses: {
    200: jsonResponse("The status, as MySQL records it.", SyncStatus),
    ...problems("unauthenticated", "forbidden"),
  },
});

const VideoSync = z
  .object({
    id: z.string(),
    seq: integer,
    applied_seq: integer.openapi({ description: "The last change that the mirror is known to hold." }),
    epoch: integer,
    is_behind: z.boolean(),
    is_rebuilding: z.boolean().openapi({ description: "Whether its whole live state is to be written." }),
    reconciled_at: z.iso.datetime().nullable().openapi({ description: "When the mirror was last compared." }),
  } satisfies Shape<wire.VideoSync>)
  .openapi("VideoSync");

const getSync = route({
  method: "get",
  path: "/admin/videos/{video_id}/sync",
  operationId: "getVideoSync",
  access: "admin",
  tags: ["Operation"],
  summary: "Get how far a video's mirror is",
  request: { params: z.object({ video_id: VideoId }) },
  responses: {
    200: jsonResponse("The state.", VideoSync),
    ...problems("invalid_request", "unauthenticated", "forbidden", "not_found"),
  },
});

const QuarantinedComment = z
  .object({
    video_id: z.string(),
    comment_id: z.string(),
    seq: integer,
    reason: z.string(),
    quarantined_at: z.iso.datetime(),
  } satisfies Shape<wire.QuarantinedComment>)
  .openapi("QuarantinedComment");

const QuarantineList = z
  .object({ quarantined: z.array(QuarantinedComment) } satisfies Shape<wire.QuarantineList>)
  .openapi("QuarantineList");

const listQuarantined = route({
  method: "get",
  path: "/admin/quarantine",
  operationId: "listQuarantinedComments",
  access: "admin",
  tags: ["Operation"],
  summary: "List the comments that the Realtime Database does not accept",
  responses: {
    200: jsonResponse("The 200 that have been in quarantine for longest.", QuarantineList),
    ...problems("unauthenticated", "forbidden"),
  },
});

const metrics = route({
  method: "get",
  path: "/metrics",
  operationId: "getMetrics",
  access: "public",
  tags: ["Operation"],
  summary: "Get the metrics, for Prometheus",
  description: "404 where the metrics go to Cloud Monitoring.",
  responses: {
    200: { description: "The metrics.", content: { "text/plain": { schema: z.string() } } },
    ...problems("not_found"),
  },
});

export function syncRoutes(context: Context): OpenAPIHono<AppEnv> {
  return createRouter()
    .openapi(status, async (c) => c.json(await readSyncStatus(context), 200))
    .openapi(listQuarantined, async (c) => {
      const rows = await listQuarantinedComments(context);
      const quarantined = rows.map((row) => ({ ...row, quarantined_at: row.quarantined_at.toISOString() }));
      return c.json({ quarantined }, 200);
    })
    .openapi(getSync, async (c) => c.json(await readVideoSync(context, c.req.valid("param").video_id), 200))
    .openapi(metrics, async (c) => c.text(await metricsPage(context), 200));
}
