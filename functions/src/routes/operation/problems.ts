import { type OpenAPIHono, z } from "@hono/zod-openapi";
import { accepts } from "hono/accepts";
import { html } from "hono/html";
import type * as wire from "../../contract/problems.ts";
import { isProblemCode, PROBLEMS } from "../../contract/problems.ts";
import { ProblemError } from "../../errors.ts";
import { type AppEnv, route } from "../http/access.ts";
import { PROBLEM_HELP } from "../http/problem-help.ts";
import { problems } from "../http/problem-responses.ts";
import { createRouter } from "../http/router.ts";
import type { Shape } from "../schemas/shape.ts";
import { STATIC_PAGE_HEADERS, text } from "./static-page.ts";

const ProblemKind = z
  .object({
    code: z.string(),
    status: z.number().int(),
    title: z.string(),
    cause: z.string(),
    cure: z.string(),
  } satisfies Shape<wire.ProblemKind>)
  .openapi("ProblemKind");

const get = route({
  method: "get",
  path: "/problems/{code}",
  operationId: "getProblemKind",
  access: "public",
  tags: ["Operation"],
  summary: "Get the description of a problem's `type`",
  description: "As JSON, or as a page for a browser.",
  request: { params: z.object({ code: z.string().openapi({ example: "not_found" }) }) },
  responses: {
    200: {
      description: "The kind of problem, its cause and its cure.",
      content: { "application/json": { schema: ProblemKind }, "text/html": { schema: z.string() } },
    },
    ...problems("invalid_request", "not_found"),
  },
});

export function problemsRoutes(): OpenAPIHono<AppEnv> {
  return createRouter().openapi(get, (c) => {
    const { code } = c.req.valid("param");
    if (!isProblemCode(code)) throw new ProblemError("not_found");
    const kind = { code, ...PROBLEMS[code], ...PROBLEM_HELP[code] };
    c.header("vary", "accept");
    const supports = ["application/json", "text/html"];
    const type = accepts(c, { header: "Accept", supports, default: "application/json" });
    if (type !== "text/html") return c.json(kind, 200);
    for (const [name, value] of Object.entries(STATIC_PAGE_HEADERS)) c.header(name, value);
    return c.html(renderKind(kind), 200);
  });
}

function renderKind({ code, status, title, cause, cure }: wire.ProblemKind) {
  return html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width" />
        <title>${title}</title>
        <link rel="stylesheet" href="/v1/docs/style.css" />
      </head>
      <body>
        <h1>${title}</h1>
        <p>Status ${status}, code <code>${code}</code></p>
        <p>Cause: ${text(cause)}</p>
        <p>Cure: ${text(cure)}</p>
        <p><a href="/v1/docs">All of the API</a></p>
      </body>
    </html>`;
}
