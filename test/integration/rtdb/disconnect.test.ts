import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { get, goOffline, onDisconnect, ref, serverTimestamp } from "firebase/database";
import { RawClient } from "../../support/rtdb/raw-client.ts";
import { type TcpProxy, createTcpProxy } from "../../support/network/tcp-proxy.ts";
import { type TestDatabase, createTestDatabase, isOfficial } from "../../support/rtdb/test-database.ts";
import { unsignedToken } from "../../support/rtdb/unsigned-token.ts";
import { until } from "../../support/until.ts";

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

/** Runs the work with a server that ends a session after so many milliseconds without an answer to a ping. */
async function withPeerTimeout(peerTimeoutMs: number, work: (other: TestDatabase) => Promise<void>): Promise<void> {
  const other = await createTestDatabase({ peerTimeoutMs });
  try {
    await work(other);
  } finally {
    await other.close();
  }
}

const read = async (path: string): Promise<unknown> => (await observer.request("g", { p: path, q: {} })).d;
function hasValue(path: string, value: unknown): () => Promise<boolean> {
  return async () => JSON.stringify(await read(path)) === JSON.stringify(value);
}

test.each([
  ["a close frame", (client: RawClient) => client.socket.close()],
  ["an end of TCP without a close frame", (client: RawClient) => client.socket.terminate()],
])("an onDisconnect write is done after %s", async (_how, end) => {
  const client = await RawClient.open(database);
  await client.request("o", { p: "/gone", d: "yes" });
  expect(await read("/gone")).toBeNull();
  end(client);
  await until("the onDisconnect write", hasValue("/gone", "yes"));
  await observer.request("p", { p: "/gone", d: null });
});

test("an onDisconnect write is done after a reset of TCP", async () => {
  const [client, proxy] = await openThroughProxy();
  await client.request("o", { p: "/reset", d: "yes" });
  proxy.cut();
  await until("the onDisconnect write", hasValue("/reset", "yes"));
});

test("an onDisconnect write is done when the connection is half-open: no data comes, and it does not close", async () => {
  if (isOfficial) return; // the timeout of the official emulator cannot be set
  await withPeerTimeout(2_000, async (other) => {
    const [client, proxy] = await openThroughProxy(other);
    await client.request("o", { p: "/half", d: "yes" });
    proxy.freeze();
    // Reads over HTTP, since a WebSocket could miss the short timeout too.
    const readHalf = async () => (await other.rest("GET", "/half.json", { admin: true })).json();
    await until("the onDisconnect write", async () => (await readHalf()) === "yes");
  });
});

test("a silent client that answers pings stays connected", async () => {
  await withPeerTimeout(4_000, async (other) => {
    const client = await RawClient.open(other);
    await client.request("o", { p: "/stays", d: "gone" });
    let pings = 0;
    client.socket.on("ping", () => (pings += 1));
    if (!isOfficial) await until("several pings", () => pings > 2);
    const readStays = async () => (await other.rest("GET", "/stays.json", { admin: true })).json();
    expect(await readStays()).toBeNull();
    client.socket.close();
    await until("the onDisconnect write", async () => (await readStays()) === "gone");
  });
});

test("a client that comes back ends its previous session, even if that seems alive", async () => {
  const old = await RawClient.open(database);
  await old.request("o", { p: "/previous", d: "ended" });
  await RawClient.open(database, `&ls=${old.greeting.s}`);
  expect(await read("/previous")).toBe("ended");
  await old.closed();
});

test("an onDisconnect write is done once", async () => {
  const client = await RawClient.open(database);
  await client.request("o", { p: "/once", d: { ".sv": { increment: 1 } } });
  client.socket.terminate();
  await until("the onDisconnect write", hasValue("/once", 1));
  await RawClient.open(database, `&ls=${client.greeting.s}`);
  expect(await read("/once")).toBe(1);
});

test("an onDisconnect update is one event, and its server values are resolved at the disconnect", async () => {
  const client = await RawClient.open(database);
  await client.request("om", {
    p: "/atomic",
    d: { at: { ".sv": "timestamp" }, "count/n": { ".sv": { increment: 2 } } },
  });
  await observer.request("p", { p: "/atomic/count/n", d: 40 });
  await observer.request("q", { p: "/atomic", h: "" });
  const [before, pushes] = [Date.now(), observer.pushes.length];
  client.socket.terminate();
  await until("the event", () => observer.pushes.length > pushes);
  await observer.request("n", { p: "/atomic" });
  expect(observer.pushes.slice(pushes)).toEqual([
    { a: "m", b: { p: "atomic", d: { at: expect.any(Number), "count/n": 42 } } },
  ]);
  const { at } = (await read("/atomic")) as { at: number };
  expect(at).toBeGreaterThanOrEqual(before);
});

test("a cancel removes everything at and below its path, and a later registration replaces an earlier one", async () => {
  const client = await RawClient.open(database);
  await client.request("o", { p: "/cancel/a/x", d: 1 });
  await client.request("om", { p: "/cancel", d: { "a/y": 2, b: 3 } });
  await client.request("o", { p: "/cancel/c", d: "first" });
  await client.request("o", { p: "/cancel/c", d: "second" });
  await client.request("oc", { p: "/cancel/a", d: null });
  client.socket.terminate();
  await until("the onDisconnect write", hasValue("/cancel", { b: 3, c: "second" }));
});

test("rules must allow an onDisconnect write when it is registered, and again when it is done", async () => {
  await database.setRules({
    ".read": true,
    open: { ".write": true },
    mine: { $uid: { ".write": "auth.uid === $uid && !root.child('open/banned').exists()" } },
  });
  const cred = unsignedToken({ sub: "alice" });
  const [allowed, banned] = await Promise.all([RawClient.open(database), RawClient.open(database)]);
  for (const client of [allowed, banned]) await client.request("auth", { cred });
  expect((await allowed.request("o", { p: "/mine/bob", d: 1 })).s).toBe("permission_denied");
  expect((await allowed.request("o", { p: "/mine/alice/a", d: 1 })).s).toBe("ok");
  expect((await banned.request("o", { p: "/mine/alice/b", d: 1 })).s).toBe("ok");
  expect((await banned.request("o", { p: "/open/after", d: "ran" })).s).toBe("ok");
  allowed.socket.terminate();
  await until("the onDisconnect write", hasValue("/mine/alice", { a: 1 }));
  await observer.request("p", { p: "/open/banned", d: true });
  banned.socket.terminate();
  await until("the onDisconnect write", hasValue("/open/after", "ran"));
  expect(await read("/mine/alice")).toEqual({ a: 1 });
  await database.setRules({ ".read": true, ".write": true });
});

test("onDisconnect of the SDK can set, update, remove and cancel", async () => {
  const leaving = database.client();
  await onDisconnect(ref(leaving, "sdk/set")).set(serverTimestamp());
  await onDisconnect(ref(leaving, "sdk")).update({ "deep/er": 1, flat: 2 });
  await observer.request("p", { p: "/sdk", d: { kept: 1, removed: 2 } });
  await onDisconnect(ref(leaving, "sdk/removed")).remove();
  await onDisconnect(ref(leaving, "sdk/kept")).remove();
  await onDisconnect(ref(leaving, "sdk/kept")).cancel();
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
