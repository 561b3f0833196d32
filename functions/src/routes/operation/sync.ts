import { type OpenAPIHono, z } from "@hono/zod-openapi";
import type { Context } from "../../context.ts";
import type * as wire from "../../contract/operation.ts";
import { metricsPage, listQuarantinedComments, rebuildVideo, readSyncStatus } from "../../services/operation/sync.ts";
import { type AppEnv, route } from "../http/access.ts";
import { problems, UNUSED_BODY_PROBLEMS } from "../http/problem-responses.ts";
import { jsonResponse, noContent } from "../http/responses.ts";
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
  summary: "List the comments that the Realtime Database refuses",
  responses: {
    200: jsonResponse("The 200 that have been in quarantine for longest.", QuarantineList),
    ...problems("unauthenticated", "forbidden"),
  },
});

const rebuild = route({
  method: "post",
  path: "/admin/videos/{video_id}/rebuild",
  operationId: "rebuildVideo",
  access: "admin",
  tags: ["Operation"],
  summary: "Rewrite a video's live state in the Realtime Database",
  request: { params: z.object({ video_id: VideoId }) },
  responses: {
    202: noContent("The next relay of the video will rewrite it."),
    ...problems("invalid_request", ...UNUSED_BODY_PROBLEMS, "unauthenticated", "forbidden", "not_found"),
  },
});

const metrics = route({
  method: "get",
  path: "/metrics",
  operationId: "getMetrics",
  access: "public",
  tags: ["Operation"],
  summary: "Get this process's metrics, for Prometheus",
  description: "Only on a developer's machine.",
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
    .openapi(rebuild, async (c) => {
      await rebuildVideo(context, c.req.valid("param").video_id);
      return c.body(null, 202);
    })
    .openapi(metrics, async (c) => c.text(await metricsPage(context), 200));
}
