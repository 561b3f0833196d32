import type { OpenAPIHono } from "@hono/zod-openapi";
import { z } from "@hono/zod-openapi";
import type { Context } from "../../context.ts";
import { AUDIT_ACTIONS, listAudit } from "../../services/operation/audit.ts";
import type { AppEnv } from "../http/access.ts";
import { route } from "../http/access.ts";
import { createRoutes, problems } from "../http/http.ts";
import { cursor, limit } from "../http/schemas.ts";

const Entry = z
  .object({
    id: z.uuid(),
    action: z.string(),
    actor_id: z.uuid().nullable().openapi({ description: "Null: nobody who was signed in, or an operator." }),
    target: z.object({ type: z.string(), id: z.string().nullable() }),
    address: z.string().nullable(),
    details: z.record(z.string(), z.unknown()),
    at: z.iso.datetime(),
  })
  .openapi("AuditEntry");

const list = route({
  method: "get",
  path: "/admin/audit",
  access: "admin",
  tags: ["Administration"],
  summary: "A page of the audit log, newest first",
  description: "Who did what to whom, when and from where; kept for 180 days.",
  request: {
    query: z.strictObject({
      action: z.enum(AUDIT_ACTIONS).optional(),
      actor_id: z.uuid().lowercase().optional(),
      target_id: z.string().max(128).optional(),
      from: z.iso.datetime().optional().openapi({ description: "Of this time or later." }),
      to: z.iso.datetime().optional().openapi({ description: "Before this time." }),
      limit,
      cursor,
    }),
  },
  responses: {
    200: {
      description: "The page.",
      content: {
        "application/json": { schema: z.object({ entries: z.array(Entry), next_cursor: z.string().nullable() }) },
      },
    },
    ...problems("invalid_request", "unauthenticated", "forbidden"),
  },
});

export function auditRoutes(context: Context): OpenAPIHono<AppEnv> {
  return createRoutes().openapi(list, async (c) => {
    const { from, to, ...query } = c.req.valid("query");
    const times = {
      from: from === undefined ? undefined : new Date(from),
      to: to === undefined ? undefined : new Date(to),
    };
    return c.json(await listAudit(context, { ...query, ...times }), 200);
  });
}
