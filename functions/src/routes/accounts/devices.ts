import { type OpenAPIHono, z } from "@hono/zod-openapi";
import type { Context } from "../../context.ts";
import type * as wire from "../../contract/account.ts";
import { listDevices, revokeDevice } from "../../services/accounts/sessions/devices.ts";
import { type AppEnv, route } from "../http/access.ts";
import { problems } from "../http/problem-responses.ts";
import { jsonResponse, noContent } from "../http/responses.ts";
import { createRouter } from "../http/router.ts";
import { DeviceId } from "../schemas/ids.ts";
import type { Shape } from "../schemas/shape.ts";

const Device = z
  .object({
    id: z.uuid(),
    device_id: z.string().openapi({ description: "The client's own id of the device." }),
    name: z.string(),
    info: z.record(z.string(), z.string()),
    last_seen_at: z.iso.datetime().openapi({ description: "May be five minutes old." }),
    created_at: z.iso.datetime(),
    is_current: z.boolean().openapi({ description: "Whether this request came from the device." }),
  } satisfies Shape<wire.Device>)
  .openapi("Device");

const DeviceList = z.object({ devices: z.array(Device) } satisfies Shape<wire.DeviceList>).openapi("DeviceList");

const list = route({
  method: "get",
  path: "/devices",
  operationId: "listDevices",
  access: "user",
  tags: ["Devices"],
  summary: "List the devices that you have signed in on, the last seen first",
  responses: {
    200: jsonResponse("The devices.", DeviceList),
    ...problems("unauthenticated"),
  },
});

const revoke = route({
  method: "delete",
  path: "/devices/{device_id}",
  operationId: "revokeDevice",
  access: "user",
  limit: "end_session",
  tags: ["Devices"],
  summary: "Sign a device out",
  request: { params: z.object({ device_id: DeviceId }) },
  responses: {
    204: noContent("All sessions on the device have ended."),
    ...problems("invalid_request", "unauthenticated", "not_found"),
  },
});

export function devicesRoutes(context: Context): OpenAPIHono<AppEnv> {
  return createRouter()
    .openapi(list, async (c) => c.json({ devices: await listDevices(context, c.var.principal) }, 200))
    .openapi(revoke, async (c) => {
      await revokeDevice(context, c.var.principal, c.req.valid("param").device_id);
      return c.body(null, 204);
    });
}
