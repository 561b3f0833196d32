import { afterAll, afterEach, beforeAll, beforeEach, expect, jest, test } from "@jest/globals";
import * as firebaseApp from "firebase/app";
import { type FirebaseApp, deleteApp, initializeApp } from "firebase/app";
import { type Database, getDatabase, goOffline, onValue, ref, set } from "firebase/database";
import { openEventStream } from "../../../support/rtdb/event-stream.ts";
import { RawClient } from "../../../support/rtdb/raw-client.ts";
import { type TestDatabase, createTestDatabase } from "../../../support/rtdb/test-database.ts";
import { unsignedToken } from "../../../support/rtdb/unsigned-token.ts";
import { until } from "../../../support/until.ts";

/** The SDKs' own way to give an app a part. It is exported, but not declared. */
const { _addComponent } = firebaseApp as unknown as { _addComponent: (app: FirebaseApp, component: object) => void };

const HOUR_MS = 3_600_000;
const startTimer = globalThis.setTimeout;

let database: TestDatabase;
/** What the server waits for: it runs in this process, so a test decides when an hour is over. */
let alarms: (() => void)[] = [];

beforeAll(async () => {
  // With it, the SDK connects to the tests' platform, whatever URL its app has.
  delete process.env["FIREBASE_DATABASE_EMULATOR_HOST"];
  database = await createTestDatabase();
  await database.setRules({
    open: { ".read": true },
    own: { ".read": "auth != null", ".write": "auth != null" },
    admin: { ".write": false },
  });
});
afterAll(() => database.close());

beforeEach(() => {
  alarms = [];
  const keepAlarms = (work: () => void, delayMs?: number, ...args: []): NodeJS.Timeout => {
    if (delayMs !== undefined && delayMs > HOUR_MS / 2) alarms.push(work);
    return startTimer(work, delayMs, ...args);
  };
  jest.spyOn(globalThis, "setTimeout").mockImplementation(keepAlarms);
});
afterEach(() => {
  jest.restoreAllMocks();
});

function letAnHourPass(): void {
  const later = Date.now() + HOUR_MS;
  jest.spyOn(Date, "now").mockReturnValue(later);
  for (const wake of alarms.splice(0)) wake();
}

const tokenForAnHour = (): string => unsignedToken({ sub: "ann", iat: 1, exp: (Date.now() + HOUR_MS) / 1000 });

test("a socket that stays open past its token's expiry is told, and goes on as signed out", async () => {
  const client = await RawClient.open(database);
  const cred = tokenForAnHour();
  expect((await client.request("auth", { cred })).s).toBe("ok");
  expect((await client.request("q", { p: "/own", h: "" })).s).toBe("ok");
  expect((await client.request("q", { p: "/open", h: "" })).s).toBe("ok");
  letAnHourPass();
  await until("the end of the listen", () => client.pushes.some(({ a }) => a === "c"));
  expect(client.pushes.filter(({ a }) => a !== "d").map(({ a, b }) => [a, b])).toEqual([
    ["ac", { s: "expired_token", d: "Auth token is expired." }],
    ["c", { p: "own" }],
  ]);
  expect((await client.request("p", { p: "/own", d: 1 })).s).toBe("permission_denied");
  expect((await client.request("auth", { cred })).s).toBe("expired_token");
  expect((await client.request("auth", { cred: tokenForAnHour() })).s).toBe("ok");
  expect((await client.request("p", { p: "/own", d: 1 })).s).toBe("ok");
  client.socket.terminate();
});

test("an event stream ends with auth_revoked, and an expired token is refused over REST", async () => {
  const auth = tokenForAnHour();
  const stream = await openEventStream(database, "/own.json", { auth });
  const anonymous = await openEventStream(database, "/open.json");
  await until("the data", () => stream.events.length > 0 && anonymous.events.length > 0);
  letAnHourPass();
  await until("the end", () => stream.isDone);
  expect(stream.events.at(-1)).toEqual({ name: "auth_revoked", data: "Auth token is expired." });
  expect(anonymous.isDone).toBe(false);
  anonymous.stop();

  const late = await database.rest("GET", "/own.json", { params: { auth } });
  expect([late.status, late.json()]).toEqual([401, { error: "Auth token is expired." }]);
  expect((await openEventStream(database, "/own.json", { auth })).status).toBe(401);
});

interface SdkClient {
  readonly app: FirebaseApp;
  readonly database: Database;
  /** How often the SDK wanted a token that is not from its cache. */
  renewals: number;
}

/** The `firebase` SDK with tokens that this test makes, in the place of those of `firebase/auth`. */
function sdkClient(name: string, nextToken: () => string): SdkClient {
  const app = initializeApp({ databaseURL: `http://${database.host}:${database.port}?ns=${database.namespace}` }, name);
  let token = nextToken();
  const auth = {
    getUid: () => "ann",
    getToken: (isForced: boolean) => {
      if (isForced) {
        client.renewals += 1;
        token = nextToken();
      }
      return Promise.resolve({ accessToken: token });
    },
    addAuthTokenListener: () => {},
    removeAuthTokenListener: () => {},
  };
  _addComponent(app, {
    name: "auth-internal",
    instanceFactory: () => auth,
    type: "PRIVATE",
    multipleInstances: false,
    serviceProps: {},
    instantiationMode: "LAZY",
    onInstanceCreated: null,
  });
  const client = { app, database: getDatabase(app), renewals: 0 };
  return client;
}

test("an SDK renews its token and keeps its listeners; one that has no newer token gets nothing", async () => {
  const expired = tokenForAnHour();
  const renewing = sdkClient("renewing", tokenForAnHour);
  const stuck = sdkClient("stuck", () => expired);
  const [seen, stuckSaw, cancelled]: [unknown[], unknown[], Error[]] = [[], [], []];
  for (const [client, values] of [
    [renewing, seen],
    [stuck, stuckSaw],
  ] as const) {
    onValue(
      ref(client.database, "own"),
      (snapshot) => values.push(snapshot.val()),
      (error) => cancelled.push(error),
    );
  }
  await until("the data", () => seen.length > 0 && stuckSaw.length > 0);
  letAnHourPass();
  await until("both want a newer token", () => renewing.renewals > 0 && stuck.renewals > 0);
  await set(ref(renewing.database, "own"), "an hour later");
  await until("the change", () => seen.at(-1) === "an hour later");
  expect(cancelled).toEqual([]);
  expect(stuckSaw).not.toContain("an hour later");
  for (const { app, database } of [renewing, stuck]) {
    goOffline(database);
    await deleteApp(app);
  }
});
