import { afterEach, expect, test } from "@jest/globals";
import { Api } from "../../../web/src/api/api.ts";
import { UserSession } from "../../../web/src/session/session.ts";
import { type HttpServer, problem, startHttpServer } from "../../support/network/http-server.ts";
import { signedIn, Tabs } from "../../support/client/tabs.ts";
import { until } from "../../support/until.ts";

let server: HttpServer;

afterEach(() => server.close());

function openPage(tabs: Tabs): UserSession {
  const sessions = tabs.open();
  const options = { name: "test", locks: navigator.locks, wait: () => Promise.resolve() };
  return new UserSession(new Api({ base: server.url, sessions, ...options }), sessions, {});
}

test("a sign-out while the API is away ends the session at once, and is carried out by the next page", async () => {
  let isAway = true;
  server = await startHttpServer(({ path, headers }) => {
    if (isAway) return undefined;
    if (path === "/sessions/refresh") return Response.json(signedIn("ada", 2));
    const isGood = headers.get("authorization") === "Bearer access-ada-2";
    return isGood ? new Response(null, { status: 204 }) : problem(401, "unauthenticated");
  });
  const tabs = new Tabs();
  const store = tabs.open();
  store.start(signedIn("ada", 1));
  const page = openPage(tabs);
  await page.signOut();
  expect(page.user).toBeUndefined();
  expect(store.signOuts).toHaveLength(1);
  page.close();

  isAway = false;
  const next = openPage(tabs);
  next.close();
  // Signing out again does nothing: the session is over here.
  await next.signOut();
  await until("the sign-out", () => store.signOuts.length === 0);
  expect(server.received.at(-1)).toMatchObject({ method: "DELETE", path: "/sessions/current" });
  expect(store.current).toBeUndefined();
});

const endedSessions = () =>
  server.received.filter(({ method }) => method === "DELETE").map(({ headers }) => headers.get("authorization"));

test("a sign-out during another one that hangs is carried out right after it", async () => {
  let release = () => {};
  const held = new Promise<void>((resolve) => {
    release = resolve;
  });
  server = await startHttpServer(async ({ headers }) => {
    if (headers.get("authorization") === "Bearer access-ada-1") await held;
    return new Response(null, { status: 204 });
  });
  const tabs = new Tabs();
  const store = tabs.open();
  const page = openPage(tabs);
  store.start(signedIn("ada", 1));
  const first = page.signOut();
  await until("the first request", () => server.received.length === 1);
  store.start(signedIn("grace", 1));
  const second = page.signOut();
  release();
  await Promise.all([first, second]);
  expect(endedSessions()).toEqual(["Bearer access-ada-1", "Bearer access-grace-1"]);
  expect(store.signOuts).toEqual([]);
  page.close();
});

test.each([
  ["a proxy", () => new Response("<h1>Log in to the network</h1>", { status: 403 })],
  ["a rate limit", () => problem(429, "rate_limited", { "retry-after": "0" })],
  ["App Check", () => problem(403, "app_check_failed")],
])("a sign-out that %s refuses is carried out later, and holds up no other", async (_, refusal) => {
  let refusals = 1;
  server = await startHttpServer(({ headers }) => {
    const isRefused = headers.get("authorization") === "Bearer access-ada-1" && (refusals -= 1) >= 0;
    return isRefused ? refusal() : new Response(null, { status: 204 });
  });
  const tabs = new Tabs();
  const store = tabs.open();
  for (const name of ["ada", "grace"]) {
    const { user, access_token: accessToken, refresh_token: refreshToken, session } = signedIn(name, 1);
    store.addSignOut({ id: session.id, user, accessToken, refreshToken });
  }
  const page = openPage(tabs);
  await until("both sign-outs", () => store.signOuts.length === 0);
  expect(endedSessions()).toEqual(["ada", "grace", "ada"].map((name) => `Bearer access-${name}-1`));
  page.close();
});

test("a sign-out waits as long as a rate limit says", async () => {
  server = await startHttpServer(() => problem(429, "rate_limited", { "retry-after": "3600" }));
  const tabs = new Tabs();
  const store = tabs.open();
  store.start(signedIn("ada", 1));
  const page = openPage(tabs);
  await page.signOut();
  // Longer than the first pause without it.
  await new Promise((resolve) => setTimeout(resolve, 700));
  expect(endedSessions()).toHaveLength(1);
  expect(store.signOuts).toHaveLength(1);
  page.close();
});

test("a listener that throws harms no other", async () => {
  server = await startHttpServer(() => undefined);
  const tabs = new Tabs();
  const page = openPage(tabs);
  const seen: (string | undefined)[] = [];
  page.subscribe(() => {
    throw new Error("the site's own mistake");
  });
  page.subscribe(({ user }) => seen.push(user?.username));
  tabs.open().start(signedIn("ada", 1));
  expect(seen).toEqual([undefined, "ada"]);
  page.close();
});
