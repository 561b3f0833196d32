import { type OpenAPIHono, z } from "@hono/zod-openapi";
import type { Context } from "../../context.ts";
import type * as wire from "../../contract/moderation.ts";
import { eraseCommentsOf } from "../../services/moderation/erasure.ts";
import { type AppEnv, route } from "../http/access.ts";
import { problems } from "../http/problem-responses.ts";
import { jsonResponse } from "../http/responses.ts";
import { createRouter } from "../http/router.ts";
import { UserId } from "../schemas/ids.ts";
import type { Shape } from "../schemas/shape.ts";

const ErasedComments = z
  .object({ erased: z.number().int().openapi({ description: "How many." }) } satisfies Shape<wire.ErasedComments>)
  .openapi("ErasedComments");

const erase = route({
  method: "delete",
  path: "/moderation/users/{user_id}/comments",
  operationId: "eraseComments",
  access: "moderator",
  tags: ["Moderation"],
  summary: "Erase all comments of a user of a lower role, held ones too",
  description:
    "Comments disappear in batches, for listeners too. Safe to repeat: an interrupted run continues where it stopped.",
  request: { params: z.object({ user_id: UserId }) },
  responses: {
    200: jsonResponse("The number of erased comments.", ErasedComments),
    ...problems("invalid_request", "unauthenticated", "forbidden", "not_found"),
  },
});

export function erasureRoutes(context: Context): OpenAPIHono<AppEnv> {
  return createRouter().openapi(erase, async (c) =>
    c.json(await eraseCommentsOf(context, c.var.principal, c.req.valid("param").user_id), 200),
  );
}
