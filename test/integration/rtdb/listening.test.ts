import { afterAll, beforeAll, expect, test } from "@jest/globals";
import {
  type Database,
  get,
  limitToLast,
  off,
  onChildAdded,
  onChildChanged,
  onChildMoved,
  onChildRemoved,
  onValue,
  orderByChild,
  orderByKey,
  orderByPriority,
  query,
  ref,
  remove,
  set,
  setPriority,
  setWithPriority,
  update,
} from "firebase/database";
import { RawClient } from "../../support/rtdb/raw-client.ts";
import { type TestDatabase, createTestDatabase } from "../../support/rtdb/test-database.ts";
import { unsignedToken } from "../../support/rtdb/unsigned-token.ts";
import { until } from "../../support/until.ts";

let database: TestDatabase;
let writer: Database;
let reader: Database;

beforeAll(async () => {
  database = await createTestDatabase();
  await database.setRules({ ".read": true, ".write": true, scores: { ".indexOn": ["n", "deep/n", ".value"] } });
  writer = database.client();
  reader = database.client();
});
afterAll(() => database.close());

test("child events tell what was added, changed, moved and removed, with the previous sibling", async () => {
  const children = query(ref(reader, "children"), orderByChild("n"));
  const events: string[] = [];
  onChildAdded(children, (child, previous) => events.push(`+${child.key} after ${previous}`));
  onChildChanged(children, (child, previous) => events.push(`~${child.key} after ${previous}`));
  onChildMoved(children, (child, previous) => events.push(`>${child.key} after ${previous}`));
  onChildRemoved(children, (child) => events.push(`-${child.key}`));
  await new Promise((resolve) => onValue(children, resolve));
  await set(ref(writer, "children"), { a: { n: 1 }, b: { n: 2 } });
  await set(ref(writer, "children/a/n"), 3);
  await remove(ref(writer, "children/b"));
  await until("the removal", () => events.includes("-b"));
  expect(events).toEqual(["+a after null", "+b after a", ">a after b", "~a after b", "-b"]);
});

test("priorities order children, and clients get them", async () => {
  await setWithPriority(ref(writer, "ranked/a"), "A", 2);
  await setWithPriority(ref(writer, "ranked/b"), { x: 1 }, 1);
  const seen: string[] = [];
  onValue(query(ref(reader, "ranked"), orderByPriority()), (snapshot) => {
    const children: string[] = [];
    snapshot.forEach((child) => {
      children.push(`${child.key}:${child.priority}`);
    });
    seen.push(children.join());
  });
  await until("the first order", () => seen.length === 1);
  await setPriority(ref(writer, "ranked/b"), "z");
  await until("the second order", () => seen.length === 2);
  expect(seen).toEqual(["b:1,a:2", "a:2,b:z"]);
});

test("overlapping listens see every change once", async () => {
  const [outer, inner, window]: [unknown[], unknown[], unknown[]] = [[], [], []];
  await set(ref(writer, "overlap"), { a: { x: 1 }, b: 2 });
  onValue(query(ref(reader, "overlap"), orderByKey(), limitToLast(1)), (snapshot) => window.push(snapshot.val()));
  onValue(ref(reader, "overlap/a"), (snapshot) => inner.push(snapshot.val()));
  await until("first values", () => inner.length === 1 && window.length === 1);
  onValue(ref(reader, "overlap"), (snapshot) => outer.push(snapshot.val()));
  await until("the broad listen", () => outer.length === 1);
  await update(ref(writer, "overlap"), { "a/x": 2, "a/y": 3, c: 4 });
  await until("the change", () => outer.length === 2 && inner.length === 2 && window.length === 2);
  off(ref(reader, "overlap"), "value");
  await set(ref(writer, "overlap/a/x"), 5);
  await until("the change after the broad listen ended", () => inner.length === 3);
  expect(inner).toEqual([{ x: 1 }, { x: 2, y: 3 }, { x: 5, y: 3 }]);
  expect(window).toEqual([{ b: 2 }, { c: 4 }]);
});

test("a window by a deep child is refilled when a child leaves it, and a new child pushes another out", async () => {
  const seen: string[] = [];
  await set(ref(writer, "scores"), { a: { deep: { n: 1 } }, b: { deep: { n: 2 } }, c: { deep: { n: 3 } } });
  onValue(query(ref(reader, "scores"), orderByChild("deep/n"), limitToLast(2)), (snapshot) =>
    seen.push(Object.keys(snapshot.val() as object).join()),
  );
  await until("the window", () => seen.length === 1);
  await set(ref(writer, "scores/d"), { deep: { n: 9 } });
  await until("the new child", () => seen.length === 2);
  await set(ref(writer, "scores/d/deep/n"), 0);
  await until("the child to leave", () => seen.length === 3);
  expect(seen).toEqual(["b,c", "c,d", "b,c"]);
});

test("2,000 listeners of 2,000 paths get the changes of their path, and no others", async () => {
  const values = new Map<number, unknown[]>();
  for (let i = 0; i < 2000; i += 1) {
    const seen: unknown[] = [];
    values.set(i, seen);
    onValue(ref(reader, `many/${i}/value`), (snapshot) => seen.push(snapshot.val()));
  }
  await until("first values", () => [...values.values()].every((seen) => seen.length === 1));
  await update(ref(writer, "many"), { "7/value": "x", "1999/value": "y" });
  await until("the changes", () => values.get(1999)?.length === 2);
  expect(values.get(7)).toEqual([null, "x"]);
  expect([...values.values()].filter((seen) => seen.length > 1)).toHaveLength(2);
});

test("one write reaches all of 2,000 listens of 200 connections to one path", async () => {
  const clients = await Promise.all(Array.from({ length: 200 }, () => RawClient.open(database)));
  await Promise.all(
    clients.flatMap((client) =>
      Array.from({ length: 10 }, (_, tag) =>
        client.request("q", { p: "/crowd", q: { i: ".key", l: tag + 1, vf: "l" }, t: tag + 1, h: "" }),
      ),
    ),
  );
  await set(ref(writer, "crowd/x"), 1);
  await until("every push", () => clients.every((client) => client.pushes.length === 20));
  expect(clients[0]?.pushes.at(-1)).toEqual({ a: "m", b: { p: "crowd", d: { x: 1 }, t: expect.any(Number) } });
  for (const client of clients) client.socket.terminate();
});

test("a listen without the right to read is refused with its path, and the client goes on to work", async () => {
  await database.setRules({ ".write": true, open: { ".read": true }, secret: { ".read": false } });
  const errors: string[] = [];
  onValue(
    ref(reader, "secret/x"),
    () => errors.push("seen"),
    (error) => errors.push(error.message),
  );
  await until("the refusal", () => errors.length === 1);
  expect(errors[0]).toMatch(/permission_denied at \/secret\/x/);
  await expect(get(ref(reader, "secret/y"))).rejects.toThrow("Permission denied");
  await set(ref(writer, "open/x"), 1);
  expect((await get(ref(reader, "open/x"))).val()).toBe(1);
  await database.setRules({ ".read": true, ".write": true });
});

test("a sign-out, another user and changed rules end the listens that they forbid, and no others", async () => {
  const rules = { ".write": true, open: { ".read": true }, users: { $uid: { ".read": "auth.uid === $uid" } } };
  await database.setRules(rules);
  const raw = await RawClient.open(database);
  const listen = (path: string): Promise<unknown> => raw.request("q", { p: path, h: "" });
  const window = { i: ".key", l: 1, vf: "l" };
  await raw.request("auth", { cred: unsignedToken({ sub: "alice" }) });
  for (const path of ["/open", "/users/alice"]) expect(await listen(path)).toEqual({ s: "ok", d: {} });
  await raw.request("q", { p: "/users/alice", q: window, t: 5, h: "" });

  await raw.request("auth", { cred: unsignedToken({ sub: "alice", fresh: true }) });
  expect(raw.pushes.filter(({ a }) => a === "c")).toEqual([]);
  await raw.request("auth", { cred: unsignedToken({ sub: "bob" }) });
  expect(raw.pushes.filter(({ a }) => a === "c")).toEqual([
    { a: "c", b: { p: "users/alice" } },
    { a: "c", b: { p: "users/alice", q: [window] } },
  ]);

  await listen("/users/bob");
  await raw.request("unauth", {});
  expect(raw.pushes.at(-1)).toEqual({ a: "c", b: { p: "users/bob" } });

  await database.setRules({ ...rules, open: { ".read": false } });
  await until("the revocation", () => raw.pushes.at(-1)?.a === "c" && raw.pushes.at(-1)?.b.p === "open");
  const count = raw.pushes.length;
  await set(ref(writer, "open/x"), 2);
  await set(ref(writer, "users/alice"), 2);
  await raw.request("s", {});
  expect(raw.pushes).toHaveLength(count);
  await database.setRules({ ".read": true, ".write": true });
});
