import { type OpenAPIHono, z } from "@hono/zod-openapi";
import type { Context } from "../../context.ts";
import { MAX_NOTE_LENGTH } from "../../contract/limits.ts";
import type * as wire from "../../contract/moderation.ts";
import { banUser, liftBan, listBans } from "../../services/moderation/bans.ts";
import { type AppEnv, route } from "../http/access.ts";
import { BODY_PROBLEMS, problems } from "../http/problem-responses.ts";
import { jsonBody, PageQuery } from "../http/requests.ts";
import { jsonResponse, noContent, page } from "../http/responses.ts";
import { createRouter } from "../http/router.ts";
import { EXAMPLE_USER_ID, EXAMPLE_VIDEO_ID, UserId, VideoId } from "../schemas/ids.ts";
import type { Shape } from "../schemas/shape.ts";
import { matching, plainText } from "../schemas/strings.ts";

const params = z.object({ user_id: UserId });

const Ban = z
  .object({
    user_id: z.uuid(),
    video_id: z.string().nullable().openapi({ description: "Null: on every video." }),
    ends_at: z.iso.datetime().nullable().openapi({ description: "Null: until it is lifted." }),
    reason: z.string(),
    banned_by: z.uuid(),
    created_at: z.iso.datetime(),
  } satisfies Shape<wire.Ban>)
  .openapi("Ban");

const NewBan = z.strictObject({
  video_id: VideoId.nullable().default(null).openapi({ description: "Null: on every video." }),
  ends_at: z.iso
    .datetime({ precision: 3 })
    .or(z.iso.datetime({ precision: 0 }))
    .refine((time) => new Date(time).getUTCFullYear() < 9000, "is too far in the future")
    .nullable()
    .default(null)
    .openapi({ type: ["string", "null"], format: "date-time", description: "UTC. Null: until it is lifted." }),
  reason: plainText({ max: MAX_NOTE_LENGTH }).default(""),
});

const ban = route({
  method: "put",
  path: "/moderation/bans/{user_id}",
  operationId: "banUser",
  access: "moderator",
  tags: ["Moderation"],
  summary: "Ban a user of a lower role from posting, editing and reporting",
  description:
    "On one video or on every video. Replaces the user's earlier ban on the same video, or on every video. Safe to repeat.",
  request: {
    params,
    body: jsonBody(NewBan, { video_id: EXAMPLE_VIDEO_ID, ends_at: "2026-12-01T00:00:00Z", reason: "spam" }),
  },
  responses: {
    204: noContent("The ban is in force."),
    ...problems(...BODY_PROBLEMS, "unauthenticated", "forbidden", "not_found"),
  },
});

const lift = route({
  method: "delete",
  path: "/moderation/bans/{user_id}",
  operationId: "liftBan",
  access: "moderator",
  tags: ["Moderation"],
  summary: "Lift a ban of a user of a lower role",
  description: "An admin can lift every ban but their own.",
  request: {
    params,
    query: z.strictObject({
      video_id: VideoId.optional().openapi({ description: "Without it: the ban on every video." }),
    }),
  },
  responses: {
    204: noContent("The ban is lifted."),
    ...problems("invalid_request", "unauthenticated", "forbidden", "not_found"),
  },
});

const BanCursor = matching(/^[0-9a-f-]{36}\.[A-Za-z0-9_-]{0,128}$/, "must be the next_cursor of a page");

const list = route({
  method: "get",
  path: "/moderation/bans",
  operationId: "listBans",
  access: "moderator",
  tags: ["Moderation"],
  summary: "List the bans in force",
  request: {
    query: PageQuery.extend({
      user_id: UserId.optional(),
      cursor: BanCursor.optional().openapi({
        description: "`next_cursor` of the previous page.",
        example: `${EXAMPLE_USER_ID}.${EXAMPLE_VIDEO_ID}`,
      }),
    }),
  },
  responses: {
    200: jsonResponse("A page of bans.", page({ bans: z.array(Ban) }).openapi("BanPage")),
    ...problems("invalid_request", "unauthenticated", "forbidden"),
  },
});

export function bansRoutes(context: Context): OpenAPIHono<AppEnv> {
  return createRouter()
    .openapi(ban, async (c) => {
      const { user_id: userId } = c.req.valid("param");
      const { ends_at, ...rest } = c.req.valid("json");
      await banUser(context, c.var.principal, userId, {
        ...rest,
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
    });
}
