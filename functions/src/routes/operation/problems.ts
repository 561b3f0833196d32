import { PROBLEMS, isProblemCode } from "../../contract/problems.ts";
import type { OpenAPIHono } from "@hono/zod-openapi";
import { z } from "@hono/zod-openapi";
import { ProblemError } from "../../errors.ts";
import type { AppEnv } from "../http/access.ts";
import { route } from "../http/access.ts";
import { createRoutes, problems } from "../http/http.ts";

const get = route({
  method: "get",
  path: "/problems/{code}",
  access: "public",
  tags: ["Operation"],
  summary: "What a problem's `type` leads to",
  request: { params: z.object({ code: z.string().openapi({ example: "not_found" }) }) },
  responses: {
    200: {
      description: "The kind of problem.",
      content: {
        "application/json": {
          schema: z.object({ code: z.string(), status: z.number().int(), title: z.string() }).openapi("ProblemKind"),
        },
      },
    },
    ...problems("invalid_request", "not_found"),
  },
});

export function problemsRoutes(): OpenAPIHono<AppEnv> {
  return createRoutes().openapi(get, (c) => {
    const { code } = c.req.valid("param");
    if (!isProblemCode(code)) throw new ProblemError("not_found");
    return c.json({ code, ...PROBLEMS[code] }, 200);
  });
}
