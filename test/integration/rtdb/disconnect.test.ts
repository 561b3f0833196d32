import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { get, onDisconnect, ref, serverTimestamp } from "firebase/database";
import { RawClient } from "../../support/rtdb-raw.ts";
import { createTcpProxy } from "../../support/network/tcp-proxy.ts";
import { createTestDatabase, isOfficial, unsignedToken } from "../../support/rtdb.ts";
import { until } from "../../support/until.ts";
import type { TcpProxy } from "../../support/network/tcp-proxy.ts";
import type { TestDatabase } from "../../support/rtdb.ts";

let database: TestDatabase;
let observer: RawClient;
const proxies: TcpProxy[] = [];

beforeAll(async () => {
  database = await createTestDatabase();
  observer = await RawClient.open(database);
});
afterAll(async () => {
  await Promise.all(proxies.map((proxy) => proxy.close()));
  await database.close();
});

async function openThroughProxy(to = database): Promise<[RawClient, TcpProxy]> {
  const proxy = await createTcpProxy(to.port);
  proxies.push(proxy);
  return [await RawClient.open({ ...to, port: proxy.port }), proxy];
}

/** Does the work on a server that takes a peer for gone after so many milliseconds without an answer to a ping. */
async function withHalfOpen(halfOpenMs: number, work: (other: TestDatabase) => Promise<void>): Promise<void> {
  const other = await createTestDatabase({ halfOpenMs });
  try {
    await work(other);
  } finally {
    await other.close();
  }
}

const read = async (place: string): Promise<unknown> => (await observer.ask("g", { p: place, q: {} })).d;
/** Waits until the place holds the value. @returns it */
async function willBe(place: string, value: unknown): Promise<unknown> {
  const json = JSON.stringify(value);
  await until(`${place} to be ${json}`, async () => JSON.stringify(await read(place)) === json);
  return read(place);
}

test.each([
  ["a close frame", (client: RawClient) => client.socket.close()],
  ["an end of TCP without a close frame", (client: RawClient) => client.socket.terminate()],
])("what was asked for is done after %s", async (_how, end) => {
  const client = await RawClient.open(database);
  await client.ask("o", { p: "/gone", d: "yes" });
  expect(await read("/gone")).toBeNull();
  end(client);
  expect(await willBe("/gone", "yes")).toEqual("yes");
  await observer.ask("p", { p: "/gone", d: null });
});

test("what was asked for is done after a reset of TCP", async () => {
  const [client, proxy] = await openThroughProxy();
  await client.ask("o", { p: "/reset", d: "yes" });
  proxy.cut();
  expect(await willBe("/reset", "yes")).toEqual("yes");
});

test("what was asked for is done when the link is half open: nothing comes, nothing closes", async () => {
  if (isOfficial) return; // the time-out of the official emulator cannot be set
  await withHalfOpen(400, async (other) => {
    const [client, proxy] = await openThroughProxy(other);
    await client.ask("o", { p: "/half", d: "yes" });
    proxy.freeze();
    // Over HTTP: who looks must not be taken for gone.
    const half = async () => (await other.rest("GET", "/half.json", { admin: true })).json();
    await until("it to be done", async () => (await half()) === "yes");
  });
});

test("a client that is silent but answers pings stays", async () => {
  await withHalfOpen(4_000, async (other) => {
    const client = await RawClient.open(other);
    await client.ask("o", { p: "/stays", d: "gone" });
    let pings = 0;
    client.socket.on("ping", () => (pings += 1));
    if (!isOfficial) await until("several pings", () => pings > 2);
    const stays = async () => (await other.rest("GET", "/stays.json", { admin: true })).json();
    expect(await stays()).toBeNull();
    client.socket.close();
    await until("it to be done", async () => (await stays()) === "gone");
  });
});

test("a client that comes back ends the session that it names as its last, though that seems alive", async () => {
  const old = await RawClient.open(database);
  await old.ask("o", { p: "/previous", d: "ended" });
  await RawClient.open(database, `&ls=${old.greeting.s}`);
  expect(await read("/previous")).toBe("ended");
  await old.closed();
});

test("it is done once: what is written over it afterwards stays", async () => {
  const client = await RawClient.open(database);
  await client.ask("o", { p: "/once", d: { ".sv": { increment: 1 } } });
  client.socket.terminate();
  expect(await willBe("/once", 1)).toEqual(1);
  await RawClient.open(database, `&ls=${client.greeting.s}`);
  expect(await read("/once")).toBe(1);
});

test("an update is one event, timestamps are those of the end, and increments build on the data of then", async () => {
  const client = await RawClient.open(database);
  await client.ask("om", { p: "/atomic", d: { at: { ".sv": "timestamp" }, "count/n": { ".sv": { increment: 2 } } } });
  await observer.ask("p", { p: "/atomic/count/n", d: 40 });
  await observer.ask("q", { p: "/atomic", h: "" });
  const [before, pushes] = [Date.now(), observer.pushes.length];
  client.socket.terminate();
  await until("the event", () => observer.pushes.length > pushes);
  await observer.ask("n", { p: "/atomic" });
  expect(observer.pushes.slice(pushes)).toEqual([
    { a: "m", b: { p: "atomic", d: { at: expect.any(Number), "count/n": 42 } } },
  ]);
  const { at } = (await read("/atomic")) as { at: number };
  expect(at).toBeGreaterThanOrEqual(before);
});

test("a cancel reaches everything at and below its place, and a later registration replaces the earlier", async () => {
  const client = await RawClient.open(database);
  await client.ask("o", { p: "/cancel/a/x", d: 1 });
  await client.ask("om", { p: "/cancel", d: { "a/y": 2, b: 3 } });
  await client.ask("o", { p: "/cancel/c", d: "first" });
  await client.ask("o", { p: "/cancel/c", d: "second" });
  await client.ask("oc", { p: "/cancel/a", d: null });
  client.socket.terminate();
  expect(await willBe("/cancel", { b: 3, c: "second" })).toEqual({ b: 3, c: "second" });
});

test("rules judge it when it is registered, and again when it runs, as of then", async () => {
  await database.setRules({
    ".read": true,
    open: { ".write": true },
    mine: { $uid: { ".write": "auth.uid === $uid && !root.child('open/banned').exists()" } },
  });
  const cred = unsignedToken({ sub: "alice" });
  const [allowed, banned] = await Promise.all([RawClient.open(database), RawClient.open(database)]);
  for (const client of [allowed, banned]) await client.ask("auth", { cred });
  expect((await allowed.ask("o", { p: "/mine/bob", d: 1 })).s).toBe("permission_denied");
  expect((await allowed.ask("o", { p: "/mine/alice/a", d: 1 })).s).toBe("ok");
  expect((await banned.ask("o", { p: "/mine/alice/b", d: 1 })).s).toBe("ok");
  expect((await banned.ask("o", { p: "/open/after", d: "ran" })).s).toBe("ok");
  allowed.socket.terminate();
  expect(await willBe("/mine/alice", { a: 1 })).toEqual({ a: 1 });
  await observer.ask("p", { p: "/open/banned", d: true });
  banned.socket.terminate();
  expect(await willBe("/open/after", "ran")).toEqual("ran");
  expect(await read("/mine/alice")).toEqual({ a: 1 });
  await database.setRules({ ".read": true, ".write": true });
});

test("the SDK's own presence: set, update, remove and cancel", async () => {
  const leaving = database.client();
  const proxied = ref(leaving, "sdk");
  await onDisconnect(ref(leaving, "sdk/set")).set(serverTimestamp());
  await onDisconnect(proxied).update({ "deep/er": 1, flat: 2 });
  await observer.ask("p", { p: "/sdk", d: { kept: 1, removed: 2 } });
  await onDisconnect(ref(leaving, "sdk/removed")).remove();
  await onDisconnect(ref(leaving, "sdk/kept")).remove();
  await onDisconnect(ref(leaving, "sdk/kept")).cancel();
  const { goOffline } = await import("firebase/database");
  goOffline(leaving);
  await until("the removal", async () => (await read("/sdk/removed")) === null);
  const staying = database.client();
  expect((await get(ref(staying, "sdk"))).val()).toEqual({
    set: expect.any(Number),
    deep: { er: 1 },
    flat: 2,
    kept: 1,
  });
});
