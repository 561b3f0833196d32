import { type OpenAPIHono, z } from "@hono/zod-openapi";
import type { Context } from "../../context.ts";
import { DAYS_BETWEEN_RENAMES, FORMER_NAME_DAYS } from "../../contract/limits.ts";
import type * as wire from "../../contract/moderation.ts";
import { changePassword } from "../../services/accounts/password-change.ts";
import { changeUsername } from "../../services/accounts/usernames.ts";
import { getUser, userOfSession } from "../../services/accounts/users.ts";
import { getOwnBan } from "../../services/moderation/bans.ts";
import { type AppEnv, route } from "../http/access.ts";
import { BODY_PROBLEMS, problems } from "../http/problem-responses.ts";
import { jsonBody } from "../http/requests.ts";
import { jsonResponse, noContent } from "../http/responses.ts";
import { createRouter } from "../http/router.ts";
import { VideoId } from "../schemas/ids.ts";
import type { Shape } from "../schemas/shape.ts";
import { ClaimedPassword, NewPassword, Username, UserResponse } from "../schemas/user.ts";

const get = route({
  method: "get",
  path: "/users/me",
  operationId: "getCurrentUser",
  access: "user",
  tags: ["Users"],
  summary: "Get your own account",
  responses: {
    200: jsonResponse("The signed-in user.", UserResponse),
    ...problems("unauthenticated"),
  },
});

const rename = route({
  method: "patch",
  path: "/users/me",
  operationId: "changeUsername",
  access: "user",
  tags: ["Users"],
  summary: "Change your username",
  description: `Once in ${DAYS_BETWEEN_RENAMES} days, and not while you are banned. Your earlier name stays reserved for you for ${FORMER_NAME_DAYS} days. Safe to repeat.`,
  request: { body: jsonBody(z.strictObject({ username: Username }), { username: "ada" }) },
  responses: {
    200: jsonResponse("The user with the new username.", UserResponse),
    ...problems(...BODY_PROBLEMS, "unauthenticated", "banned", "username_taken", "content_refused", "rename_too_soon"),
  },
});

const PasswordChange = z.strictObject({ current_password: ClaimedPassword, new_password: NewPassword });

const setPassword = route({
  method: "put",
  path: "/users/me/password",
  operationId: "changePassword",
  access: "user",
  tags: ["Users"],
  summary: "Change your password",
  description: "Ends your other sessions.",
  request: {
    body: jsonBody(PasswordChange, {
      current_password: "correct horse battery",
      new_password: "staple in the meadow",
    }),
  },
  responses: {
    204: noContent("The new password is in force, and every other session has ended."),
    ...problems(...BODY_PROBLEMS, "unauthenticated", "weak_password", "wrong_password"),
  },
});

const OwnBan = z
  .object({
    video_id: z.string().nullable().openapi({ description: "Null: on every video." }),
    ends_at: z.iso.datetime().nullable().openapi({ description: "Null: until it is lifted." }),
  } satisfies Shape<wire.OwnBan>)
  .openapi("OwnBan");

const getBan = route({
  method: "get",
  path: "/users/me/ban",
  operationId: "getOwnBan",
  access: "user",
  tags: ["Users"],
  summary: "Ask whether you are banned from a video",
  description: "The ban that keeps you from commenting there for longest: one on this video, or one on every video.",
  request: { query: z.strictObject({ video_id: VideoId }) },
  responses: {
    200: jsonResponse(
      "The ban; null if none is in force.",
      z.object({ ban: OwnBan.or(z.null()) } satisfies Shape<wire.OwnBanResponse>).openapi("OwnBanResponse"),
    ),
    ...problems("invalid_request", "unauthenticated"),
  },
});

export function meRoutes(context: Context): OpenAPIHono<AppEnv> {
  return createRouter()
    .openapi(get, (c) => c.json({ user: userOfSession(c.var.principal) }, 200))
    .openapi(getBan, async (c) => {
      const { video_id } = c.req.valid("query");
      return c.json({ ban: await getOwnBan(context, c.var.principal, video_id) }, 200);
    })
    .openapi(rename, async (c) => {
      await changeUsername(context, c.var.principal, c.req.valid("json").username);
      return c.json({ user: await getUser(context, c.var.principal.userId) }, 200);
    })
    .openapi(setPassword, async (c) => {
      await changePassword(context, c.var.principal, c.req.valid("json"));
      return c.body(null, 204);
    });
}
