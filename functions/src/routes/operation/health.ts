import { type OpenAPIHono, z } from "@hono/zod-openapi";
import type { Context } from "../../context.ts";
import type * as wire from "../../contract/operation.ts";
import { readReadiness } from "../../services/operation/health.ts";
import { type AppEnv, route } from "../http/access.ts";
import { problems } from "../http/problem-responses.ts";
import { jsonResponse } from "../http/responses.ts";
import { createRouter } from "../http/router.ts";
import { DependencyStates } from "../schemas/dependency-states.ts";
import type { Shape } from "../schemas/shape.ts";

const Health = z.object({ status: z.literal("ok") } satisfies Shape<wire.Health>).openapi("Health");
const OK: wire.Health = { status: "ok" };

const Readiness = z
  .object({
    status: z.enum(["ok", "degraded"]).openapi({
      description: "`degraded`: requests are served, without what the dependency that is away does.",
    }),
    dependencies: DependencyStates,
  } satisfies Shape<wire.Readiness>)
  .openapi("Readiness");

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
    ...problems(),
  },
});

export function healthRoutes(context: Context): OpenAPIHono<AppEnv> {
  return createRouter()
    .openapi(health, (c) => c.json(OK, 200))
    .openapi(ready, async (c) => c.json(await readReadiness(context), 200));
}
