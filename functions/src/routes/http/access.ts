// oxlint-disable-next-line eslint/no-restricted-imports -- the one place that creates routes
import { type RouteConfig, createRoute } from "@hono/zod-openapi";
import type { Context as HonoContext, MiddlewareHandler } from "hono";
import { createMiddleware } from "hono/factory";
import type { Context } from "../../context.ts";
import type { Role } from "../../contract/account.ts";
import { APP_CHECK_HEADER } from "../../contract/app-check.ts";
import { ProblemError } from "../../errors.ts";
import type { LimitName, Scopes } from "../../limits/allowances.ts";
import type { AccessClaims } from "../../security/access-tokens.ts";
import type { Principal } from "../../security/bearers.ts";
import { hasRole } from "../../services/accounts/roles.ts";
import { withProblem } from "./problem-responses.ts";

/** Who may call a route: anyone, or a signed-in user with at least this role. */
export type Access = "public" | Role;

/** What every handler finds in `c.var`. */
export interface AppEnv {
  /** `incoming` is the server's request; missing if the app is called without a server. */
  Bindings: {
    incoming?: { socket: { remoteAddress?: string } };
    /** The server's response. */
    outgoing?: { once: (event: "close", listener: () => void) => unknown; getHeader: (name: string) => unknown };
  };
  Variables: {
    context: Context;
    /** The client's address. */
    address: string | null;
    /** Prefetched for a post. */
    postingState?: ReturnType<Context["findPostingState"]>;
  };
}

/** What the handler of a route that is not public finds in `c.var`. */
export interface PrincipalEnv extends AppEnv {
  Variables: AppEnv["Variables"] & { principal: Principal };
}

type Declared<P extends string, A extends Access> = Omit<RouteConfig, "path" | "middleware" | "security"> & {
  path: P;
  access: A;
  /**
   * The limit against which calls are counted. Default `read` for GET, `write` for other methods. `limits/allowances.ts` says what of it is
   * counted on arrival, by the guard, and what once the request is valid, by the service.
   */
  limit?: LimitName | "none";
};
type Guard<A extends Access> = MiddlewareHandler<A extends "public" ? AppEnv : PrincipalEnv>;
type Route<R extends Declared<string, Access>> = Omit<R, "access" | "limit"> & {
  middleware: Guard<R["access"]>;
};

/**
 * Declares a route and who may call it. Access is checked here, for every route and before the request is validated, against the role
 * that MySQL has now. The OpenAPI document shows it as `x-access`.
 */
export function route<P extends string, A extends Access, R extends Declared<P, A>>(
  declared: R & { path: P; access: A },
): Route<R>;
// The compiler checks this second signature. It cannot follow that the guard sets the principal exactly when `access` is not public.
export function route({ access, limit, ...declared }: Declared<string, Access>): unknown {
  const security = access === "public" ? [] : [{ access_token: [] }];
  const countedAs = limit ?? (declared.method === "get" ? "read" : "write");
  const guarded = access === "public" ? countPublic(countedAs) : guard(access, countedAs);
  if (!isForBrowsers(access, declared.tags)) {
    return createRoute({ ...declared, security, "x-access": access, middleware: guarded });
  }
  const responses = withProblem(declared.responses, "app_check_failed");
  const middleware: (typeof checkApp | typeof guarded)[] = [checkApp, guarded];
  return createRoute({ ...declared, responses, security, "x-access": access, "x-app-check": true, middleware });
}

/**
 * Whether a route is called by pages of the site, which can prove themselves with App Check. Left out are probes and whoever operates the
 * service: they have programs instead of pages, and routes that need a role are safe without it.
 */
function isForBrowsers(access: Access, tags: string[] = []): boolean {
  return (access === "public" || access === "user") && !tags.includes("Operation");
}

/** Before the call is counted: a refusal uses up no allowance. */
const checkApp = createMiddleware<AppEnv>(async (c, next) => {
  await c.var.context.appCheck?.check(c.req.header(APP_CHECK_HEADER));
  await next();
});

/** Counts a call of a public route. */
export function countPublic(limit: LimitName | "none"): MiddlewareHandler<AppEnv> {
  return createMiddleware<AppEnv>(async (c, next) => {
    addHeaders(c, await count(c, limit, { source: c.var.address, stranger: c.var.address }));
    await next();
  });
}

/** Authenticates the bearer, counts the call, and checks the role. */
function guard(access: Role, limit: LimitName | "none"): MiddlewareHandler<PrincipalEnv> {
  return createMiddleware<PrincipalEnv>(async (c, next) => {
    const { context, address } = c.var;
    const bearer = context.bearers.verify(c.req.header("authorization"));
    const countBearer = ({ sessionId, userDeviceId, userId }: AccessClaims) =>
      count(c, limit, { session: sessionId, device: userDeviceId, user: userId, source: address });
    // At the same time: without Redis both need MySQL, and share a round trip. But a bearer is counted before authentication only if the
    // session was live at the last look-up and no other look-up is under way. Otherwise a thief could use up the owner's allowance with a
    // revoked token.
    const isCountedEarly = bearer?.wasLive === true && bearer.lookUps === 0;
    const [principal, early] = await Promise.all([
      bearer && context.bearers.authenticate(bearer, { address, isRead: isRead(c) }),
      isCountedEarly ? countBearer(bearer.claims) : undefined,
    ]);
    if (!principal || !bearer) {
      addHeaders(c, early ?? (await count(c, limit, { source: address, stranger: address })));
      throw new ProblemError("unauthenticated");
    }
    addHeaders(c, early ?? (await countBearer(bearer.claims)));
    if (!hasRole(principal.role, access)) throw new ProblemError("forbidden");
    c.set("principal", principal);
    await next();
  });
}

const isRead = (c: Pick<HonoContext, "req">): boolean => c.req.method === "GET" || c.req.method === "HEAD";

async function count(
  c: Pick<HonoContext<AppEnv>, "var">,
  limit: LimitName | "none",
  scopes: Scopes,
): Promise<Record<string, string>> {
  return limit === "none" ? {} : c.var.context.limits.count(limit, "arrival", scopes);
}

function addHeaders(c: Pick<HonoContext, "header">, headers: Record<string, string>): void {
  for (const [name, value] of Object.entries(headers)) c.header(name, value, { append: true });
}

/**
 * The principal of a public route that shows more to some people; undefined if the request has no token.
 * @throws ProblemError `unauthenticated` if the token is not valid, so that a client notices that it has expired
 */
export async function findCaller(c: Pick<HonoContext<AppEnv>, "req" | "var">): Promise<Principal | undefined> {
  const authorization = c.req.header("authorization");
  if (authorization === undefined) return undefined;
  const { bearers } = c.var.context;
  const bearer = bearers.verify(authorization);
  const principal = bearer && (await bearers.authenticate(bearer, { address: c.var.address, isRead: isRead(c) }));
  if (!principal) throw new ProblemError("unauthenticated");
  return principal;
}
