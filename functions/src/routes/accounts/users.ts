import { type OpenAPIHono, z } from "@hono/zod-openapi";
import type { Context } from "../../context.ts";
import type * as wire from "../../contract/account.ts";
import { MAX_EMAIL_LENGTH } from "../../contract/limits.ts";
import { MAX_LISTED_VIEWERS } from "../../contract/presence.ts";
import { changeUser, listUsers } from "../../services/accounts/user-admin.ts";
import { listUsernames, registerUser } from "../../services/accounts/users.ts";
import { type AppEnv, route } from "../http/access.ts";
import { BODY_PROBLEMS, problems } from "../http/problem-responses.ts";
import { jsonBody, PageQuery } from "../http/requests.ts";
import { jsonResponse, page } from "../http/responses.ts";
import { createRouter } from "../http/router.ts";
import { EXAMPLE_USER_ID, UserId } from "../schemas/ids.ts";
import type { Shape } from "../schemas/shape.ts";
import { Email, NewPassword, Role, User, Username, UserResponse } from "../schemas/user.ts";

const Registration = z
  .strictObject({ email: Email, username: Username, password: NewPassword } satisfies Shape<wire.Registration>)
  .openapi("Registration");

const AdminUser = z
  .object({
    ...User.shape,
    is_active: z.boolean(),
    last_login_at: z.iso.datetime().nullable(),
  } satisfies Shape<wire.AdminUser>)
  .openapi("AdminUser");

const AdminUserResponse = z
  .object({ user: AdminUser } satisfies Shape<wire.AdminUserResponse>)
  .openapi("AdminUserResponse");

const register = route({
  method: "post",
  path: "/users",
  operationId: "register",
  access: "public",
  limit: "register",
  tags: ["Users"],
  summary: "Register",
  request: {
    body: jsonBody(Registration, { email: "ada@example.com", username: "ada", password: "correct horse battery" }),
  },
  responses: {
    201: jsonResponse("The new user.", UserResponse),
    ...problems(...BODY_PROBLEMS, "weak_password", "email_taken", "username_taken", "content_refused"),
  },
});

const UserIds = z
  .string()
  .transform((text) => text.split(","))
  .pipe(z.array(UserId).max(MAX_LISTED_VIEWERS))
  .openapi({
    type: "string",
    description: `Up to ${MAX_LISTED_VIEWERS}, with commas between.`,
    example: EXAMPLE_USER_ID,
  });

const names = route({
  method: "get",
  path: "/users/names",
  operationId: "listUsernames",
  access: "user",
  tags: ["Users"],
  summary: "List the names of users, such as those who watch a video",
  request: { query: z.strictObject({ ids: UserIds }) },
  responses: {
    200: jsonResponse(
      "The names.",
      z
        .object({
          usernames: z.record(z.string(), z.string()).openapi({
            description: "By id. An id that no user has is missing.",
            example: { [EXAMPLE_USER_ID]: "ada" },
          }),
        } satisfies Shape<wire.Usernames>)
        .openapi("Usernames"),
    ),
    ...problems("invalid_request", "unauthenticated"),
  },
});

const list = route({
  method: "get",
  path: "/users",
  operationId: "listUsers",
  access: "admin",
  tags: ["Administration"],
  summary: "List users in the order of their registration",
  request: {
    query: PageQuery.extend({
      search: z
        .string()
        .min(1)
        .max(MAX_EMAIL_LENGTH)
        .optional()
        .openapi({ description: "The beginning of an e-mail address or a username." }),
      role: Role.optional(),
      is_active: z
        .stringbool({ truthy: ["true"], falsy: ["false"] })
        .optional()
        .openapi({ type: "boolean" }),
    }),
  },
  responses: {
    200: jsonResponse("A page of users.", page({ users: z.array(AdminUser) }).openapi("UserPage")),
    ...problems("invalid_request", "unauthenticated", "forbidden"),
  },
});

const UserChange = z
  .strictObject({ role: Role.optional(), is_active: z.boolean().optional() })
  .refine(({ role, is_active }) => role !== undefined || is_active !== undefined, "changes nothing");

const change = route({
  method: "patch",
  path: "/users/{user_id}",
  operationId: "changeUser",
  access: "admin",
  tags: ["Administration"],
  summary: "Change a user's role, or deactivate or activate a user",
  description:
    "Takes effect with the user's next request. The sessions of a deactivated user end, and do not come back when the user is activated again.",
  request: {
    params: z.object({ user_id: UserId }),
    body: jsonBody(UserChange, { role: "moderator" }),
  },
  responses: {
    200: jsonResponse("The user after the change.", AdminUserResponse),
    ...problems(...BODY_PROBLEMS, "unauthenticated", "forbidden", "not_found", "last_admin"),
  },
});

export function usersRoutes(context: Context): OpenAPIHono<AppEnv> {
  return createRouter()
    .openapi(register, async (c) =>
      c.json({ user: await registerUser(context, c.req.valid("json"), c.var.address) }, 201),
    )
    .openapi(names, async (c) => c.json({ usernames: await listUsernames(context, c.req.valid("query").ids) }, 200))
    .openapi(list, async (c) => c.json(await listUsers(context, c.req.valid("query")), 200))
    .openapi(change, async (c) => {
      const { user_id: id } = c.req.valid("param");
      return c.json({ user: await changeUser(context, c.var.principal, id, c.req.valid("json")) }, 200);
    });
}
