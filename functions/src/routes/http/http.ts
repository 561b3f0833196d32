import { PROBLEMS } from "../../contract/problems.ts";
import type { ProblemCode } from "../../contract/problems.ts";
import type { RouteConfig } from "@hono/zod-openapi";
import { OpenAPIHono } from "@hono/zod-openapi";
import type { Context as HonoContext } from "hono";
import { HTTPException } from "hono/http-exception";
import type { Context } from "../../context.ts";
import type { FieldError } from "../../errors.ts";
import { ProblemError } from "../../errors.ts";
import type { AppEnv } from "./access.ts";
import { Problem } from "./schemas.ts";

/** A group of routes; what does not fit a route's schemas becomes `invalid_request`. */
export function createRoutes(): OpenAPIHono<AppEnv> {
  return new OpenAPIHono<AppEnv>({
    defaultHook: (result) => {
      if (result.success) return;
      const errors = result.error.issues.map((issue): FieldError => {
        const path = issue.path.map((part) => String(part).replaceAll("~", "~0").replaceAll("/", "~1")).join("/");
        return { pointer: result.target === "json" ? `/${path}` : path, detail: issue.message };
      });
      throw new ProblemError("invalid_request", { errors });
    },
  });
}

/** The problems that a route can answer, for its OpenAPI entry. */
export function problems(...codes: ProblemCode[]): RouteConfig["responses"] {
  const byStatus = Map.groupBy<number, ProblemCode>(
    [...codes, "rate_limited", "internal", "unavailable"],
    (code) => PROBLEMS[code].status,
  );
  const entries = [...byStatus].map(([status, group]) => [
    status,
    {
      description: group.map((code) => `\`${code}\`: ${PROBLEMS[code].title}.`).join(" "),
      content: {
        "application/problem+json": {
          schema: Problem,
          examples: Object.fromEntries(group.map((code) => [code, { value: exampleOf(code) }])),
        },
      },
    },
  ]);
  return Object.fromEntries(entries);
}

function exampleOf(code: ProblemCode) {
  const { status, title } = PROBLEMS[code];
  return { type: `/v1/problems/${code}`, title, status, code };
}

/** What every route with a JSON body can answer. */
export const BODY_PROBLEMS = [
  "invalid_request",
  "malformed_json",
  "payload_too_large",
  "unsupported_media_type",
] as const satisfies ProblemCode[];

/** The one funnel through which every error leaves. Only what we do not understand is an error of the log. */
export function problemResponse(context: Context, error: unknown, c: HonoContext, isAway: boolean): Response {
  const problem = toProblem(error, isAway);
  const { status, title } = PROBLEMS[problem.code];
  if (status >= 500) {
    const fields = { method: c.req.method, path: c.req.path, status };
    if (problem.code === "unavailable") context.log.warn(problem.message, fields, problem.cause);
    else context.log.error("request failed", fields, error);
  }
  const body = {
    type: `/v1/problems/${problem.code}`,
    title,
    status,
    ...(problem.detail === undefined ? {} : { detail: problem.detail }),
    code: problem.code,
    ...(problem.errors === undefined ? {} : { errors: problem.errors }),
    ...(problem.current === undefined ? {} : { current: problem.current }),
  };
  c.header("content-type", "application/problem+json");
  for (const [name, value] of Object.entries(problem.headers)) c.header(name, value, { append: true });
  if (problem.retryAfter !== undefined) c.header("retry-after", String(problem.retryAfter));
  if (status === 401) c.header("www-authenticate", "Bearer");
  return c.body(JSON.stringify(body), status);
}

/** What a request that no route takes is answered: 405 with `Allow` where another method would have been taken. */
export function notFound(app: OpenAPIHono<AppEnv>, c: HonoContext): ProblemError {
  const allowed = app.routes
    .filter(({ method, path }) => method !== "ALL" && matches(path, c.req.path))
    .map(({ method }) => method);
  if (allowed.length === 0) return new ProblemError("not_found");
  c.header("allow", Array.from(new Set(allowed)).toSorted().join(", "));
  return new ProblemError("method_not_allowed");
}

function matches(route: string, path: string): boolean {
  const [wanted, given] = [route.split("/"), path.split("/")];
  return wanted.length === given.length && wanted.every((part, n) => part.startsWith(":") || part === given[n]);
}

function toProblem(error: unknown, isAway: boolean): ProblemError {
  if (error instanceof ProblemError) return error;
  if (isAway) {
    const detail =
      "The database cannot be reached. Whether the request was carried out is unknown; it is safe to repeat.";
    return new ProblemError("unavailable", { detail, retryAfter: 2, cause: error });
  }
  if (error instanceof HTTPException) {
    const known = HTTP_EXCEPTIONS[error.status];
    if (known) return new ProblemError(known, { cause: error });
  }
  return new ProblemError("internal", { cause: error });
}

// What Hono itself throws.
const HTTP_EXCEPTIONS: Record<number, ProblemCode> = {
  400: "malformed_json",
  413: "payload_too_large",
  415: "unsupported_media_type",
};
