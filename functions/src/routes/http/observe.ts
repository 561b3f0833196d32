import { AsyncResource } from "node:async_hooks";
import { createMiddleware } from "hono/factory";
import { matchedRoutes } from "hono/route";
import type { Context as HonoContext } from "hono";
import type { Context } from "../../context.ts";
import { VIDEO_ID } from "../../contract/patterns.ts";
import { readTraceparent } from "../../runtime/current-span.ts";
import type { AppEnv, PrincipalEnv } from "./access.ts";

const METHODS = new Set(["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"]);
/** Reads are many and alike: one of so many is logged, unless it failed. */
const READS_PER_LOGGED = 100;

/**
 * Measures each request, and logs it in one line: all writes and all failures, and a sample of the reads.
 * @see https://opentelemetry.io/docs/specs/semconv/http/http-metrics/
 */
export function observe({ metrics, log, tracer }: Context) {
  let reads = 0;

  function finish(c: HonoContext<AppEnv>, startedAt: number, sentBytes: number | undefined): void {
    const ms = performance.now() - startedAt;
    const { status } = c.res;
    const method = methodOf(c);
    const route = routeOf(c);
    const attributes = { "http.request.method": method, "http.route": route };
    metrics.activeRequests.add(-1);
    metrics.requestDuration.record(ms / 1000, { ...attributes, "http.response.status_code": status });
    const isRead = method === "GET" || method === "HEAD";
    if (isRead && status < 400 && (reads += 1) % READS_PER_LOGGED !== 1) return;
    log.info("request", {
      method,
      route,
      status,
      ms: Math.round(ms),
      user_id: principalOf(c)?.userId,
      video_id: videoOf(c.req.path),
      received_bytes: numberOf(c.req.header("content-length")),
      sent_bytes: sentBytes,
    });
  }

  return createMiddleware<AppEnv>(async (c, next) => {
    const startedAt = performance.now();
    metrics.activeRequests.add(1);
    // Undefined where the app is called without a server.
    const env: AppEnv["Bindings"] | undefined = c.env;
    const outgoing = env?.outgoing;
    const parent = readTraceparent(c.req.header("traceparent"));
    await tracer.run("request", { parent, kind: "server" }, async (span) => {
      const end = AsyncResource.bind((sentBytes: number | undefined) => finish(c, startedAt, sentBytes));
      // When all is sent, or the client is gone.
      outgoing?.once("close", () => end(numberOf(String(outgoing.getHeader("content-length")))));
      await next();
      const route = routeOf(c);
      span.rename(`${methodOf(c)} ${route}`);
      span.set({ "http.route": route, "http.response.status_code": c.res.status });
      if (!outgoing) end(undefined);
    });
  });
}

/** The method is the client's own text. */
const methodOf = ({ req }: HonoContext<AppEnv>) => (METHODS.has(req.method) ? req.method : "_OTHER");

/** The path as it is declared, `/v1/videos/{video_id}`; `none` if no route has it. */
function routeOf(c: HonoContext<AppEnv>): string {
  const path = matchedRoutes(c).findLast((route) => !route.path.endsWith("*"))?.path;
  return path?.replaceAll(/:(\w+)/g, "{$1}") ?? "none";
}

function videoOf(path: string): string | undefined {
  const id = path.split("/", 4)[3];
  return path.startsWith("/v1/videos/") && id !== undefined && VIDEO_ID.test(id) ? id : undefined;
}

const principalOf = (c: HonoContext<AppEnv>) =>
  (c as HonoContext<AppEnv & { Variables: Partial<PrincipalEnv["Variables"]> }>).var.principal;

function numberOf(text: string | undefined): number | undefined {
  return text !== undefined && /^\d{1,15}$/.test(text) ? Number(text) : undefined;
}
