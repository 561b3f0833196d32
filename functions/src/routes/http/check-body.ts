import { createMiddleware } from "hono/factory";
import { MAX_BODY_BYTES } from "../../contract/limits.ts";
import { ProblemError } from "../../errors.ts";
import type { AppEnv } from "./access.ts";

/**
 * Refuses bodies that are compressed or too large, where the app runs without the functions' own limit (runtime/request-guard.ts).
 *
 * Hono's own `bodyLimit` fails for a body without a length, as a DELETE through Firebase Hosting has: it makes a new Request from
 * the Node adapter's, and that throws.
 */
export const checkBody = createMiddleware<AppEnv>(async (c, next) => {
  if (c.req.header("content-encoding") !== undefined) throw new ProblemError("unsupported_media_type");
  const declaredBytes = Number(c.req.header("content-length") ?? 0);
  if (declaredBytes > MAX_BODY_BYTES) throw new ProblemError("payload_too_large");
  // The header may lie. Read as text, the form that the JSON parser reuses; any other form would copy it through a Response.
  if (Buffer.byteLength(await c.req.text()) > MAX_BODY_BYTES) throw new ProblemError("payload_too_large");
  await next();
});
