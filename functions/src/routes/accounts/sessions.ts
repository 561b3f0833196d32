import { type OpenAPIHono, z } from "@hono/zod-openapi";
import type { Context } from "../../context.ts";
import type * as wire from "../../contract/account.ts";
import { REFRESH_GRACE_SECONDS } from "../../contract/limits.ts";
import { refreshSession, signOut, signOutOthers } from "../../services/accounts/sessions/sessions.ts";
import { signIn } from "../../services/accounts/sessions/sign-in.ts";
import { type AppEnv, route } from "../http/access.ts";
import { BODY_PROBLEMS, problems } from "../http/problem-responses.ts";
import { jsonBody } from "../http/requests.ts";
import { jsonResponse, noContent } from "../http/responses.ts";
import { createRouter } from "../http/router.ts";
import { ClientDeviceId } from "../schemas/ids.ts";
import type { Shape } from "../schemas/shape.ts";
import { ClaimedEmail, ClaimedPassword, DeviceInfo, DeviceTokens, User } from "../schemas/user.ts";

const SignInRequest = z
  .strictObject({
    email: ClaimedEmail,
    password: ClaimedPassword,
    device: z
      .strictObject({ id: ClientDeviceId, info: DeviceInfo.default({}), tokens: DeviceTokens.default([]) })
      .openapi({
        description:
          "The device's id, which the client makes once and keeps, and what helps a person to recognize the device. With the `device_token` of an earlier sign-in, the account can sign in here though others have used up its attempts.",
      }),
  } satisfies Shape<wire.SignInRequest>)
  .openapi("SignInRequest");

const SignedIn = z
  .object({
    access_token: z.string(),
    token_type: z.literal("Bearer"),
    expires_in: z.number().int().openapi({ description: "Seconds." }),
    refresh_token: z.string(),
    refresh_expires_in: z.number().int().openapi({ description: "Seconds." }),
    firebase_token: z.string().nullable().openapi({
      description:
        "For Firebase's `signInWithCustomToken`. Null if none can be signed now: all but presence works without it.",
    }),
    device_token: z.string().openapi({
      description:
        "Keep it with the device's id, also after signing out, and send it with later sign-ins. It gives no access.",
    }),
    user: User,
    session: z.object({ id: z.uuid(), device_id: z.string() }),
  } satisfies Shape<wire.SignedIn>)
  .openapi("SignedIn");

const create = route({
  method: "post",
  path: "/sessions",
  operationId: "signIn",
  access: "public",
  limit: "sign_in",
  tags: ["Sessions"],
  summary: "Sign in",
  request: {
    body: jsonBody(SignInRequest, {
      email: "ada@example.com",
      password: "correct horse battery",
      device: { id: "ada-phone", info: { name: "Ada's phone", os: "Android 16" } },
    }),
  },
  responses: {
    201: jsonResponse("The session and its tokens.", SignedIn),
    ...problems(...BODY_PROBLEMS, "invalid_credentials"),
  },
});

const refresh = route({
  method: "post",
  path: "/sessions/refresh",
  operationId: "refreshSession",
  access: "public",
  limit: "refresh",
  tags: ["Sessions"],
  summary: "Exchange a refresh token for new tokens",
  description: `For ${REFRESH_GRACE_SECONDS} s the same token gets the same successor, so two tabs, or a retry after a lost response, do no harm. An older token ends the session.`,
  request: {
    body: jsonBody(z.strictObject({ refresh_token: z.string().max(2_048) }), {
      refresh_token: "the refresh_token of the last response",
    }),
  },
  responses: {
    200: jsonResponse("The session and its new tokens.", SignedIn),
    ...problems(...BODY_PROBLEMS, "invalid_refresh_token"),
  },
});

const end = route({
  method: "delete",
  path: "/sessions/current",
  operationId: "signOut",
  access: "user",
  limit: "end_session",
  tags: ["Sessions"],
  summary: "Sign out",
  responses: { 204: noContent("The session has ended."), ...problems("unauthenticated") },
});

const endOthers = route({
  method: "delete",
  path: "/sessions",
  operationId: "signOutEverywhereElse",
  access: "user",
  limit: "end_session",
  tags: ["Sessions"],
  summary: "Sign out everywhere else",
  responses: { 204: noContent("Every other session of yours has ended."), ...problems("unauthenticated") },
});

export function sessionsRoutes(context: Context): OpenAPIHono<AppEnv> {
  return createRouter()
    .openapi(create, async (c) => c.json(await signIn(context, c.req.valid("json"), c.var.address), 201))
    .openapi(refresh, async (c) =>
      c.json(await refreshSession(context, c.req.valid("json").refresh_token, c.var.address), 200),
    )
    .openapi(end, async (c) => {
      await signOut(context, c.var.principal);
      return c.body(null, 204);
    })
    .openapi(endOthers, async (c) => {
      await signOutOthers(context, c.var.principal);
      return c.body(null, 204);
    });
}
