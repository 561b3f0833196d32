import { type OpenAPIHono, z } from "@hono/zod-openapi";
import type { Context } from "../../context.ts";
import type * as wire from "../../contract/account.ts";
import { MAX_SESSIONS } from "../../contract/limits.ts";
import { signOutUser } from "../../services/accounts/recovery.ts";
import { listUserSessions } from "../../services/accounts/user-sessions.ts";
import { type AppEnv, route } from "../http/access.ts";
import { problems } from "../http/problem-responses.ts";
import { jsonResponse } from "../http/responses.ts";
import { createRouter } from "../http/router.ts";
import { UserId } from "../schemas/ids.ts";
import type { Shape } from "../schemas/shape.ts";

const params = z.object({ user_id: UserId });

const UserSession = z
  .object({
    id: z.uuid(),
    device: z.string().openapi({ description: "A name by which a person may recognize it." }),
    last_seen_at: z.iso.datetime().openapi({ description: "May be five minutes old." }),
    created_at: z.iso.datetime(),
    expires_at: z.iso.datetime(),
  } satisfies Shape<wire.UserSession>)
  .openapi("UserSession");

const UserSessionList = z
  .object({ sessions: z.array(UserSession) } satisfies Shape<wire.UserSessionList>)
  .openapi("UserSessionList");

const EndedSessions = z
  .object({ ended: z.number().int() } satisfies Shape<wire.EndedSessions>)
  .openapi("EndedSessions");

const list = route({
  method: "get",
  path: "/users/{user_id}/sessions",
  operationId: "listUserSessions",
  access: "admin",
  tags: ["Administration"],
  summary: "List the sessions of a user",
  request: { params },
  responses: {
    200: jsonResponse(`At most ${MAX_SESSIONS}, the last begun first.`, UserSessionList),
    ...problems("invalid_request", "unauthenticated", "forbidden", "not_found"),
  },
});

const end = route({
  method: "delete",
  path: "/users/{user_id}/sessions",
  operationId: "revokeUserSessions",
  access: "admin",
  tags: ["Administration"],
  summary: "End every session of a user",
  description: "Safe to repeat. The user can sign in again.",
  request: { params },
  responses: {
    200: jsonResponse("How many ended.", EndedSessions),
    ...problems("invalid_request", "unauthenticated", "forbidden", "not_found"),
  },
});

export function userSessionsRoutes(context: Context): OpenAPIHono<AppEnv> {
  return createRouter()
    .openapi(list, async (c) => {
      return c.json({ sessions: await listUserSessions(context, c.req.valid("param").user_id) }, 200);
    })
    .openapi(end, async (c) => {
      return c.json({ ended: await signOutUser(context, c.var.principal, c.req.valid("param").user_id) }, 200);
    });
}
