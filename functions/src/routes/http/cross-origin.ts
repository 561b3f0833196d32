import type { MiddlewareHandler } from "hono";
import { cors } from "hono/cors";
import { APP_CHECK_HEADER } from "../../contract/app-check.ts";
import { HEADERS } from "../../contract/headers.ts";

/** Chromium asks again after two hours in any case. */
const PREFLIGHT_SECONDS = 7_200;

/**
 * Lets scripts of these origins, and of no other, call the API from a browser. Cookies are not allowed: nothing here uses them.
 * @see https://fetch.spec.whatwg.org/#http-cors-protocol
 */
export function allowOrigins(origins: string[]): MiddlewareHandler {
  return cors({
    origin: (origin) => (origins.includes(origin) ? origin : null),
    allowMethods: ["GET", "POST", "PUT", "PATCH", "DELETE"],
    allowHeaders: [
      "authorization",
      "content-type",
      HEADERS.idempotencyKey,
      HEADERS.ifMatch,
      HEADERS.ifNoneMatch,
      HEADERS.minVideoSeq,
      APP_CHECK_HEADER,
    ],
    exposeHeaders: ["etag", "location", "ratelimit", "ratelimit-policy", "retry-after", HEADERS.videoSeq],
    maxAge: PREFLIGHT_SECONDS,
  });
}
