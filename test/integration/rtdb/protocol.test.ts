import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { hashOf } from "../../../rtdb-server/tree/hash.ts";
import { RawClient } from "../../support/rtdb/raw-client.ts";
import { type TestDatabase, createTestDatabase } from "../../support/rtdb/test-database.ts";
import { treeOf } from "../../support/rtdb/tree.ts";
import { unsignedToken } from "../../support/rtdb/unsigned-token.ts";
import { until } from "../../support/until.ts";

let database: TestDatabase;
let client: RawClient;

const hash = (json: unknown): string => hashOf(treeOf(json));

beforeAll(async () => {
  database = await createTestDatabase();
  client = await RawClient.open(database);
});
afterAll(() => database.close());

test("the greeting has the requested host, a unique session and the server's time", async () => {
  const other = await RawClient.open(database, "", { host: "my.host:1234" });
  expect(other.greeting).toEqual({ ts: expect.any(Number), v: "5", h: "my.host:1234", s: expect.stringMatching(/./) });
  expect(other.greeting.s).not.toBe(client.greeting.s);
  expect(Math.abs(other.greeting.ts - Date.now())).toBeLessThan(60_000);
});

test("a bearer token on the upgrade request does not make an administrator", async () => {
  await database.setRules({ locked: { ".write": false }, ".read": true, ".write": "auth === null" });
  const bearer = await RawClient.open(database, "", { authorization: "Bearer owner" });
  expect((await bearer.request("p", { p: "/x", d: 1 })).s).toBe("ok");
  await database.setRules({ ".read": true, ".write": false });
  expect((await bearer.request("p", { p: "/x", d: 1 })).s).toBe("permission_denied");
  expect((await bearer.request("gauth", { cred: "owner" })).s).toBe("ok");
  expect((await bearer.request("p", { p: "/x", d: 1 })).s).toBe("ok");
  await database.setRules({ ".read": true, ".write": true });
});

test("a ping gets a pong with a d, and a keepalive frame gets nothing", async () => {
  const quiet = await RawClient.open(database);
  quiet.socket.send("0");
  quiet.send({ t: "c", d: { t: "p", d: {} } });
  await until("the pong", () => quiet.received.length > 1);
  expect(quiet.received.slice(1)).toEqual([{ t: "c", d: { t: "o", d: null } }]);
});

test("the pieces of a message are joined, even if one looks like a count", async () => {
  const text = JSON.stringify({ t: "d", d: { r: 900, a: "p", b: { p: "/pieces", d: 12345678 } } });
  const split = text.indexOf("12345678");
  for (const frame of ["3", text.slice(0, split), "12345678", text.slice(split + 8)]) client.socket.send(frame);
  await until("the response", () => client.data.some(({ r }) => r === 900));
  expect((await client.request("g", { p: "/pieces", q: {} })).d).toBe(12345678);
});

test("a large response is sent as a count and pieces of at most 16384 units, and no piece splits a character", async () => {
  const text = "a" + "😀".repeat(40_000);
  expect((await client.request("p", { p: "/large", d: text })).s).toBe("ok");
  const before = client.frames.length;
  expect((await client.request("g", { p: "/large", q: {} })).d).toBe(text);
  const frames = client.frames.slice(before);
  expect(Number(frames[0])).toBe(frames.length - 1);
  expect(frames.length).toBeGreaterThan(5);
  expect(Math.max(...frames.map((frame) => frame.length))).toBeLessThanOrEqual(16384);
});

test("every request gets a response, in order, and an unknown action gets a reason", async () => {
  const client = await RawClient.open(database);
  const actions = ["s", "q", "n", "g", "p", "m", "o", "om", "oc", "unauth", "appcheck", "unappeck", "nonsense"];
  const numbers = actions.map((a) =>
    client.sendRequest(a, {
      p: "/order",
      q: a === "g" ? {} : undefined,
      d: a === "m" || a === "om" ? { x: 1 } : null,
      h: undefined,
    }),
  );
  await until("the last response", () => client.data.some(({ r }) => r === numbers.at(-1)));
  expect(client.data.flatMap(({ r }) => r ?? [])).toEqual(numbers);
  expect(client.data.at(-1)?.b).toEqual({ s: expect.not.stringMatching("ok"), d: expect.stringContaining("nonsense") });
});

test("a sign-out gets the response of the real server", async () => {
  expect(await client.request("unauth", {})).toEqual({ s: "ok", d: "unauthenticated" });
});

test("a listen gets the data before its ok, also where there is none", async () => {
  const listener = await RawClient.open(database);
  await client.request("p", { p: "/first", d: { a: 1 } });
  await listener.request("q", { p: "/first", h: "" });
  await listener.request("q", { p: "/nothing", h: "" });
  expect(listener.data).toEqual([
    { a: "d", b: { p: "first", d: { a: 1 } } },
    { r: 1, b: { s: "ok", d: {} } },
    { a: "d", b: { p: "nothing", d: null } },
    { r: 2, b: { s: "ok", d: {} } },
  ]);
});

test("a client that has the data already, by its hash, does not get it again", async () => {
  await client.request("p", { p: "/known", d: { a: 1, b: "two" } });
  const listener = await RawClient.open(database);
  await listener.request("q", { p: "/known", h: hash({ a: 1, b: "two" }) });
  expect(listener.pushes).toEqual([]);
  const stale = await RawClient.open(database);
  await stale.request("q", { p: "/known", h: hash({ a: 2 }) });
  expect(stale.pushes).toHaveLength(1);
});

test("a client's own write is pushed before its ok, with server values resolved", async () => {
  const listener = await RawClient.open(database);
  await listener.request("q", { p: "/own", h: "" });
  await listener.request("p", { p: "/own", d: { ".sv": { increment: 5 } } });
  expect(listener.data.slice(-2)).toEqual([
    { a: "d", b: { p: "own", d: 5 } },
    { r: 2, b: { s: "ok", d: "" } },
  ]);
});

test("an update is one merge with deep keys, and a connection that listens above and below gets it once", async () => {
  const listener = await RawClient.open(database);
  await listener.request("q", { p: "/merge", h: "" });
  await listener.request("q", { p: "/merge/a", h: "" });
  await listener.request("q", { p: "/merge/elsewhere", h: "" });
  const before = listener.pushes.length;
  await client.request("m", { p: "/", d: { "merge/a/b": 1, "merge/a/c/d": 2, "merge/e": null, unrelated: 3 } });
  await until("the push", () => listener.pushes.length > before);
  await listener.request("s", {});
  expect(listener.pushes.slice(before)).toEqual([{ a: "m", b: { p: "merge", d: { "a/b": 1, "a/c/d": 2, e: null } } }]);
});

test("an update with a path above another is refused as a whole", async () => {
  const response = await client.request("m", { p: "/overlap", d: { a: 1, "a/b": 2 } });
  expect(response.s).not.toBe("ok");
  expect((await client.request("g", { p: "/overlap", q: {} })).d).toBeNull();
});

test("pushes of a filtered listen have its tag, and a child that leaves the window and its successor are in one message", async () => {
  await client.request("p", { p: "/tagged", d: { a: 1, b: 2, c: 3 } });
  const listener = await RawClient.open(database);
  await listener.request("q", { p: "/tagged", q: { i: ".key", l: 2, vf: "r" }, t: 7, h: "" });
  await client.request("p", { p: "/tagged/c", d: null });
  await client.request("p", { p: "/tagged/a/ignored", d: null });
  await until("the change", () => listener.pushes.length > 1);
  expect(listener.pushes).toEqual([
    { a: "d", b: { p: "tagged", d: { b: 2, c: 3 }, t: 7 } },
    { a: "m", b: { p: "tagged", d: { c: null, a: 1 }, t: 7 } },
  ]);
  await listener.request("n", { p: "/tagged", q: { i: ".key", l: 2, vf: "r" }, t: 7 });
  await client.request("p", { p: "/tagged/c", d: 9 });
  await listener.request("s", {});
  expect(listener.pushes).toHaveLength(2);
});

test("without an index a listen warns and sends everything, and a get is refused with the missing rule", async () => {
  await client.request("p", { p: "/noindex", d: { a: { n: 1 }, b: { n: 2 } } });
  const q = { i: "n", l: 1, vf: "r" };
  expect(await client.request("q", { p: "/noindex", q, t: 3, h: "" })).toEqual({ s: "ok", d: { w: ["no_index"] } });
  expect(client.pushes.at(-1)?.b).toEqual({ p: "noindex", d: { a: { n: 1 }, b: { n: 2 } }, t: 3 });
  const response = await client.request("g", { p: "/noindex", q });
  expect(response.s).not.toBe("ok");
  expect(response.d).toBe('Index not defined, add ".indexOn": "n", for path "/noindex", to the rules');
  await client.request("n", { p: "/noindex", q, t: 3 });
});

test("a transaction with a stale hash changes nothing, and the client gets the current data before the refusal", async () => {
  const other = await RawClient.open(database);
  await other.request("q", { p: "/cas", h: "" });
  await client.request("p", { p: "/cas", d: 1 });
  const response = await other.request("p", { p: "/cas", d: 99, h: hash(null) });
  expect(response.s).toBe("datastale");
  expect(other.data.slice(-2)).toEqual([
    { a: "d", b: { p: "cas", d: 1 } },
    { r: 2, b: response },
  ]);
  expect((await other.request("p", { p: "/cas", d: 2, h: hash(1) })).s).toBe("ok");
  expect((await client.request("g", { p: "/cas", q: {} })).d).toBe(2);
});

test("an unreadable credential is refused, and one that expired in 1970 is accepted", async () => {
  const user = await RawClient.open(database);
  for (const cred of ["", "nonsense", "a.b.c", "a.e30.", `a.${Buffer.from("[]").toString("base64url")}.`]) {
    expect((await user.request("auth", { cred })).s).toBe("invalid_token");
  }
  expect((await user.request("auth", { cred: unsignedToken({ sub: "u", exp: 1 }) })).s).toBe("ok");
});
