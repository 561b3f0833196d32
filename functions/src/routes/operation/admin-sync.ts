import type { OpenAPIHono } from "@hono/zod-openapi";
import { z } from "@hono/zod-openapi";
import type { Context } from "../../context.ts";
import { metricsPage, quarantinedComments, rebuildVideo, syncStatus } from "../../services/operation/sync.ts";
import type { AppEnv } from "../http/access.ts";
import { route } from "../http/access.ts";
import { createRoutes, problems } from "../http/http.ts";
import { CommentId, VideoId } from "../http/schemas.ts";

const count = z.number().int();
const backlog = z.object({ count, changes: count, oldest_seconds: z.number() });

const sync = route({
  method: "get",
  path: "/admin/sync",
  access: "admin",
  tags: ["Operation"],
  summary: "How far the Realtime Database is behind MySQL",
  responses: {
    200: {
      description: "By MySQL's account. `behind` holds the 20 videos that are behind for longest.",
      content: {
        "application/json": {
          schema: z.object({
            backlog: z.object({ videos: backlog, users: backlog }),
            quarantined: count,
            behind: z.array(z.object({ id: VideoId, seq: count, applied_seq: count, seconds: z.number() })),
          }),
        },
      },
    },
    ...problems("unauthenticated", "forbidden"),
  },
});

const quarantine = route({
  method: "get",
  path: "/admin/quarantine",
  access: "admin",
  tags: ["Operation"],
  summary: "Comments that the Realtime Database refuses",
  responses: {
    200: {
      description: "The oldest 200.",
      content: {
        "application/json": {
          schema: z.object({
            quarantined: z.array(
              z.object({
                video_id: VideoId,
                comment_id: CommentId,
                seq: count,
                reason: z.string(),
                quarantined_at: z.iso.datetime(),
              }),
            ),
          }),
        },
      },
    },
    ...problems("unauthenticated", "forbidden"),
  },
});

const rebuild = route({
  method: "post",
  path: "/admin/videos/{video_id}/rebuild",
  access: "admin",
  tags: ["Operation"],
  summary: "Write a video's whole live state to the Realtime Database anew",
  request: { params: z.object({ video_id: VideoId }) },
  responses: {
    202: { description: "It will be." },
    ...problems("invalid_request", "unauthenticated", "forbidden", "not_found"),
  },
});

const metrics = route({
  method: "get",
  path: "/metrics",
  access: "public",
  tags: ["Operation"],
  summary: "This process's metrics, for Prometheus; on a developer's machine alone",
  responses: {
    200: { description: "They are.", content: { "text/plain": { schema: z.string() } } },
    ...problems("not_found"),
  },
});

export function adminSyncRoutes(context: Context): OpenAPIHono<AppEnv> {
  return createRoutes()
    .openapi(sync, async (c) => c.json(await syncStatus(context), 200))
    .openapi(quarantine, async (c) => {
      const rows = await quarantinedComments(context);
      const quarantined = rows.map((row) => ({ ...row, quarantined_at: row.quarantined_at.toISOString() }));
      return c.json({ quarantined }, 200);
    })
    .openapi(rebuild, async (c) => {
      await rebuildVideo(context, c.req.valid("param").video_id);
      return c.body(null, 202);
    })
    .openapi(metrics, async (c) => c.text(await metricsPage(context), 200));
}
