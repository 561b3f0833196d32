import { afterEach, expect, test } from "@jest/globals";
import { Api } from "../../../web/src/api.ts";
import { ApiError, NetworkError } from "../../../web/src/errors.ts";
import type { SessionStore } from "../../../web/src/session.ts";
import type { HttpServer, Received } from "../../support/network/http-server.ts";
import { problem, startHttpServer } from "../../support/network/http-server.ts";
import { signedIn, Tabs } from "../../support/browser/tabs.ts";

type Handler = (request: Received) => Response | undefined | Promise<Response | undefined>;

let server: HttpServer;

afterEach(async () => {
  await server.close();
});

/** An API whose server answers so; in this tab, with the browser's real Web Locks. */
async function apiOn(sessions: SessionStore, handler: Handler): Promise<Api> {
  server = await startHttpServer(handler);
  return apiAt(sessions);
}

function apiAt(sessions: SessionStore): Api {
  return new Api({ base: server.url, sessions, locks: navigator.locks, wait: () => Promise.resolve() });
}

const count = (path: string) => server.received.filter((request) => request.path === path).length;

/** As the API: `access-ada-2` is the one token that is taken, and refreshing the first gives it. */
function rotating(request: Received): Response {
  if (request.path === "/sessions/refresh") {
    const { refresh_token: token } = request.body as { refresh_token: string };
    return token === "refresh-ada-1" ? Response.json(signedIn("ada", 2)) : problem(401, "invalid_refresh_token");
  }
  const isGood = request.headers.get("authorization") === "Bearer access-ada-2";
  return isGood ? Response.json({ firebase_token: "f" }) : problem(401, "unauthenticated");
}

test("an access token that is refused is exchanged once for all requests of a tab, and they are sent again", async () => {
  const sessions = new Tabs().open();
  sessions.begin(signedIn("ada", 1));
  const api = await apiOn(sessions, rotating);
  expect(await Promise.all([api.firebaseToken(), api.firebaseToken(), api.firebaseToken()])).toEqual(["f", "f", "f"]);
  expect(count("/sessions/refresh")).toBe(1);
  expect(sessions.current?.refreshToken).toBe("refresh-ada-2");
});

test("a tab exchanges once also where the page is no secure context and has no Web Locks", async () => {
  const sessions = new Tabs().open();
  sessions.begin(signedIn("ada", 1));
  await apiOn(sessions, rotating);
  const api = new Api({ base: server.url, sessions, locks: undefined });
  expect(await Promise.all([api.firebaseToken(), api.firebaseToken()])).toEqual(["f", "f"]);
  expect(count("/sessions/refresh")).toBe(1);
});

test("two tabs exchange the browser's tokens once", async () => {
  const tabs = new Tabs();
  const [here, there] = [tabs.open(), tabs.open()];
  here.begin(signedIn("ada", 1));
  const api = await apiOn(here, rotating);
  expect(await Promise.all([api.firebaseToken(), apiAt(there).firebaseToken()])).toEqual(["f", "f"]);
  expect(count("/sessions/refresh")).toBe(1);
});

test("a session that the API has ended is forgotten, and not asked for again", async () => {
  const sessions = new Tabs().open();
  sessions.begin(signedIn("ada", 7));
  const api = await apiOn(sessions, rotating);
  await expect(api.firebaseToken()).rejects.toMatchObject({ code: "unauthenticated" });
  expect(sessions.current).toBeUndefined();
  await expect(api.firebaseToken()).rejects.toMatchObject({ code: "unauthenticated" });
  expect(server.received).toHaveLength(2);
});

test("a refusal of the new token is final: no second exchange", async () => {
  const sessions = new Tabs().open();
  sessions.begin(signedIn("ada", 1));
  const api = await apiOn(sessions, (request) =>
    request.path === "/sessions/refresh" ? Response.json(signedIn("ada", 2)) : problem(401, "unauthenticated"),
  );
  await expect(api.firebaseToken()).rejects.toMatchObject({ code: "unauthenticated" });
  expect(server.received).toHaveLength(3);
});

test("the session outlives an exchange that got no answer", async () => {
  const sessions = new Tabs().open();
  sessions.begin(signedIn("ada", 1));
  const api = await apiOn(sessions, (request) =>
    request.path === "/sessions/refresh" ? undefined : problem(401, "unauthenticated"),
  );
  await expect(api.firebaseToken()).rejects.toThrow(NetworkError);
  expect(sessions.current?.user.id).toBe("ada");
});

test("a comment is never posted as somebody who signed in in another tab meanwhile", async () => {
  const tabs = new Tabs();
  const [here, there] = [tabs.open(), tabs.open()];
  here.begin(signedIn("ada", 1));
  const api = await apiOn(here, (request) => {
    if (request.path === "/sessions/refresh") return problem(401, "invalid_refresh_token");
    there.begin(signedIn("grace", 1));
    return problem(401, "unauthenticated");
  });
  await expect(api.postComment("v", "Hello", "key")).rejects.toMatchObject({ code: "unauthenticated" });
  expect(server.received.map(({ headers }) => headers.get("authorization"))).toEqual(["Bearer access-ada-1"]);
  expect(here.current?.user.id).toBe("grace");
});

test("a post that had no answer is not sent again as somebody who signed in meanwhile", async () => {
  const tabs = new Tabs();
  const [here, there] = [tabs.open(), tabs.open()];
  here.begin(signedIn("ada", 1));
  const api = await apiOn(here, () => {
    there.begin(signedIn("grace", 1));
    return undefined;
  });
  await expect(api.postComment("v", "Hello", "key")).rejects.toMatchObject({ code: "unauthenticated" });
  expect(server.received).toHaveLength(1);
});

test("a post without an answer is sent again under the same key", async () => {
  const sessions = new Tabs().open();
  sessions.begin(signedIn("ada", 1));
  const answers = [
    undefined,
    problem(503, "unavailable", { "retry-after": "2" }),
    Response.json({ comment: { id: "1" } }),
  ];
  const api = await apiOn(sessions, () => answers.shift());
  expect(await api.postComment("v", "Hello", "the-key")).toEqual({ id: "1" });
  expect(server.received.map(({ headers }) => headers.get("idempotency-key"))).toEqual([
    "the-key",
    "the-key",
    "the-key",
  ]);
});

test("what is not safe to repeat is sent once: a registration, a sign-in", async () => {
  const api = await apiOn(new Tabs().open(), () => problem(503, "unavailable"));
  await expect(api.register({ email: "a@b.c", username: "ada", password: "x" })).rejects.toThrow(ApiError);
  await expect(api.signIn({ email: "a@b.c", password: "x" })).rejects.toThrow(ApiError);
  expect(server.received.map(({ path }) => path)).toEqual(["/users", "/sessions"]);
});

test("a sign-out holds in the browser even when the API cannot be reached", async () => {
  const sessions = new Tabs().open();
  sessions.begin(signedIn("ada", 1));
  const api = await apiOn(sessions, () => undefined);
  await expect(api.signOut()).rejects.toThrow(NetworkError);
  expect(sessions.current).toBeUndefined();
});

test("a page that stands in for the API is no answer, and an unknown code is no code", async () => {
  const html = { "content-type": "text/html" };
  const answers = [
    new Response("<html>", { headers: html }),
    new Response("<html>", { status: 404, headers: html }),
    problem(418, "teapot"),
  ];
  const api = await apiOn(new Tabs().open(), () => answers.shift());
  const register = () => api.register({ email: "a@b.c", username: "ada", password: "x" });
  await expect(register()).rejects.toThrow(NetworkError);
  await expect(register()).rejects.toMatchObject({ status: 404, code: undefined });
  await expect(register()).rejects.toMatchObject({ status: 418, code: undefined, message: "teapot" });
});
