import { type OpenAPIHono, z } from "@hono/zod-openapi";
import type { Context } from "../../context.ts";
import type * as wire from "../../contract/operation.ts";
import { readOverview } from "../../services/operation/overview.ts";
import { type AppEnv, route } from "../http/access.ts";
import { problems } from "../http/problem-responses.ts";
import { jsonResponse } from "../http/responses.ts";
import { createRouter } from "../http/router.ts";
import { DependencyStates } from "../schemas/dependency-states.ts";
import type { Shape } from "../schemas/shape.ts";
import { SyncStatus } from "../schemas/sync-status.ts";

const integer = z.number().int();

const summary = {
  count: integer.openapi({ description: "Changes of comments or of users that reached the Realtime Database." }),
  p50_ms: integer.nullable().openapi({ description: "Null where there were none." }),
  p95_ms: integer.nullable(),
};

const LatencyMinute = z
  .object({ at: z.iso.datetime(), ...summary } satisfies Shape<wire.LatencyMinute>)
  .openapi("LatencyMinute");

const CountedLabel = z
  .object({ label: z.string(), count: integer } satisfies Shape<wire.CountedLabel>)
  .openapi("CountedLabel");

const counted = (description: string) => z.array(CountedLabel).openapi({ description });

const Overview = z
  .object({
    at: z.iso.datetime(),
    sync: SyncStatus,
    latency: z.object({ ...summary, minutes: z.array(LatencyMinute) }).openapi({
      description: "From a change to its being in the Realtime Database, by minute. Computed from buckets, so roughly.",
    }),
    audience: z.object({
      videos: integer.openapi({ description: "Videos that somebody watches." }),
      viewers: integer,
      largest: z.array(z.object({ video_id: z.string(), viewers: integer })),
    }),
    drift: counted("Differences between the Realtime Database and MySQL, by subject and kind."),
    limits_hit: counted("Requests that a limit refused, by limit."),
    failures: counted("By operation and kind."),
    alerts: counted("Alerts that were sent, by name."),
    dependencies: DependencyStates,
  } satisfies Shape<wire.Overview>)
  .openapi("Overview");

const overview = route({
  method: "get",
  path: "/admin/overview",
  operationId: "getOverview",
  access: "admin",
  tags: ["Operation"],
  summary: "Get what the person on call looks at first",
  description:
    "Over all instances. The counts are of the last hour and may be 15 s old; the dependencies are as the instance that answers reaches them.",
  responses: {
    200: jsonResponse("The overview.", Overview),
    ...problems("unauthenticated", "forbidden"),
  },
});

export function overviewRoutes(context: Context): OpenAPIHono<AppEnv> {
  return createRouter().openapi(overview, async (c) => c.json(await readOverview(context), 200));
}
