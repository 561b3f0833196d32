import type { OpenAPIHono } from "@hono/zod-openapi";
import { z } from "@hono/zod-openapi";
import type { Context } from "../../context.ts";
import { refreshSession, signOut, signOutOthers } from "../../services/accounts/sessions.ts";
import { signIn } from "../../services/accounts/sign-in.ts";
import type { AppEnv } from "../http/access.ts";
import { route } from "../http/access.ts";
import { createRoutes, problems } from "../http/http.ts";
import { ClaimedEmail, DeviceInfo, Password, User } from "../http/schemas.ts";

const SignIn = z
  .strictObject({
    email: ClaimedEmail,
    password: Password,
    device: z
      .strictObject({
        id: z.string().regex(/^[\w-]{1,128}$/, "must be 1 to 128 of A-Z, a-z, 0-9, _ and -"),
        info: DeviceInfo.default({}),
      })
      .openapi({
        description: "The client's own id of the device, kept by it, and what may help a person know it again.",
      }),
  })
  .openapi("SignIn");

const SignedIn = z
  .object({
    access_token: z.string(),
    token_type: z.literal("Bearer"),
    expires_in: z.number().int().openapi({ description: "Seconds." }),
    refresh_token: z.string(),
    refresh_expires_in: z.number().int().openapi({ description: "Seconds." }),
    firebase_token: z.string().openapi({ description: "For `signInWithCustomToken`." }),
    user: User,
    session: z.object({ id: z.uuid(), device_id: z.string() }),
  })
  .openapi("SignedIn");

const create = route({
  method: "post",
  path: "/sessions",
  access: "public",
  limit: "sign_in",
  tags: ["Sessions"],
  summary: "Sign in",
  request: { body: { required: true, content: { "application/json": { schema: SignIn } } } },
  responses: {
    201: { description: "The session and its tokens.", content: { "application/json": { schema: SignedIn } } },
    ...problems(
      "invalid_request",
      "malformed_json",
      "invalid_credentials",
      "payload_too_large",
      "unsupported_media_type",
    ),
  },
});

const refresh = route({
  method: "post",
  path: "/sessions/refresh",
  access: "public",
  limit: "refresh",
  tags: ["Sessions"],
  summary: "Exchange a refresh token for the next",
  description:
    "For 10 s the same token gets the same successor, so two tabs, or a request repeated after a lost answer, do no harm. An older one ends the session.",
  request: {
    body: {
      required: true,
      content: { "application/json": { schema: z.strictObject({ refresh_token: z.string().max(2_048) }) } },
    },
  },
  responses: {
    200: { description: "The session and its new tokens.", content: { "application/json": { schema: SignedIn } } },
    ...problems(
      "invalid_request",
      "malformed_json",
      "invalid_refresh_token",
      "payload_too_large",
      "unsupported_media_type",
    ),
  },
});

const remove = route({
  method: "delete",
  path: "/sessions/current",
  access: "user",
  tags: ["Sessions"],
  summary: "Sign out",
  responses: { 204: { description: "The session has ended." }, ...problems("unauthenticated") },
});

const removeOthers = route({
  method: "delete",
  path: "/sessions",
  access: "user",
  tags: ["Sessions"],
  summary: "Sign out everywhere else",
  responses: { 204: { description: "Every other session of the user has ended." }, ...problems("unauthenticated") },
});

export function sessionsRoutes(context: Context): OpenAPIHono<AppEnv> {
  return createRoutes()
    .openapi(create, async (c) => c.json(await signIn(context, c.req.valid("json"), c.var.address), 201))
    .openapi(refresh, async (c) =>
      c.json(await refreshSession(context, c.req.valid("json").refresh_token, c.var.address), 200),
    )
    .openapi(remove, async (c) => {
      await signOut(context, c.var.principal);
      return c.body(null, 204);
    })
    .openapi(removeOthers, async (c) => {
      await signOutOthers(context, c.var.principal);
      return c.body(null, 204);
    });
}
