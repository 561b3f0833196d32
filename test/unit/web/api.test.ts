import { setTimeout as realPause } from "node:timers/promises";
import { afterEach, expect, jest, test } from "@jest/globals";
import { REFRESH_GRACE_SECONDS } from "../../../functions/src/contract/limits.ts";
import { Api } from "../../../web/src/api/api.ts";
import { ApiError, NetworkError } from "../../../web/src/http/errors.ts";
import type { SessionStore } from "../../../web/src/session/session-store.ts";
import { type HttpServer, type Received, problem, startHttpServer } from "../../support/network/http-server.ts";
import { signedIn, Tabs } from "../../support/client/tabs.ts";

type Handler = (request: Received) => Response | undefined | Promise<Response | undefined>;

let server: HttpServer;

afterEach(async () => {
  await server.close();
});

/** A client in one tab, with real Web Locks, of a server with this handler. */
async function clientOf(sessions: SessionStore, handler: Handler): Promise<Api> {
  server = await startHttpServer(handler);
  return connect(sessions);
}

function connect(sessions: SessionStore): Api {
  return new Api({ base: server.url, name: "test", sessions, locks: navigator.locks, wait: () => Promise.resolve() });
}

const firebaseToken = async (api: Api) => (await api.call("createRealtimeToken", {})).firebase_token;

const post = (api: Api, key = "key") =>
  api.call("postComment", { video_id: "v", content: "Hello", idempotency_key: key }, { attempts: 4 });

const count = (path: string) => server.received.filter((request) => request.path === path).length;

/** Responds as the API does: only `access-ada-2` is accepted, and the first refresh token yields it. */
function respondAfterRefresh(request: Received): Response {
  if (request.path === "/sessions/refresh") {
    const { refresh_token: token } = request.body as { refresh_token: string };
    return token === "refresh-ada-1" ? Response.json(signedIn("ada", 2)) : problem(401, "invalid_refresh_token");
  }
  const isGood = request.headers.get("authorization") === "Bearer access-ada-2";
  return isGood ? Response.json({ firebase_token: "f" }) : problem(401, "unauthenticated");
}

/** What comes while the timers' time goes on much faster than the server responds. */
async function afterFakeTime<T>(work: Promise<T>): Promise<{ value: T | undefined; isInTime: boolean }> {
  const done = work.then((value) => ({ value }));
  for (let waitedMs = 0; waitedMs < 2_000 * REFRESH_GRACE_SECONDS; waitedMs += 50) {
    await realPause(5);
    await jest.advanceTimersByTimeAsync(50);
    const outcome = await Promise.race([done, Promise.resolve()]);
    if (outcome) return { value: outcome.value, isInTime: waitedMs < 1_000 * REFRESH_GRACE_SECONDS };
  }
  return { value: undefined, isInTime: false };
}

test("all requests of a tab exchange a refused access token once, and are sent again", async () => {
  const sessions = new Tabs().open();
  sessions.start(signedIn("ada", 1));
  const api = await clientOf(sessions, respondAfterRefresh);
  expect(await Promise.all([firebaseToken(api), firebaseToken(api), firebaseToken(api)])).toEqual(["f", "f", "f"]);
  expect(count("/sessions/refresh")).toBe(1);
  expect(sessions.current?.refreshToken).toBe("refresh-ada-2");
});

test("a tab without Web Locks, as in an insecure context, exchanges its tokens once too", async () => {
  const sessions = new Tabs().open();
  sessions.start(signedIn("ada", 1));
  await clientOf(sessions, respondAfterRefresh);
  const api = new Api({ base: server.url, name: "test", sessions, locks: undefined });
  expect(await Promise.all([firebaseToken(api), firebaseToken(api)])).toEqual(["f", "f"]);
  expect(count("/sessions/refresh")).toBe(1);
});

test("two tabs without Web Locks that exchange the same token at once both go on", async () => {
  const tabs = new Tabs();
  const [here, there] = [tabs.open(), tabs.open()];
  here.start(signedIn("ada", 1));
  const waiting: (() => void)[] = [];
  await clientOf(here, async (request) => {
    // Both are sent before either has its response.
    if (request.path === "/sessions/refresh") {
      await new Promise<void>((resolve) => {
        waiting.push(resolve);
        if (waiting.length === 2) for (const respond of waiting) respond();
      });
    }
    return respondAfterRefresh(request);
  });
  const apis = [here, there].map((sessions) => new Api({ base: server.url, name: "test", sessions, locks: undefined }));
  expect(await Promise.all(apis.map(firebaseToken))).toEqual(["f", "f"]);
  expect(count("/sessions/refresh")).toBe(2);
});

test("two tabs exchange the browser's tokens once", async () => {
  const tabs = new Tabs();
  const [here, there] = [tabs.open(), tabs.open()];
  here.start(signedIn("ada", 1));
  const api = await clientOf(here, respondAfterRefresh);
  expect(await Promise.all([firebaseToken(api), firebaseToken(connect(there))])).toEqual(["f", "f"]);
  expect(count("/sessions/refresh")).toBe(1);
});

test("a deletion by a page that is left meets no expired token, if it was prepared, and a fresh token is not renewed", async () => {
  const sessions = new Tabs().open();
  sessions.start({ ...signedIn("ada", 1), expires_in: 100 });
  const api = await clientOf(sessions, respondAfterRefresh);
  await api.prepare();
  await api.prepare();
  await api.call("deleteComment", { video_id: "v", comment_id: "c" }, { keepalive: true });
  expect(server.received.map(({ path }) => path)).toEqual(["/sessions/refresh", "/videos/v/comments/c"]);
});

test("a tab goes on within the grace period although a frozen one holds the lock, and with what that one stored if it did", async () => {
  const tabs = new Tabs();
  const [here, there] = [tabs.open(), tabs.open()];
  here.start(signedIn("ada", 1));
  const api = await clientOf(here, respondAfterRefresh);
  let thaw = () => {};
  const frozen = navigator.locks.request("test.refresh", async () => new Promise<void>((resolve) => (thaw = resolve)));
  jest.useFakeTimers({ doNotFake: ["Date", "nextTick", "performance", "queueMicrotask", "setImmediate"] });
  try {
    expect(await afterFakeTime(firebaseToken(api))).toMatchObject({ value: "f", isInTime: true });
    expect(count("/sessions/refresh")).toBe(1);
    here.start(signedIn("ada", 1));
    const waiting = firebaseToken(api);
    await jest.advanceTimersByTimeAsync(100);
    there.start(signedIn("ada", 2));
    expect(await afterFakeTime(waiting)).toMatchObject({ value: "f", isInTime: true });
    expect(count("/sessions/refresh")).toBe(1);
  } finally {
    jest.useRealTimers();
    thaw();
    await frozen;
  }
});

test("a session that the API has ended is forgotten, and sends nothing more", async () => {
  const sessions = new Tabs().open();
  sessions.start(signedIn("ada", 7));
  const api = await clientOf(sessions, respondAfterRefresh);
  await expect(firebaseToken(api)).rejects.toMatchObject({ code: "unauthenticated" });
  expect(sessions.current).toBeUndefined();
  await expect(firebaseToken(api)).rejects.toMatchObject({ code: "unauthenticated" });
  expect(server.received).toHaveLength(2);
});

test("if the new token is refused too, there is no second exchange", async () => {
  const sessions = new Tabs().open();
  sessions.start(signedIn("ada", 1));
  const api = await clientOf(sessions, (request) =>
    request.path === "/sessions/refresh" ? Response.json(signedIn("ada", 2)) : problem(401, "unauthenticated"),
  );
  await expect(firebaseToken(api)).rejects.toMatchObject({ code: "unauthenticated" });
  expect(server.received).toHaveLength(3);
});

test("the session survives an exchange that gets no response", async () => {
  const sessions = new Tabs().open();
  sessions.start(signedIn("ada", 1));
  const api = await clientOf(sessions, (request) =>
    request.path === "/sessions/refresh" ? undefined : problem(401, "unauthenticated"),
  );
  await expect(firebaseToken(api)).rejects.toThrow(NetworkError);
  expect(sessions.current?.user.id).toBe("ada");
});

test("a comment is never posted as somebody who signed in in another tab in the meantime", async () => {
  const tabs = new Tabs();
  const [here, there] = [tabs.open(), tabs.open()];
  here.start(signedIn("ada", 1));
  const api = await clientOf(here, (request) => {
    if (request.path === "/sessions/refresh") return problem(401, "invalid_refresh_token");
    there.start(signedIn("grace", 1));
    return problem(401, "unauthenticated");
  });
  await expect(post(api)).rejects.toMatchObject({ code: "unauthenticated" });
  expect(server.received.map(({ headers }) => headers.get("authorization"))).toEqual(["Bearer access-ada-1"]);
  expect(here.current?.user.id).toBe("grace");
});

test("a post without a response is not sent again as somebody who signed in in the meantime", async () => {
  const tabs = new Tabs();
  const [here, there] = [tabs.open(), tabs.open()];
  here.start(signedIn("ada", 1));
  const api = await clientOf(here, () => {
    there.start(signedIn("grace", 1));
    return undefined;
  });
  await expect(post(api)).rejects.toMatchObject({ code: "unauthenticated" });
  expect(server.received).toHaveLength(1);
});

test("a post without a response is sent again under the same key", async () => {
  const sessions = new Tabs().open();
  sessions.start(signedIn("ada", 1));
  const responses = [
    undefined,
    problem(503, "unavailable", { "retry-after": "2" }),
    Response.json({ comment: { id: "1" } }),
  ];
  const api = await clientOf(sessions, () => responses.shift());
  expect(await post(api, "the-key")).toEqual({ comment: { id: "1" } });
  expect(server.received.map(({ headers }) => headers.get("idempotency-key"))).toEqual([
    "the-key",
    "the-key",
    "the-key",
  ]);
});

test("a registration and a sign-in, which are not safe to repeat, are sent once", async () => {
  const api = await clientOf(new Tabs().open(), () => problem(503, "unavailable"));
  const credentials = { email: "a@b.c", password: "x" };
  await expect(api.call("register", { ...credentials, username: "ada" })).rejects.toThrow(ApiError);
  await expect(api.call("signIn", { ...credentials, device: { id: "d" } })).rejects.toThrow(ApiError);
  expect(server.received.map(({ path }) => path)).toEqual(["/users", "/sessions"]);
});

test("a page from something else than the API counts as no response, and a code that is newer than the client is told", async () => {
  const html = { "content-type": "text/html" };
  const responses = [
    new Response("<html>", { headers: html }),
    new Response("<html>", { status: 404, headers: html }),
    problem(418, "teapot"),
  ];
  const api = await clientOf(new Tabs().open(), () => responses.shift());
  const register = () => api.call("register", { email: "a@b.c", username: "ada", password: "x" });
  await expect(register()).rejects.toThrow(NetworkError);
  await expect(register()).rejects.toMatchObject({ status: 404, code: undefined });
  await expect(register()).rejects.toMatchObject({ status: 418, code: "teapot" });
});

test("an aborted call ends at once, and tells why", async () => {
  const sessions = new Tabs().open();
  const ending = new AbortController();
  const api = await clientOf(sessions, () => new Promise(() => ending.abort(new Error("no longer needed"))));
  const call = api.call("getVideo", { video_id: "v" }, { signal: ending.signal });
  await expect(call).rejects.toThrow("no longer needed");
  await expect(api.call("getVideo", { video_id: "v" }, { signal: ending.signal })).rejects.toThrow("no longer needed");
  expect(server.received).toHaveLength(1);
});
