import { type OpenAPIHono, z } from "@hono/zod-openapi";
import type { Context } from "../../context.ts";
import { AUDIT_RETENTION_DAYS } from "../../contract/limits.ts";
import type * as wire from "../../contract/operation.ts";
import { AUDIT_ACTIONS } from "../../contract/operation.ts";
import { listAudit } from "../../services/operation/audit.ts";
import { type AppEnv, route } from "../http/access.ts";
import { problems } from "../http/problem-responses.ts";
import { PageQuery } from "../http/requests.ts";
import { jsonResponse, page } from "../http/responses.ts";
import { createRouter } from "../http/router.ts";
import { UserId } from "../schemas/ids.ts";
import type { Shape } from "../schemas/shape.ts";

const AuditEntry = z
  .object({
    id: z.uuid(),
    action: z.string(),
    actor_id: z.uuid().nullable().openapi({
      description: "Null when nobody was signed in, or an operator acted on the command line.",
    }),
    target: z.object({ type: z.string(), id: z.string().nullable() }),
    address: z.string().nullable(),
    details: z.record(z.string(), z.unknown()),
    at: z.iso.datetime(),
  } satisfies Shape<wire.AuditEntry>)
  .openapi("AuditEntry");

const list = route({
  method: "get",
  path: "/admin/audit",
  operationId: "listAuditEntries",
  access: "admin",
  tags: ["Administration"],
  summary: "List the audit log, newest entry first",
  description: `Who acted, on what, when and from which address. Entries are kept for ${AUDIT_RETENTION_DAYS} days.`,
  request: {
    query: PageQuery.extend({
      action: z.enum(AUDIT_ACTIONS).optional(),
      actor_id: UserId.optional(),
      target_id: z.string().max(128).optional(),
      from: z.iso.datetime().optional().openapi({ description: "At this time or later." }),
      to: z.iso.datetime().optional().openapi({ description: "Before this time." }),
    }),
  },
  responses: {
    200: jsonResponse("A page of entries.", page({ entries: z.array(AuditEntry) }).openapi("AuditPage")),
    ...problems("invalid_request", "unauthenticated", "forbidden"),
  },
});

export function auditRoutes(context: Context): OpenAPIHono<AppEnv> {
  return createRouter().openapi(list, async (c) => {
    const { from, to, ...query } = c.req.valid("query");
    const times = {
      from: from === undefined ? undefined : new Date(from),
      to: to === undefined ? undefined : new Date(to),
    };
    return c.json(await listAudit(context, { ...query, ...times }), 200);
  });
}
