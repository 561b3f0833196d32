import { type OpenAPIHono, z } from "@hono/zod-openapi";
import type { Context } from "../../context.ts";
import type * as wire from "../../contract/operation.ts";
import { readReadiness } from "../../services/operation/health.ts";
import { type AppEnv, route } from "../http/access.ts";
import { jsonResponse } from "../http/responses.ts";
import { createRouter } from "../http/router.ts";
import type { Shape } from "../schemas/shape.ts";

const Health = z.object({ status: z.literal("ok") } satisfies Shape<wire.Health>).openapi("Health");
const OK: wire.Health = { status: "ok" };

const state = z.enum(["ok", "away"]);
const Readiness = z
  .object({
    status: z.enum(["ok", "degraded", "away"]).openapi({
      description:
        "`degraded`: requests are served, without what the dependency that is away does. `away`: they get a 503.",
    }),
    dependencies: z.object({
      mysql: state,
      realtime_database: state.openapi({
        description: "While it is away, live updates and presence stop; comments are kept and arrive later.",
      }),
      redis: state.optional().openapi({
        description: "While it is away, each instance counts the limits by itself. Missing where no Redis is used.",
      }),
    } satisfies Shape<wire.Readiness["dependencies"]>),
  } satisfies Shape<wire.Readiness>)
  .openapi("Readiness");

const RETRY_SECONDS = 2;

const health = route({
  method: "get",
  path: "/health",
  operationId: "getHealth",
  access: "public",
  limit: "none",
  tags: ["Operation"],
  summary: "Check that the process responds",
  responses: { 200: jsonResponse("It responds.", Health) },
});

const ready = route({
  method: "get",
  path: "/ready",
  operationId: "getReadiness",
  access: "public",
  limit: "none",
  tags: ["Operation"],
  summary: "Check that the process can serve requests, and what it reaches",
  description: "Answers within a second, whatever hangs.",
  responses: {
    200: jsonResponse("It can.", Readiness),
    503: jsonResponse("MySQL is away. `Retry-After` says when to ask again.", Readiness),
  },
});

export function healthRoutes(context: Context): OpenAPIHono<AppEnv> {
  return createRouter()
    .openapi(health, (c) => c.json(OK, 200))
    .openapi(ready, async (c) => {
      const readiness = await readReadiness(context);
      if (readiness.status !== "away") return c.json(readiness, 200);
      c.header("retry-after", String(RETRY_SECONDS));
      return c.json(readiness, 503);
    });
}
