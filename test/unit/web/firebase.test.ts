import { afterEach, expect, test } from "@jest/globals";
import { deleteApp, getApps, initializeApp } from "firebase/app";
import { inMemoryPersistence, initializeAuth, connectAuthEmulator } from "firebase/auth";
import { Api } from "../../../web/src/api/api.ts";
import { connectFirebase } from "../../../web/src/live/firebase.ts";
import { createIdentity } from "../../../web/src/live/identity.ts";
import { signedIn, Tabs } from "../../support/client/tabs.ts";
import { type HttpServer, startHttpServer } from "../../support/network/http-server.ts";
import { until } from "../../support/until.ts";

let server: HttpServer | undefined;

afterEach(() => server?.close());

test("a Firebase app that cannot start is removed again", () => {
  const sessions = new Tabs().open();
  const api = new Api({ base: "http://127.0.0.1:9", name: "test", sessions, locks: undefined });
  const settings = { databaseURL: "https://demo.firebaseio.com", projectId: "demo" };
  expect(() => connectFirebase(settings, sessions, api)).toThrow(/invalid-api-key/);
  expect(getApps()).toEqual([]);
});

test("a sign-out while Firebase signs in leaves nobody signed in to Firebase", async () => {
  let release = () => {};
  const held = new Promise<void>((resolve) => {
    release = resolve;
  });
  const encode = (value: object) => Buffer.from(JSON.stringify(value)).toString("base64url");
  const now = Math.floor(Date.now() / 1_000);
  const idToken = `${encode({ alg: "none" })}.${encode({ sub: "ada", iat: now, exp: now + 3_600 })}.`;
  server = await startHttpServer(async ({ path }) => {
    if (path === "/realtime/token") return Response.json({ firebase_token: "token" });
    if (path.includes("accounts:lookup")) return Response.json({ users: [{ localId: "ada" }] });
    await held;
    return Response.json({ idToken, refreshToken: "refresh", expiresIn: "3600" });
  });
  const { received, url } = server;
  const sessions = new Tabs().open();
  const api = new Api({ base: url, name: "test", sessions, locks: undefined });
  const app = initializeApp({ projectId: "demo", apiKey: "local" });
  const auth = initializeAuth(app, { persistence: inMemoryPersistence });
  connectAuthEmulator(auth, url, { disableWarnings: true });
  const identity = createIdentity(auth, sessions, api);
  sessions.start(signedIn("ada", 1));
  const authorized = identity.authorize("v").then(
    () => "authorized",
    (error: unknown) => String(error),
  );
  await until("Firebase's request", () => received.some(({ path }) => path.includes("signInWithCustomToken")));
  sessions.end();
  // Firebase's own sign-out, which the session's end began, is over.
  await auth.authStateReady();
  release();
  expect(await authorized).toMatch(/the session has changed/);
  expect(auth.currentUser).toBeNull();
  identity.close();
  await deleteApp(app);
});
