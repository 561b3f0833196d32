import type { OpenAPIHono } from "@hono/zod-openapi";
import { z } from "@hono/zod-openapi";
import type { Context } from "../../context.ts";
import { banUser, liftBan, listBans } from "../../services/moderation/bans.ts";
import { eraseCommentsOf } from "../../services/moderation/erasure.ts";
import type { AppEnv } from "../http/access.ts";
import { route } from "../http/access.ts";
import { BODY_PROBLEMS, createRoutes, problems } from "../http/http.ts";
import { Limit, Text, UserId, VideoId } from "../http/schemas.ts";

const params = z.object({ user_id: UserId });
const everywhere = "Without one: everywhere.";

const Ban = z
  .object({
    user_id: z.uuid(),
    video_id: z.string().nullable().openapi({ description: "Null: everywhere." }),
    ends_at: z.iso.datetime().nullable().openapi({ description: "Null: until it is lifted." }),
    reason: z.string(),
    banned_by: z.uuid(),
    created_at: z.iso.datetime(),
  })
  .openapi("Ban");

const ban = route({
  method: "put",
  path: "/moderation/bans/{user_id}",
  access: "moderator",
  tags: ["Moderation"],
  summary: "Ban a user of a lower role from posting and editing, on one video or everywhere",
  description: "In place of an earlier ban of the same extent. Safe to repeat.",
  request: {
    params,
    body: {
      required: true,
      content: {
        "application/json": {
          schema: z.strictObject({
            video_id: VideoId.nullable().default(null).openapi({ description: "Null: everywhere." }),
            ends_at: z.iso
              .datetime({ precision: 3 })
              .or(z.iso.datetime({ precision: 0 }))
              .refine((time) => new Date(time).getUTCFullYear() < 9000, "is too far away")
              .nullable()
              .default(null)
              .openapi({ description: "UTC. Null: until it is lifted." }),
            reason: Text.default(""),
          }),
          example: { video_id: "dQw4w9WgXcQ", ends_at: "2026-12-01T00:00:00Z", reason: "spam" },
        },
      },
    },
  },
  responses: {
    204: { description: "The ban is in force." },
    ...problems(...BODY_PROBLEMS, "unauthenticated", "forbidden", "not_found"),
  },
});

const lift = route({
  method: "delete",
  path: "/moderation/bans/{user_id}",
  access: "moderator",
  tags: ["Moderation"],
  summary: "Lift a ban",
  request: {
    params,
    query: z.strictObject({
      video_id: VideoId.optional().openapi({ param: { name: "video_id", in: "query" }, description: everywhere }),
    }),
  },
  responses: {
    204: { description: "It is lifted." },
    ...problems("invalid_request", "unauthenticated", "forbidden", "not_found"),
  },
});

const list = route({
  method: "get",
  path: "/moderation/bans",
  access: "moderator",
  tags: ["Moderation"],
  summary: "Bans in force",
  request: {
    query: z.strictObject({
      user_id: UserId.optional().openapi({ param: { name: "user_id", in: "query" } }),
      limit: Limit,
      cursor: z
        .string()
        .regex(/^[0-9a-f-]{36}\.[A-Za-z0-9_-]{0,128}$/, "must be the next_cursor of a page")
        .optional(),
    }),
  },
  responses: {
    200: {
      description: "The page.",
      content: {
        "application/json": { schema: z.object({ bans: z.array(Ban), next_cursor: z.string().nullable() }) },
      },
    },
    ...problems("invalid_request", "unauthenticated", "forbidden"),
  },
});

const erase = route({
  method: "delete",
  path: "/moderation/users/{user_id}/comments",
  access: "moderator",
  tags: ["Moderation"],
  summary: "Erase every comment of a user of a lower role, held ones too",
  description: "In batches, each live at once. Safe to repeat: what was interrupted goes on where it stopped.",
  request: { params },
  responses: {
    200: {
      description: "How many were erased.",
      content: { "application/json": { schema: z.object({ erased: z.number().int() }) } },
    },
    ...problems("invalid_request", "unauthenticated", "forbidden", "not_found"),
  },
});

export function bansRoutes(context: Context): OpenAPIHono<AppEnv> {
  return createRoutes()
    .openapi(ban, async (c) => {
      const { ends_at, ...given } = c.req.valid("json");
      const { user_id: userId } = c.req.valid("param");
      await banUser(context, c.var.principal, userId, {
        ...given,
        ends_at: ends_at === null ? null : new Date(ends_at),
      });
      return c.body(null, 204);
    })
    .openapi(lift, async (c) => {
      const { user_id: userId } = c.req.valid("param");
      await liftBan(context, c.var.principal, userId, c.req.valid("query").video_id ?? null);
      return c.body(null, 204);
    })
    .openapi(list, async (c) => {
      const { user_id: userId, limit, cursor } = c.req.valid("query");
      return c.json(await listBans(context, { userId, limit, cursor }), 200);
    })
    .openapi(erase, async (c) =>
      c.json(await eraseCommentsOf(context, c.var.principal, c.req.valid("param").user_id), 200),
    );
}
