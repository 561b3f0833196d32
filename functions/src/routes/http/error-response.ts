import type { Context as HonoContext } from "hono";
import { HTTPException } from "hono/http-exception";
import type { Context } from "../../context.ts";
import { type ProblemCode, PROBLEMS, problemOf } from "../../contract/problems.ts";
import { ProblemError } from "../../errors.ts";

/** The response to any error, as RFC 9457 problem+json. Unexpected errors are logged as errors; `unavailable` is a warning. */
export function errorResponse(context: Context, c: HonoContext, error: unknown): Response {
  const problem = toProblem(error);
  const { status } = PROBLEMS[problem.code];
  if (status >= 500) {
    const fields = { method: c.req.method, path: c.req.path, status };
    if (problem.code === "unavailable") context.log.warn(problem.message, fields, problem.cause);
    else context.log.error("request failed", fields, error);
  }
  c.header("content-type", "application/problem+json");
  for (const [name, value] of Object.entries(problem.headers)) c.header(name, value, { append: true });
  if (problem.retryAfter !== undefined) c.header("retry-after", String(problem.retryAfter));
  if (status === 401) c.header("www-authenticate", "Bearer");
  return c.body(JSON.stringify(problemOf(problem.code, problem)), status);
}

/** The problem of a request that failed because MySQL could not be reached. */
export function databaseAway(error: unknown): ProblemError {
  const detail =
    "The database cannot be reached. The request may or may not have been carried out; it is safe to repeat.";
  return new ProblemError("unavailable", { detail, retryAfter: 2, cause: error });
}

/** The problem of a request that another transaction kept from writing. */
export function databaseContended(error: unknown): ProblemError {
  const detail = "Another request was in the way. It is safe to repeat.";
  return new ProblemError("unavailable", { detail, retryAfter: 2, cause: error });
}

function toProblem(error: unknown): ProblemError {
  if (error instanceof ProblemError) return error;
  const code = error instanceof HTTPException ? HONO_STATUSES[error.status] : undefined;
  return new ProblemError(code ?? "internal", { cause: error });
}

/** What Hono itself throws. */
const HONO_STATUSES: Record<number, ProblemCode> = {
  400: "malformed_json",
  413: "payload_too_large",
  415: "unsupported_media_type",
};
