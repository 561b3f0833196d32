import type { OpenAPIHono } from "@hono/zod-openapi";
import { z } from "@hono/zod-openapi";
import type { Context } from "../../context.ts";
import { mintFirebaseToken } from "../../services/accounts/tokens.ts";
import type { AppEnv } from "../http/access.ts";
import { route } from "../http/access.ts";
import { createRoutes, problems } from "../http/http.ts";

const Settings = z
  .object({
    project_id: z.string(),
    database_url: z.string().openapi({ description: "Where to listen, for the Firebase SDK's `databaseURL`." }),
    auth_emulator_url: z.string().nullable().openapi({ description: "Only on a developer's machine." }),
  })
  .openapi("RealtimeSettings");

const settings = route({
  method: "get",
  path: "/realtime",
  access: "public",
  tags: ["Realtime"],
  summary: "Where a browser listens",
  responses: {
    200: { description: "The settings.", content: { "application/json": { schema: Settings } } },
    ...problems(),
  },
});

const token = route({
  method: "post",
  path: "/realtime/token",
  access: "user",
  tags: ["Realtime"],
  summary: "A Firebase custom token for the session",
  responses: {
    200: {
      description: "The token.",
      content: { "application/json": { schema: z.object({ firebase_token: z.string(), database_url: z.string() }) } },
    },
    ...problems("unauthenticated", "payload_too_large", "unsupported_media_type"),
  },
});

export function realtimeRoutes(context: Context): OpenAPIHono<AppEnv> {
  const { config } = context;
  const databaseUrl = config.realtime.url;
  return createRoutes()
    .openapi(settings, (c) =>
      c.json(
        {
          project_id: config.projectId,
          database_url: databaseUrl,
          auth_emulator_url: config.authEmulatorHost ? `http://${config.authEmulatorHost}` : null,
        },
        200,
      ),
    )
    .openapi(token, async (c) => {
      const firebaseToken = await mintFirebaseToken(context, c.var.principal);
      return c.json({ firebase_token: firebaseToken, database_url: databaseUrl }, 200);
    });
}
