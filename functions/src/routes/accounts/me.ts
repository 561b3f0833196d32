import type { OpenAPIHono } from "@hono/zod-openapi";
import { z } from "@hono/zod-openapi";
import type { Context } from "../../context.ts";
import { changePassword } from "../../services/accounts/password-change.ts";
import { changeUsername, userOfSession } from "../../services/accounts/users.ts";
import type { AppEnv } from "../http/access.ts";
import { route } from "../http/access.ts";
import { createRoutes, problems } from "../http/http.ts";
import { NewPassword, Password, User, Username } from "../http/schemas.ts";

const user = { "application/json": { schema: z.object({ user: User }) } };
const body = ["invalid_request", "malformed_json", "payload_too_large", "unsupported_media_type"] as const;

const me = route({
  method: "get",
  path: "/users/me",
  access: "user",
  tags: ["Users"],
  summary: "Who am I",
  responses: { 200: { description: "The signed-in user.", content: user }, ...problems("unauthenticated") },
});

const rename = route({
  method: "patch",
  path: "/users/me",
  access: "user",
  tags: ["Users"],
  summary: "Change one's username",
  request: {
    body: { required: true, content: { "application/json": { schema: z.strictObject({ username: Username }) } } },
  },
  responses: {
    200: { description: "The user as they are now.", content: user },
    ...problems(...body, "unauthenticated", "username_taken"),
  },
});

const repassword = route({
  method: "put",
  path: "/users/me/password",
  access: "user",
  tags: ["Users"],
  summary: "Change one's password",
  description: "Ends the user's other sessions.",
  request: {
    body: {
      required: true,
      content: {
        "application/json": { schema: z.strictObject({ current_password: Password, new_password: NewPassword }) },
      },
    },
  },
  responses: {
    204: { description: "The new password is in force, and every other session has ended." },
    ...problems(...body, "unauthenticated", "weak_password", "wrong_password"),
  },
});

export function meRoutes(context: Context): OpenAPIHono<AppEnv> {
  return createRoutes()
    .openapi(me, (c) => c.json({ user: userOfSession(c.var.principal) }, 200))
    .openapi(rename, async (c) =>
      c.json({ user: await changeUsername(context, c.var.principal, c.req.valid("json").username) }, 200),
    )
    .openapi(repassword, async (c) => {
      await changePassword(context, c.var.principal, c.req.valid("json"));
      return c.body(null, 204);
    });
}
