import { type OpenAPIHono, z } from "@hono/zod-openapi";
import type * as wire from "../../contract/problems.ts";
import { isProblemCode, PROBLEMS } from "../../contract/problems.ts";
import { ProblemError } from "../../errors.ts";
import { type AppEnv, route } from "../http/access.ts";
import { problems } from "../http/problem-responses.ts";
import { jsonResponse } from "../http/responses.ts";
import { createRouter } from "../http/router.ts";
import type { Shape } from "../schemas/shape.ts";

const ProblemKind = z
  .object({ code: z.string(), status: z.number().int(), title: z.string() } satisfies Shape<wire.ProblemKind>)
  .openapi("ProblemKind");

const get = route({
  method: "get",
  path: "/problems/{code}",
  operationId: "getProblemKind",
  access: "public",
  tags: ["Operation"],
  summary: "Get the description of a problem's `type`",
  request: { params: z.object({ code: z.string().openapi({ example: "not_found" }) }) },
  responses: {
    200: jsonResponse("The kind of problem.", ProblemKind),
    ...problems("invalid_request", "not_found"),
  },
});

export function problemsRoutes(): OpenAPIHono<AppEnv> {
  return createRouter().openapi(get, (c) => {
    const { code } = c.req.valid("param");
    if (!isProblemCode(code)) throw new ProblemError("not_found");
    return c.json({ code, ...PROBLEMS[code] }, 200);
  });
}
