import type { OpenAPIHono } from "@hono/zod-openapi";
import { z } from "@hono/zod-openapi";
import type { Context } from "../../context.ts";
import { checkReady } from "../../services/operation/health.ts";
import type { AppEnv } from "../http/access.ts";
import { route } from "../http/access.ts";
import { createRoutes, problems } from "../http/http.ts";

const status = z.object({ status: z.literal("ok") });

const health = route({
  method: "get",
  path: "/health",
  access: "public",
  limit: "none",
  tags: ["Operation"],
  summary: "The process answers",
  responses: { 200: { description: "It does.", content: { "application/json": { schema: status } } } },
});

const ready = route({
  method: "get",
  path: "/ready",
  access: "public",
  limit: "none",
  tags: ["Operation"],
  summary: "The process can serve: MySQL answers",
  responses: {
    200: { description: "It can.", content: { "application/json": { schema: status } } },
    ...problems(),
  },
});

export function healthRoutes(context: Context): OpenAPIHono<AppEnv> {
  return createRoutes()
    .openapi(health, (c) => c.json({ status: "ok" as const }, 200))
    .openapi(ready, async (c) => {
      await checkReady(context);
      return c.json({ status: "ok" as const }, 200);
    });
}
