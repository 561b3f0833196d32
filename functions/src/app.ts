import { OpenAPIHono } from "@hono/zod-openapi";
import type { Context } from "./context.ts";
import { isContention, isDatabaseAway } from "./database/mysql-errors.ts";
import type { ProblemError } from "./errors.ts";
import { devicesRoutes } from "./routes/accounts/devices.ts";
import { meRoutes } from "./routes/accounts/me.ts";
import { realtimeRoutes } from "./routes/accounts/realtime.ts";
import { sessionsRoutes } from "./routes/accounts/sessions.ts";
import { userSessionsRoutes } from "./routes/accounts/user-sessions.ts";
import { usersRoutes } from "./routes/accounts/users.ts";
import { changesRoutes } from "./routes/comments/changes.ts";
import { commentsRoutes } from "./routes/comments/comments.ts";
import type { AppEnv } from "./routes/http/access.ts";
import { checkBody } from "./routes/http/check-body.ts";
import { addressOf } from "./routes/http/client-address.ts";
import { allowOrigins } from "./routes/http/cross-origin.ts";
import { buildOpenApiDocument } from "./routes/http/document.ts";
import { databaseAway, databaseContended, errorResponse } from "./routes/http/error-response.ts";
import { observe } from "./routes/http/observe.ts";
import { noRoute } from "./routes/http/no-route.ts";
import { bansRoutes } from "./routes/moderation/bans.ts";
import { erasureRoutes } from "./routes/moderation/erasure.ts";
import { heldCommentsRoutes } from "./routes/moderation/held-comments.ts";
import { usernamesRoutes } from "./routes/moderation/usernames.ts";
import { reportsRoutes } from "./routes/moderation/reports.ts";
import { revisionsRoutes } from "./routes/moderation/revisions.ts";
import { videosRoutes } from "./routes/moderation/videos.ts";
import { auditRoutes } from "./routes/operation/audit.ts";
import { docsRoutes } from "./routes/operation/docs.ts";
import { healthRoutes } from "./routes/operation/health.ts";
import { overviewRoutes } from "./routes/operation/overview.ts";
import { repairRoutes } from "./routes/operation/repair.ts";
import { problemsRoutes } from "./routes/operation/problems.ts";
import { syncRoutes } from "./routes/operation/sync.ts";

/** The HTTP API. */
export function createApp(context: Context): OpenAPIHono<AppEnv> {
  const app = new OpenAPIHono<AppEnv>();
  app.onError((error, c) => errorResponse(context, c, databaseProblem(error) ?? error));
  app.notFound((c) => errorResponse(context, c, noRoute(app, c)));

  app.use(observe(context));
  app.use(async (c, next) => {
    c.set("context", context);
    c.set("address", addressOf(c));
    // Set before there is a response: Hono would copy a finished one.
    c.header("x-content-type-options", "nosniff");
    c.header("cache-control", "no-store");
    await next();
  });
  const { allowedOrigins } = context.config;
  if (allowedOrigins.length > 0) app.use(allowOrigins(allowedOrigins));
  app.on(["POST", "PUT", "PATCH"], "*", checkBody);

  // `/users/me` comes before `/users/{user_id}`, which would match it too.
  app.route("/v1", meRoutes(context));
  app.route("/v1", usersRoutes(context));
  app.route("/v1", userSessionsRoutes(context));
  app.route("/v1", devicesRoutes(context));
  app.route("/v1", sessionsRoutes(context));
  app.route("/v1", realtimeRoutes(context));
  app.route("/v1", commentsRoutes(context));
  app.route("/v1", changesRoutes(context));
  app.route("/v1", videosRoutes(context));
  app.route("/v1", heldCommentsRoutes(context));
  app.route("/v1", reportsRoutes(context));
  app.route("/v1", revisionsRoutes(context));
  app.route("/v1", bansRoutes(context));
  app.route("/v1", erasureRoutes(context));
  app.route("/v1", usernamesRoutes(context));
  app.route("/v1", auditRoutes(context));
  app.route("/v1", syncRoutes(context));
  app.route("/v1", repairRoutes(context));
  app.route("/v1", overviewRoutes(context));
  app.route("/v1", healthRoutes(context));
  app.route("/v1", problemsRoutes());
  app.route(
    "/v1",
    docsRoutes(() => buildOpenApiDocument(app)),
  );
  return app;
}

/** The problem, if the database is the cause. */
function databaseProblem(error: unknown): ProblemError | undefined {
  if (isContention(error)) return databaseContended(error);
  return isDatabaseAway(error) ? databaseAway(error) : undefined;
}
