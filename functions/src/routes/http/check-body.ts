import { isUtf8 } from "node:buffer";
import { createMiddleware } from "hono/factory";
import { MAX_BODY_BYTES } from "../../contract/limits.ts";
import { ProblemError } from "../../errors.ts";
import type { AppEnv } from "./access.ts";

/**
 * Refuses bodies that are compressed or too large, where the app runs without the functions' own limit (runtime/request-guard.ts).
 *
 * Hono's own `bodyLimit` fails for a body without a length (`Transfer-Encoding: chunked`): it makes a new Request from the Node adapter's,
 * and that throws.
 */
export const checkBody = createMiddleware<AppEnv>(async (c, next) => {
  if (c.req.header("content-encoding") !== undefined) throw new ProblemError("unsupported_media_type");
  const declaredBytes = Number(c.req.header("content-length") ?? 0);
  if (declaredBytes > MAX_BODY_BYTES) throw new ProblemError("payload_too_large");
  // The header may lie.
  const bytes = await c.req.arrayBuffer();
  if (bytes.byteLength > MAX_BODY_BYTES) throw new ProblemError("payload_too_large");
  // The JSON parser reads it from here.
  Object.assign(c.req.bodyCache, { text: Promise.resolve(textOf(bytes)) });
  await next();
});

/** The body as text. One that is not UTF-8 reads as empty, which is no JSON either: nothing is repaired (RFC 8259, 8.1). */
function textOf(bytes: ArrayBuffer): string {
  return isUtf8(bytes) ? new TextDecoder().decode(bytes) : "";
}
