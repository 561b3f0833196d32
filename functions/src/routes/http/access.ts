import type { RouteConfig } from "@hono/zod-openapi";
// oxlint-disable-next-line eslint/no-restricted-imports -- the one place where a route is made
import { createRoute } from "@hono/zod-openapi";
import type { Context as HonoContext, MiddlewareHandler } from "hono";
import { createMiddleware } from "hono/factory";
import type { Context } from "../../context.ts";
import type { Role } from "../../contract/account.ts";
import { ProblemError } from "../../errors.ts";
import type { AccessClaims } from "../../security/access-tokens.ts";
import type { Posting } from "../../batching/posting-look-up.ts";
import type { LimitName, Subjects } from "../../limits/limits.ts";
import type { Principal } from "../../services/accounts/sessions.ts";
import { findPrincipal } from "../../services/accounts/sessions.ts";

/** Who may call a route: anyone, or who is signed in with at least this role. */
export type Access = "public" | Role;

/** What every handler finds in `c.var`; the app sets it. `address` is the client's; `posting` is looked up ahead of a post. `incoming` is the server's, if there is one. */
export interface AppEnv {
  Bindings: { incoming?: { socket: { remoteAddress?: string } } };
  Variables: { context: Context; address: string | null; posting?: Promise<Posting> };
}

/** What the handler of a route that is not public finds in `c.var`. */
export interface PrincipalEnv extends AppEnv {
  Variables: AppEnv["Variables"] & { principal: Principal };
}

type Declared<P extends string, A extends Access> = Omit<RouteConfig, "path" | "middleware" | "security"> & {
  path: P;
  access: A;
  /** As what its calls are counted; `read` for GET and `write` for the rest, if it does not say. */
  limit?: LimitName | "none";
  /** Begins to look up what a post has to know, to share the round trip in which it is looked up who calls. */
  ahead?: (c: Pick<HonoContext<AppEnv>, "req" | "var">, claims: AccessClaims) => Promise<Posting> | undefined;
};
type Guard<A extends Access> = MiddlewareHandler<A extends "public" ? AppEnv : PrincipalEnv>;
type Route<R extends Declared<string, Access>> = Omit<R, "access" | "limit" | "ahead"> & {
  middleware: Guard<R["access"]>;
};

/**
 * Declares a route and who may call it. That is checked here, for every route and before anything else of the request is looked
 * at, against the role that MySQL has now; it stands in the OpenAPI document as `x-access`.
 */
export function route<P extends string, A extends Access, R extends Declared<P, A>>(
  declared: R & { path: P; access: A },
): Route<R>;
// The second signature is what the compiler can check: that the guard sets the principal just where `access` is not public, it
// cannot follow.
export function route({ access, limit, ahead, ...declared }: Declared<string, Access>): unknown {
  const security = access === "public" ? [] : [{ access_token: [] }];
  const counted = limit ?? (declared.method === "get" ? "read" : "write");
  return createRoute({ ...declared, security, "x-access": access, middleware: guard(access, counted, ahead) });
}

const RANK = { user: 1, moderator: 2, admin: 3 } as const;

function guard(
  access: Access,
  limit: LimitName | "none",
  ahead: Declared<string, Access>["ahead"],
): MiddlewareHandler<PrincipalEnv> {
  return createMiddleware<PrincipalEnv>(async (c, next) => {
    const { context, address } = c.var;
    const claims = access === "public" ? undefined : claimsOf(c);
    const bearer = claims && { user: claims.userId, device: claims.deviceId };
    const count = async (subjects: Subjects) => (limit === "none" ? {} : context.limits.count(limit, subjects));
    const posting = claims && ahead?.(c, claims);
    if (posting) c.set("posting", posting);
    // Whoever is refused never waits for it.
    posting?.catch(() => {});
    // At the same time, since all ask MySQL; of a token that is not ours it is asked nothing. The bearer is counted only where the
    // session stood when it was last looked up: with a token that was revoked a thief would use up its owner's allowance.
    const [principal, bySource, byBearer] = await Promise.all([
      claims && findPrincipal(context, claims, address),
      count({ source: address, everyone: "all" }),
      claims && bearer && context.standing.has(claims) ? count(bearer) : undefined,
    ]);
    addFields(c, bySource);
    if (access !== "public") {
      if (!principal || !bearer) throw new ProblemError("unauthenticated");
      addFields(c, byBearer ?? (await count(bearer)));
      if (RANK[principal.role] < RANK[access]) throw new ProblemError("forbidden");
      c.set("principal", principal);
    }
    await next();
  });
}

function addFields(c: HonoContext<PrincipalEnv>, fields: Record<string, string>): void {
  for (const [name, value] of Object.entries(fields)) c.header(name, value, { append: true });
}

/** What the bearer token of the request says, when it is good: of whom it speaks is to be looked up. */
function claimsOf({ req, var: { context } }: Pick<HonoContext<AppEnv>, "req" | "var">): AccessClaims | undefined {
  const token = /^Bearer +(\S+)$/i.exec(req.header("authorization") ?? "")?.[1];
  return token === undefined ? undefined : context.accessTokens.verify(token, context.clock());
}

/**
 * Who makes the request, for a public route that shows some people more; undefined when it carries no token.
 * @throws ProblemError `unauthenticated` when the token is not good: a client whose token has expired is to notice
 */
export async function findCaller(c: Pick<HonoContext<AppEnv>, "req" | "var">): Promise<Principal | undefined> {
  if (c.req.header("authorization") === undefined) return undefined;
  const claims = claimsOf(c);
  const principal = claims && (await findPrincipal(c.var.context, claims, c.var.address));
  if (!principal) throw new ProblemError("unauthenticated");
  return principal;
}
