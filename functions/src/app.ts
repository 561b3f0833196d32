import { OpenAPIHono } from "@hono/zod-openapi";
import type { Context } from "./context.ts";
import { ProblemError } from "./errors.ts";
import type { AppEnv } from "./routes/http/access.ts";
import { addressOf } from "./routes/http/client-address.ts";
import { auditRoutes } from "./routes/operation/audit.ts";
import { bansRoutes } from "./routes/moderation/bans.ts";
import { changesRoutes } from "./routes/comments/changes.ts";
import { commentsRoutes } from "./routes/comments/comments.ts";
import { adminSyncRoutes } from "./routes/operation/admin-sync.ts";
import { devicesRoutes } from "./routes/accounts/devices.ts";
import { docsRoutes } from "./routes/operation/docs.ts";
import { healthRoutes } from "./routes/operation/health.ts";
import { notFound, problemResponse } from "./routes/http/http.ts";
import { problemsRoutes } from "./routes/operation/problems.ts";
import { realtimeRoutes } from "./routes/accounts/realtime.ts";
import { reportsRoutes } from "./routes/moderation/reports.ts";
import { sessionsRoutes } from "./routes/accounts/sessions.ts";
import { meRoutes } from "./routes/accounts/me.ts";
import { usersRoutes } from "./routes/accounts/users.ts";
import { videosRoutes } from "./routes/moderation/videos.ts";
import { isDatabaseAway } from "./database/errors.ts";

const BODY_MAX = 16 * 1024;

/** The HTTP app: every route, and the one way in which errors leave. */
export function createApp(context: Context): OpenAPIHono<AppEnv> {
  const app = new OpenAPIHono<AppEnv>();
  app.onError((error, c) => problemResponse(context, error, c, isDatabaseAway(error)));
  app.notFound((c) => problemResponse(context, notFound(app, c), c, false));

  app.use(async (c, next) => {
    c.set("context", context);
    c.set("address", addressOf(c));
    // Before the answer is made: touched afterwards, it would be made again as a whole.
    c.header("x-content-type-options", "nosniff");
    c.header("cache-control", "no-store");
    await next();
  });
  // Not Hono's bodyLimit: for a body without a length, as a DELETE through Hosting has, it makes a new Request of the Node adapter's,
  // and that throws. The framework has read the body already, 10 MB at most.
  app.on(["POST", "PUT", "PATCH"], "*", async (c, next) => {
    // Not unpacked: it could grow a thousandfold (framework.ts).
    if (c.req.header("content-encoding") !== undefined) throw new ProblemError("unsupported_media_type");
    // The length first: what says that it is too large is not read. Then the body: the header may say anything.
    const isTooLarge = Number(c.req.header("content-length") ?? 0) > BODY_MAX;
    // As text, as which it is then parsed: what is read as something else is read through a Response first.
    if (isTooLarge || Buffer.byteLength(await c.req.text()) > BODY_MAX) throw new ProblemError("payload_too_large");
    await next();
  });

  app.route("/v1", meRoutes(context));
  app.route("/v1", usersRoutes(context));
  app.route("/v1", devicesRoutes(context));
  app.route("/v1", auditRoutes(context));
  app.route("/v1", sessionsRoutes(context));
  app.route("/v1", commentsRoutes(context));
  app.route("/v1", changesRoutes(context));
  app.route("/v1", videosRoutes(context));
  app.route("/v1", reportsRoutes(context));
  app.route("/v1", bansRoutes(context));
  app.route("/v1", problemsRoutes());
  app.route("/v1", realtimeRoutes(context));
  app.route("/v1", healthRoutes(context));
  app.route("/v1", adminSyncRoutes(context));
  app.route("/v1", docsRoutes());

  app.openAPIRegistry.registerComponent("securitySchemes", "access_token", {
    type: "http",
    scheme: "bearer",
    bearerFormat: "JWT",
  });
  app.doc31("/v1/openapi.json", {
    openapi: "3.1.0",
    info: { title: "live-comments", version: "1", description: "Live comments on videos." },
  });
  return app;
}
