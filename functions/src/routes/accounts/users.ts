import type { OpenAPIHono } from "@hono/zod-openapi";
import { z } from "@hono/zod-openapi";
import type { Context } from "../../context.ts";
import { changeUser, listUsers } from "../../services/accounts/user-admin.ts";
import { registerUser } from "../../services/accounts/users.ts";
import type { AppEnv } from "../http/access.ts";
import { route } from "../http/access.ts";
import { createRoutes, problems } from "../http/http.ts";
import { Id, NewPassword, Role, User, Username, cursor, limit } from "../http/schemas.ts";

const Registration = z
  .strictObject({
    email: z.email().max(254).openapi({ example: "ada@example.com" }),
    username: Username,
    password: NewPassword,
  })
  .openapi("Registration");

const AdminUser = User.extend({ is_active: z.boolean(), last_login_at: z.iso.datetime().nullable() }).openapi(
  "AdminUser",
);

const register = route({
  method: "post",
  path: "/users",
  access: "public",
  limit: "register",
  tags: ["Users"],
  summary: "Register",
  request: { body: { required: true, content: { "application/json": { schema: Registration } } } },
  responses: {
    201: { description: "The new user.", content: { "application/json": { schema: z.object({ user: User }) } } },
    ...problems(
      "invalid_request",
      "malformed_json",
      "weak_password",
      "email_taken",
      "username_taken",
      "payload_too_large",
      "unsupported_media_type",
    ),
  },
});

const list = route({
  method: "get",
  path: "/users",
  access: "admin",
  tags: ["Administration"],
  summary: "A page of users, in the order of their registration",
  request: {
    query: z.strictObject({
      search: z
        .string()
        .min(1)
        .max(254)
        .optional()
        .openapi({ description: "The beginning of an e-mail address or a username." }),
      role: Role.optional(),
      is_active: z
        .stringbool({ truthy: ["true"], falsy: ["false"] })
        .optional()
        .openapi({ type: "boolean" }),
      limit,
      cursor,
    }),
  },
  responses: {
    200: {
      description: "The page.",
      content: {
        "application/json": { schema: z.object({ users: z.array(AdminUser), next_cursor: z.string().nullable() }) },
      },
    },
    ...problems("invalid_request", "unauthenticated", "forbidden"),
  },
});

const change = route({
  method: "patch",
  path: "/users/{user_id}",
  access: "admin",
  tags: ["Administration"],
  summary: "Change a user's role or activity",
  description: "Counts from the user's next request on. A deactivated user's sessions end, and stay ended.",
  request: {
    params: z.object({ user_id: Id("user_id") }),
    body: {
      required: true,
      content: {
        "application/json": {
          schema: z
            .strictObject({ role: Role.optional(), is_active: z.boolean().optional() })
            .refine(({ role, is_active }) => role !== undefined || is_active !== undefined, "changes nothing"),
        },
      },
    },
  },
  responses: {
    200: {
      description: "The user as they are now.",
      content: { "application/json": { schema: z.object({ user: AdminUser }) } },
    },
    ...problems(
      "invalid_request",
      "malformed_json",
      "unauthenticated",
      "forbidden",
      "not_found",
      "last_admin",
      "payload_too_large",
      "unsupported_media_type",
    ),
  },
});

export function usersRoutes(context: Context): OpenAPIHono<AppEnv> {
  return createRoutes()
    .openapi(register, async (c) =>
      c.json({ user: await registerUser(context, c.req.valid("json"), c.var.address) }, 201),
    )
    .openapi(list, async (c) => c.json(await listUsers(context, c.req.valid("query")), 200))
    .openapi(change, async (c) => {
      const { user_id: id } = c.req.valid("param");
      return c.json({ user: await changeUser(context, c.var.principal, id, c.req.valid("json")) }, 200);
    });
}
