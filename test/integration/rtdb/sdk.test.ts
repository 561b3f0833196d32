import { afterAll, beforeAll, expect, test } from "@jest/globals";
import {
  type Database,
  type Query,
  get,
  goOffline,
  increment,
  limitToLast,
  onDisconnect,
  onValue,
  orderByChild,
  query,
  ref,
  runTransaction,
  serverTimestamp,
  set,
  update,
} from "firebase/database";
import { type TestDatabase, createTestDatabase } from "../../support/rtdb/test-database.ts";
import { until } from "../../support/until.ts";

let database: TestDatabase;
let alice: Database;
let bob: Database;

beforeAll(async () => {
  database = await createTestDatabase();
  await database.setRules({
    ".read": true,
    open: { ".write": true, scores: { ".indexOn": "points" } },
    own: { $uid: { ".write": "auth !== null && auth.uid === $uid" } },
  });
  alice = database.client("alice");
  bob = database.client("bob");
});
afterAll(() => database.close());

/** The values that a listener gets, as JSON. */
function watch(query: Query): string[] {
  const seen: string[] = [];
  onValue(query, (snapshot) => seen.push(JSON.stringify(snapshot.val())));
  return seen;
}

test("one client sees what another sets", async () => {
  const seen = watch(ref(bob, "open/greeting"));
  await until("the first value", () => seen.length === 1);
  await set(ref(alice, "open/greeting"), "hello");
  await until("the new value", () => seen.at(-1) === '"hello"');
  expect(seen).toEqual(["null", '"hello"']);
});

test("an update of several paths is one event for all clients, its author included", async () => {
  const theirs = watch(ref(bob, "open/several"));
  const own = watch(ref(alice, "open/several"));
  await until("first values", () => theirs.length === 1 && own.length === 1);
  await update(ref(alice), { "open/several/a": 1, "open/several/b/c": 2, "open/several/d": null });
  await until("the update", () => theirs.length > 1);
  expect(theirs).toEqual(["null", '{"a":1,"b":{"c":2}}']);
  expect(own).toEqual(["null", '{"a":1,"b":{"c":2}}']);
});

test("all clients see resolved server values, and the author sees them before its write is done", async () => {
  const theirs = watch(ref(bob, "open/stamped"));
  const own = watch(ref(alice, "open/stamped"));
  await until("first values", () => theirs.length === 1 && own.length === 1);
  await set(ref(alice, "open/stamped"), { at: serverTimestamp(), count: increment(3) });
  await until("the write", () => theirs.length === 2);
  const last: unknown = JSON.parse(theirs[1] ?? "");
  expect(last).toEqual({ at: expect.any(Number), count: 3 });
  expect(own.at(-1)).toBe(theirs[1]);
});

test("a window of the last two children is refilled when one leaves it", async () => {
  await set(ref(alice, "open/scores"), { a: { points: 1 }, b: { points: 2 }, c: { points: 3 } });
  const seen: string[] = [];
  onValue(query(ref(bob, "open/scores"), orderByChild("points"), limitToLast(2)), (snapshot) => {
    seen.push(Object.keys(snapshot.val() as object).join());
  });
  await until("the window", () => seen.length === 1);
  await set(ref(alice, "open/scores/c"), null);
  await until("the refill", () => seen.length === 2);
  expect(seen).toEqual(["b,c", "a,b"]);
});

test("all concurrent transactions of several clients count", async () => {
  const clients = [alice, bob, database.client(), database.client()];
  const runs = clients.flatMap((client) => Array.from({ length: 10 }, () => client));
  await Promise.all(
    runs.map((client) => runTransaction(ref(client, "open/counter"), (count: number | null) => (count ?? 0) + 1)),
  );
  expect((await get(ref(alice, "open/counter"))).val()).toBe(40);
});

test("rules refuse a write to the path of another user, and allow one to the user's own", async () => {
  await expect(set(ref(alice, "own/bob"), 1)).rejects.toThrow("PERMISSION_DENIED: Permission denied");
  await set(ref(bob, "own/bob"), 1);
  expect((await get(ref(alice, "own/bob"))).val()).toBe(1);
});

test("an onDisconnect write is done when the socket closes, with the time of the close", async () => {
  const leaving = database.client("carol");
  await onDisconnect(ref(leaving, "own/carol")).set(serverTimestamp());
  expect((await get(ref(alice, "own/carol"))).val()).toBeNull();
  const before = Date.now();
  goOffline(leaving);
  const at = await until("the mark", async () => (await get(ref(alice, "own/carol"))).val() as number | null);
  expect(at).toBeGreaterThanOrEqual(before);
});
