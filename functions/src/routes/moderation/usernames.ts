import { type OpenAPIHono, z } from "@hono/zod-openapi";
import type { Context } from "../../context.ts";
import { DAYS_BETWEEN_RENAMES, FORMER_NAME_DAYS } from "../../contract/limits.ts";
import { forceUsername } from "../../services/accounts/usernames.ts";
import { type AppEnv, route } from "../http/access.ts";
import { BODY_PROBLEMS, problems } from "../http/problem-responses.ts";
import { jsonBody } from "../http/requests.ts";
import { noContent } from "../http/responses.ts";
import { createRouter } from "../http/router.ts";
import { UserId } from "../schemas/ids.ts";
import { Username } from "../schemas/user.ts";

const force = route({
  method: "put",
  path: "/moderation/users/{user_id}/username",
  operationId: "changeUsernameOfUser",
  access: "moderator",
  tags: ["Moderation"],
  summary: "Give a user of a lower role another username",
  description: `The user cannot change it for ${DAYS_BETWEEN_RENAMES} days. Nobody gets the earlier name for ${FORMER_NAME_DAYS} days. Safe to repeat.`,
  request: {
    params: z.object({ user_id: UserId }),
    body: jsonBody(z.strictObject({ username: Username }), { username: "ada" }),
  },
  responses: {
    204: noContent("The user has the name."),
    ...problems(...BODY_PROBLEMS, "unauthenticated", "forbidden", "not_found", "username_taken", "content_refused"),
  },
});

export function usernamesRoutes(context: Context): OpenAPIHono<AppEnv> {
  return createRouter().openapi(force, async (c) => {
    await forceUsername(context, c.var.principal, c.req.valid("param").user_id, c.req.valid("json").username);
    return c.body(null, 204);
  });
}
