import { afterEach, beforeEach, expect, test } from "@jest/globals";
import { Api } from "../../../web/src/api/api.ts";
import { type AppCheckSource, appCheckHeader } from "../../../web/src/api/app-check.ts";
import { Refresher } from "../../../web/src/api/refresh.ts";
import { lastHeaders } from "../../../web/src/http/last-headers.ts";
import type { Session } from "../../../web/src/session/session-store.ts";
import { Tabs, signedIn } from "../../support/client/tabs.ts";
import { type HttpServer, problem, startHttpServer } from "../../support/network/http-server.ts";

let server: HttpServer;
let isExpired: boolean;

beforeEach(async () => {
  isExpired = true;
  server = await startHttpServer(({ path }) => {
    if (path === "/sessions/refresh") {
      isExpired = false;
      return Response.json(signedIn("ada", 2));
    }
    return isExpired && path !== "/videos/v" ? problem(401, "unauthenticated") : Response.json({});
  });
});
afterEach(() => server.close());

/** Calls a public operation, one as a user whose token has expired, and ends a session. */
async function useEverything(source?: AppCheckSource, timeoutMs?: number): Promise<(string | null)[]> {
  const sessions = new Tabs().open();
  const session: Session = sessions.start(signedIn("ada", 1));
  const moreHeaders = source && (() => appCheckHeader(source, timeoutMs));
  const api = new Api({ base: server.url, name: "test", sessions, locks: navigator.locks, moreHeaders });
  await api.call("getVideo", { video_id: "v" });
  await api.call("listDevices", undefined);
  await api.endSession(session);
  return server.received.map(({ headers }) => headers.get("x-firebase-appcheck"));
}

test("every request carries the site's current token: public ones, a user's, renewals and sign-outs", async () => {
  let calls = 0;
  const sent = await useEverything(async () => `token-${(calls += 1)}`);
  expect(sent).toEqual(["token-1", "token-2", "token-3", "token-4", "token-5"]);
});

test("control: without a source no request carries one", async () => {
  expect(await useEverything()).toEqual([null, null, null, null, null]);
});

test.each<[string, AppCheckSource]>([
  ["that fails", () => Promise.reject(new Error("reCAPTCHA is blocked"))],
  [
    "that throws",
    () => {
      throw new Error("not set up");
    },
  ],
  ["that never answers", () => new Promise(() => {})],
  ["without a token", async () => ""],
])("a source %s does not keep requests from being sent", async (_, source) => {
  expect(await useEverything(source, 1)).toEqual([null, null, null, null, null]);
});

test("a deletion by a page that is left does not wait for a token: it carries the one that was prepared", async () => {
  const sessions = new Tabs().open();
  sessions.start(signedIn("ada", 1));
  isExpired = false;
  let token = "prepared";
  const moreHeaders = lastHeaders(async () => ({ "x-firebase-appcheck": token }));
  const api = new Api({ base: server.url, name: "test", sessions, locks: navigator.locks, moreHeaders });
  await api.prepare();
  token = "too late";
  await api.call("deleteComment", { video_id: "v", comment_id: "c" }, { keepalive: true });
  expect(server.received.map(({ headers }) => headers.get("x-firebase-appcheck"))).toEqual(["prepared"]);
});

test("a renewal is sent, without a token, although the source never answers", async () => {
  const moreHeaders = () => appCheckHeader(() => new Promise(() => {}));
  const sessions = new Tabs().open();
  await new Refresher({ base: server.url, name: "test", sessions, locks: undefined, moreHeaders }).exchange("token");
  expect(server.received.map(({ headers }) => headers.get("x-firebase-appcheck"))).toEqual([null]);
}, 20_000);

test("where the code for tokens cannot be loaded, requests are sent without one", async () => {
  const sessions = new Tabs().open();
  sessions.start(signedIn("ada", 1));
  isExpired = false;
  const moreHeaders = lastHeaders(() => Promise.reject(new TypeError("Failed to fetch the module")));
  const api = new Api({ base: server.url, name: "test", sessions, locks: navigator.locks, moreHeaders });
  await api.prepare();
  await api.call("listDevices", undefined);
  expect(server.received.map(({ headers }) => headers.get("x-firebase-appcheck"))).toEqual([null]);
});
