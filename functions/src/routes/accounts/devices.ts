import type { OpenAPIHono } from "@hono/zod-openapi";
import { z } from "@hono/zod-openapi";
import type { Context } from "../../context.ts";
import { listDevices, revokeDevice } from "../../services/accounts/devices.ts";
import type { AppEnv } from "../http/access.ts";
import { route } from "../http/access.ts";
import { createRoutes, problems } from "../http/http.ts";
import { Id } from "../http/schemas.ts";

const Device = z
  .object({
    id: z.uuid(),
    device_id: z.string().openapi({ description: "The client's own id of it." }),
    name: z.string(),
    info: z.record(z.string(), z.string()),
    last_seen_at: z.iso.datetime().openapi({ description: "May be five minutes behind." }),
    created_at: z.iso.datetime(),
    is_current: z.boolean().openapi({ description: "Whether this request comes from it." }),
  })
  .openapi("Device");

const list = route({
  method: "get",
  path: "/devices",
  access: "user",
  tags: ["Devices"],
  summary: "The devices on which one signed in, the last seen first",
  responses: {
    200: {
      description: "The devices.",
      content: { "application/json": { schema: z.object({ devices: z.array(Device) }) } },
    },
    ...problems("unauthenticated"),
  },
});

const remove = route({
  method: "delete",
  path: "/devices/{device_id}",
  access: "user",
  tags: ["Devices"],
  summary: "Revoke a device: its sessions end",
  request: { params: z.object({ device_id: Id("device_id") }) },
  responses: {
    204: { description: "Its sessions have ended." },
    ...problems("invalid_request", "unauthenticated", "not_found"),
  },
});

export function devicesRoutes(context: Context): OpenAPIHono<AppEnv> {
  return createRoutes()
    .openapi(list, async (c) => c.json({ devices: await listDevices(context, c.var.principal) }, 200))
    .openapi(remove, async (c) => {
      await revokeDevice(context, c.var.principal, c.req.valid("param").device_id);
      return c.body(null, 204);
    });
}
