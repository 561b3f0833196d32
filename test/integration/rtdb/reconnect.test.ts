import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { deleteApp, initializeApp } from "firebase/app";
import {
  type Database,
  connectDatabaseEmulator,
  get,
  getDatabase,
  goOffline,
  increment,
  onChildAdded,
  onValue,
  push,
  ref,
  runTransaction,
  set,
  update,
} from "firebase/database";
import { type TcpProxy, createTcpProxy } from "../../support/network/tcp-proxy.ts";
import { type TestDatabase, createTestDatabase } from "../../support/rtdb/test-database.ts";
import { until } from "../../support/until.ts";

let database: TestDatabase;
let direct: Database;
let proxy: TcpProxy;
let proxied: Database;

beforeAll(async () => {
  database = await createTestDatabase();
  direct = database.client();
  proxy = await createTcpProxy(database.port);
  proxied = getDatabase(
    initializeApp(
      { projectId: database.namespace, databaseURL: `http://127.0.0.1:${proxy.port}?ns=${database.namespace}` },
      "proxied",
    ),
  );
  connectDatabaseEmulator(proxied, "127.0.0.1", proxy.port);
});
afterAll(async () => {
  goOffline(proxied);
  await deleteApp(proxied.app);
  await proxy.close();
  await database.close();
});

const connected = (isConnected: boolean): Promise<unknown> => {
  let now: unknown = null;
  const stop = onValue(ref(proxied, ".info/connected"), (snapshot) => (now = snapshot.val()));
  return until(`connected to be ${isConnected}`, () => now === isConnected).finally(stop);
};

test("after a cut the client reconnects, gets what it missed, and its queued writes arrive in order", async () => {
  const seen: unknown[] = [];
  onValue(ref(proxied, "log"), (snapshot) => seen.push(snapshot.val()));
  await until("the first value", () => seen.length === 1);
  proxy.refuse(true);
  proxy.cut();
  await connected(false);
  await set(ref(direct, "missed"), "while away");
  const queued = [
    set(ref(proxied, "log"), "one"),
    set(ref(proxied, "log"), "two"),
    update(ref(proxied), { "log2/a": 1, "log2/b": 2 }),
  ];
  proxy.refuse(false);
  await Promise.all(queued);
  expect((await get(ref(direct))).val()).toMatchObject({ missed: "while away", log: "two", log2: { a: 1, b: 2 } });
  expect((await get(ref(proxied, "missed"))).val()).toBe("while away");
  await set(ref(direct, "log"), "three");
  await until("the listen to work again", () => seen.at(-1) === "three");
});

test("a client that is cut again and again loses no push and repeats none", async () => {
  const keys = new Set<string>();
  onChildAdded(ref(direct, "posts"), (child) => keys.add(String(child.val())));
  const posts: Promise<unknown>[] = [];
  for (let i = 0; i < 60; i += 1) {
    posts.push(Promise.resolve(push(ref(proxied, "posts"), i)));
    if (i % 20 === 10) proxy.cut();
    await new Promise((resolve) => setImmediate(resolve));
  }
  await Promise.all(posts);
  await until("all posts", () => keys.size === 60);
  expect(Object.keys((await get(ref(direct, "posts"))).val() as object)).toHaveLength(60);
});

test("all transactions of eight clients on one path count, and all increments", async () => {
  const clients = [direct, ...Array.from({ length: 7 }, () => database.client())];
  const work = clients.flatMap((client) =>
    Array.from({ length: 15 }, () => [
      runTransaction(ref(client, "contended"), (count: number | null) => (count ?? 0) + 1),
      set(ref(client, "incremented"), increment(1)),
    ]),
  );
  const results = await Promise.all(work.flat());
  expect(results).toHaveLength(240);
  expect((await get(ref(direct))).val()).toMatchObject({ contended: 120, incremented: 120 });
});

test("an aborted transaction changes nothing", async () => {
  await set(ref(direct, "aborted"), 1);
  const result = await runTransaction(ref(proxied, "aborted"), (value: number | null) =>
    value === null ? null : undefined,
  );
  expect(result.committed).toBe(false);
  expect((await get(ref(direct, "aborted"))).val()).toBe(1);
});

test.each([
  ["a string of 3 MB", "é😀x".repeat(500_000)],
  [
    "5,000 children",
    Object.fromEntries(Array.from({ length: 5000 }, (_, i) => [`key-${i}`, { n: i, text: "some text" }])),
  ],
  ["digits that look like frame counts", "123456".repeat(10_000)],
])("%s can be written, read and pushed", async (_what, value) => {
  const seen: unknown[] = [];
  const stop = onValue(ref(proxied, "large"), (snapshot) => seen.push(snapshot.val()));
  await until("the first value", () => seen.length === 1);
  await set(ref(direct, "large"), value);
  expect((await get(ref(direct, "large"))).val()).toEqual(value);
  await until("the value", () => seen.length === 2);
  expect(seen[1]).toEqual(value);
  stop();
  await set(ref(direct, "large"), null);
});
