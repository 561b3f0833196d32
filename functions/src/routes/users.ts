import type { OpenAPIHono } from "@hono/zod-openapi";
import { z } from "@hono/zod-openapi";
import type { Context } from "../context.ts";
import { registerUser, toUser } from "../services/users.ts";
import type { AppEnv } from "./access.ts";
import { route } from "./access.ts";
import { createRoutes, problems } from "./http.ts";
import { User } from "./schemas.ts";

const Registration = z
  .strictObject({
    email: z.email().max(254).openapi({ example: "ada@example.com" }),
    username: z
      .string()
      .regex(/^[\p{L}\p{N}_.-]{3,32}$/u, "must be 3 to 32 letters, digits, dots, underscores and hyphens")
      .openapi({ example: "ada" }),
    password: z
      .string()
      .refine((text) => text.isWellFormed(), "is not well-formed Unicode")
      .min(8)
      .max(128)
      .openapi({ example: "correct horse battery" }),
  })
  .openapi("Registration");

const register = route({
  method: "post",
  path: "/users",
  access: "public",
  tags: ["Users"],
  summary: "Register",
  request: { body: { required: true, content: { "application/json": { schema: Registration } } } },
  responses: {
    201: { description: "The new user.", content: { "application/json": { schema: z.object({ user: User }) } } },
    ...problems(
      "invalid_request",
      "malformed_json",
      "email_taken",
      "username_taken",
      "payload_too_large",
      "unsupported_media_type",
    ),
  },
});

const me = route({
  method: "get",
  path: "/users/me",
  access: "user",
  tags: ["Users"],
  summary: "Who am I",
  responses: {
    200: { description: "The signed-in user.", content: { "application/json": { schema: z.object({ user: User }) } } },
    ...problems("unauthenticated"),
  },
});

export function usersRoutes(context: Context): OpenAPIHono<AppEnv> {
  return createRoutes()
    .openapi(register, async (c) => c.json({ user: await registerUser(context, c.req.valid("json")) }, 201))
    .openapi(me, async (c) => {
      const principal = c.var.principal;
      return c.json({ user: toUser({ ...principal, id: principal.user_id }) }, 200);
    });
}
