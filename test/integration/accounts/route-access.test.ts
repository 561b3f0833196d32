import { beforeAll, describe, expect, test } from "@jest/globals";
import type { Client } from "../../support/app/client.ts";
import { contractOf, type Route, routesOf } from "../../support/app/contract.ts";
import { useApp } from "../../support/app/use-app.ts";

// The routes declare this too. Opening a route to more people takes a change in both places, or these tests fail.
const RESTRICTED_ROUTES: Record<string, string> = {
  "GET /v1/users": "admin",
  "PATCH /v1/users/{user_id}": "admin",
  "GET /v1/admin/audit": "admin",
  "GET /v1/admin/sync": "admin",
  "GET /v1/admin/quarantine": "admin",
  "POST /v1/admin/videos/{video_id}/rebuild": "admin",
  "GET /v1/admin/videos/{video_id}/sync": "admin",
  "POST /v1/admin/videos/{video_id}/reconcile": "admin",
  "POST /v1/admin/reconcile": "admin",
  "POST /v1/admin/quarantine/retry": "admin",
  "GET /v1/admin/overview": "admin",
  "GET /v1/users/{user_id}/sessions": "admin",
  "DELETE /v1/users/{user_id}/sessions": "admin",
  "PATCH /v1/videos/{video_id}": "moderator",
  "PUT /v1/videos/{video_id}": "moderator",
  "POST /v1/videos/{video_id}/comments/{comment_id}/approve": "moderator",
  "DELETE /v1/videos/{video_id}/comments/{comment_id}/reports": "moderator",
  "GET /v1/videos/{video_id}/comments/{comment_id}/revisions": "moderator",
  "GET /v1/moderation/reports": "moderator",
  "GET /v1/moderation/bans": "moderator",
  "PUT /v1/moderation/bans/{user_id}": "moderator",
  "DELETE /v1/moderation/bans/{user_id}": "moderator",
  "DELETE /v1/moderation/users/{user_id}/comments": "moderator",
  "PUT /v1/moderation/users/{user_id}/username": "moderator",
};

// Public routes that refuse an invalid token, because they show more to some users.
const PUBLIC_WITH_TOKEN = new Set(["GET /v1/videos/{video_id}/comments/{comment_id}"]);

const app = useApp({
  users: { user: "user", moderator: "moderator", admin: "admin", deactivated: "admin", revoked: "admin" },
});
const callers: Record<string, Client> = { ...app.users, "signed-out": app.anonymous };
let routes: Route[];

beforeAll(async () => {
  await app.updateUser(app.users.deactivated, { is_active: false });
  await app.users.revoked.signOut();

  const all = routesOf((await contractOf(app.send)).document);
  // The sign-out comes last, as it ends the caller's session. The others, with unknown ids and an empty body, change nothing.
  const isSignOut = ({ name }: Route) => name === "DELETE /v1/sessions/current";
  routes = [...all.filter((route) => !isSignOut(route)), ...all.filter(isSignOut)];
});

/** How a route treats a caller: refused with 401 or 403, or "let in" to whatever follows. */
async function treatmentOf(caller: string, { method, path }: Route): Promise<string> {
  const reply = await callers[caller]!.call(method, path, method === "GET" ? undefined : {});
  if (reply.status === 401 && reply.body["code"] === "unauthenticated") return "401";
  if (reply.status === 403 && reply.body["code"] === "forbidden") return "403";
  return "let in";
}

const ROLE_ORDER = { public: 0, user: 1, moderator: 2, admin: 3 };

describe("every route of the OpenAPI document", () => {
  test("declares who may call it, and requires a token unless it is public", () => {
    expect(routes.length).toBeGreaterThan(10);
    for (const { name, security, "x-access": access } of routes) {
      expect({ name, isKnown: access in ROLE_ORDER }).toEqual({ name, isKnown: true });
      const required = access === "public" ? [] : [{ access_token: [] }];
      expect({ name, security }).toEqual({ name, security: required });
    }
  });

  test("is listed in this file if it is not for every user", () => {
    const restricted = routes.filter(({ "x-access": access }) => access === "moderator" || access === "admin");
    expect(Object.fromEntries(restricted.map(({ name, "x-access": access }) => [name, access]))).toEqual(
      RESTRICTED_ROUTES,
    );
  });

  test.each(["signed-out", "deactivated", "revoked"])("lets a %s caller in only if it is public", async (caller) => {
    for (const route of routes) {
      const isRefused =
        route["x-access"] !== "public" || (PUBLIC_WITH_TOKEN.has(route.name) && caller !== "signed-out");
      expect([route.name, await treatmentOf(caller, route)]).toEqual([route.name, isRefused ? "401" : "let in"]);
    }
  });

  test.each([
    ["a user", "user"],
    ["a moderator", "moderator"],
    ["an admin", "admin"],
  ] as const)("lets %s in only if that role is high enough", async (_, role) => {
    for (const route of routes) {
      const expected = ROLE_ORDER[role] >= ROLE_ORDER[route["x-access"]] ? "let in" : "403";
      expect([route.name, await treatmentOf(role, route)]).toEqual([route.name, expected]);
    }
  });
});

test("a demotion takes effect on the next request, also with an older token", async () => {
  const admin = await app.admin();
  expect(await admin.call("GET", "/users/me")).toMatchObject({ body: { user: { role: "admin" } } });
  await app.updateUser(admin, { role: "user" });
  expect(await admin.call("GET", "/users/me")).toMatchObject({ body: { user: { role: "user" } } });
});
