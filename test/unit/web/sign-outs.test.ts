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
