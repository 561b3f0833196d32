import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { hashOf } from "../../../rtdb-server/tree/hash.ts";
import { parseNode } from "../../../rtdb-server/tree/json.ts";
import { RawClient } from "../../support/rtdb-raw.ts";
import { createTestDatabase, unsignedToken } from "../../support/rtdb.ts";
import { until } from "../../support/until.ts";
import type { TestDatabase } from "../../support/rtdb.ts";

let database: TestDatabase;
let client: RawClient;

const hash = (json: unknown): string => hashOf(parseNode(json, { now: 0 }, null, 0));

beforeAll(async () => {
  database = await createTestDatabase();
  client = await RawClient.open(database);
});
afterAll(() => database.close());

test("the greeting names the host that the client asked for, a session of its own and the server's time", async () => {
  const other = await RawClient.open(database, "", { host: "my.host:1234" });
  expect(other.greeting).toEqual({ ts: expect.any(Number), v: "5", h: "my.host:1234", s: expect.stringMatching(/./) });
  expect(other.greeting.s).not.toBe(client.greeting.s);
  expect(Math.abs(other.greeting.ts - Date.now())).toBeLessThan(60_000);
});

test("a bearer token on the upgrade makes nobody an administrator", async () => {
  await database.setRules({ locked: { ".write": false }, ".read": true, ".write": "auth === null" });
  const bearer = await RawClient.open({ ...database, ns: database.ns }, "", { authorization: "Bearer owner" });
  expect((await bearer.ask("p", { p: "/x", d: 1 })).s).toBe("ok");
  await database.setRules({ ".read": true, ".write": false });
  expect((await bearer.ask("p", { p: "/x", d: 1 })).s).toBe("permission_denied");
  expect((await bearer.ask("gauth", { cred: "owner" })).s).toBe("ok");
  expect((await bearer.ask("p", { p: "/x", d: 1 })).s).toBe("ok");
  await database.setRules({ ".read": true, ".write": true });
});

test("a ping is answered with a pong that has a d, and a keepalive frame with nothing", async () => {
  const quiet = await RawClient.open(database);
  quiet.socket.send("0");
  quiet.send({ t: "c", d: { t: "p", d: {} } });
  await until("the pong", () => quiet.received.length > 1);
  expect(quiet.received.slice(1)).toEqual([{ t: "c", d: { t: "o", d: null } }]);
});

test("a message in pieces is put together though a piece looks like a count", async () => {
  const text = JSON.stringify({ t: "d", d: { r: 900, a: "p", b: { p: "/pieces", d: 12345678 } } });
  const split = text.indexOf("12345678");
  for (const frame of ["3", text.slice(0, split), "12345678", text.slice(split + 8)]) client.socket.send(frame);
  await until("the answer", () => client.data.some(({ r }) => r === 900));
  expect((await client.ask("g", { p: "/pieces", q: {} })).d).toBe(12345678);
});

test("a large answer comes as a count and pieces of 16384 units at most, none of which splits a character", async () => {
  const text = "a" + "😀".repeat(40_000);
  expect((await client.ask("p", { p: "/large", d: text })).s).toBe("ok");
  const before = client.frames.length;
  expect((await client.ask("g", { p: "/large", q: {} })).d).toBe(text);
  const frames = client.frames.slice(before);
  expect(Number(frames[0])).toBe(frames.length - 1);
  expect(frames.length).toBeGreaterThan(5);
  expect(Math.max(...frames.map((frame) => frame.length))).toBeLessThanOrEqual(16384);
});

test("every request is answered, in the order in which it came, unknown ones with a reason", async () => {
  const client = await RawClient.open(database);
  const actions = ["s", "q", "n", "g", "p", "m", "o", "om", "oc", "unauth", "appcheck", "unappeck", "nonsense"];
  const numbers = actions.map((a) =>
    client.post(a, {
      p: "/order",
      q: a === "g" ? {} : undefined,
      d: a === "m" || a === "om" ? { x: 1 } : null,
      h: undefined,
    }),
  );
  await until("the last answer", () => client.data.some(({ r }) => r === numbers.at(-1)));
  expect(client.data.flatMap(({ r }) => r ?? [])).toEqual(numbers);
  expect(client.data.at(-1)?.b).toEqual({ s: expect.not.stringMatching("ok"), d: expect.stringContaining("nonsense") });
});

test("signing out is answered as the real server does", async () => {
  expect(await client.ask("unauth", {})).toEqual({ s: "ok", d: "unauthenticated" });
});

test("a listen pushes the data before it says ok, also where there is none", async () => {
  const listener = await RawClient.open(database);
  await client.ask("p", { p: "/first", d: { a: 1 } });
  await listener.ask("q", { p: "/first", h: "" });
  await listener.ask("q", { p: "/nothing", h: "" });
  expect(listener.data).toEqual([
    { a: "d", b: { p: "first", d: { a: 1 } } },
    { r: 1, b: { s: "ok", d: {} } },
    { a: "d", b: { p: "nothing", d: null } },
    { r: 2, b: { s: "ok", d: {} } },
  ]);
});

test("data whose hash the client already holds is not sent again", async () => {
  await client.ask("p", { p: "/held", d: { a: 1, b: "two" } });
  const listener = await RawClient.open(database);
  await listener.ask("q", { p: "/held", h: hash({ a: 1, b: "two" }) });
  expect(listener.pushes).toEqual([]);
  const stale = await RawClient.open(database);
  await stale.ask("q", { p: "/held", h: hash({ a: 2 }) });
  expect(stale.pushes).toHaveLength(1);
});

test("one's own write is pushed before it is answered, with server values resolved", async () => {
  const listener = await RawClient.open(database);
  await listener.ask("q", { p: "/own", h: "" });
  await listener.ask("p", { p: "/own", d: { ".sv": { increment: 5 } } });
  expect(listener.data.slice(-2)).toEqual([
    { a: "d", b: { p: "own", d: 5 } },
    { r: 2, b: { s: "ok", d: "" } },
  ]);
});

test("an update reaches each listen as one merge of deep keys, each connection once though it listens above and below", async () => {
  const listener = await RawClient.open(database);
  await listener.ask("q", { p: "/merge", h: "" });
  await listener.ask("q", { p: "/merge/a", h: "" });
  await listener.ask("q", { p: "/merge/elsewhere", h: "" });
  const before = listener.pushes.length;
  await client.ask("m", { p: "/", d: { "merge/a/b": 1, "merge/a/c/d": 2, "merge/e": null, unrelated: 3 } });
  await until("the push", () => listener.pushes.length > before);
  await listener.ask("s", {});
  expect(listener.pushes.slice(before)).toEqual([{ a: "m", b: { p: "merge", d: { "a/b": 1, "a/c/d": 2, e: null } } }]);
});

test("an update whose places lie above one another is refused whole", async () => {
  const answer = await client.ask("m", { p: "/overlap", d: { a: 1, "a/b": 2 } });
  expect(answer.s).not.toBe("ok");
  expect((await client.ask("g", { p: "/overlap", q: {} })).d).toBeNull();
});

test("pushes of a filtered listen carry its tag, and a child that leaves brings the next one in the same message", async () => {
  await client.ask("p", { p: "/tagged", d: { a: 1, b: 2, c: 3 } });
  const listener = await RawClient.open(database);
  await listener.ask("q", { p: "/tagged", q: { i: ".key", l: 2, vf: "r" }, t: 7, h: "" });
  await client.ask("p", { p: "/tagged/c", d: null });
  await client.ask("p", { p: "/tagged/a/ignored", d: null });
  await until("the change", () => listener.pushes.length > 1);
  expect(listener.pushes).toEqual([
    { a: "d", b: { p: "tagged", d: { b: 2, c: 3 }, t: 7 } },
    { a: "m", b: { p: "tagged", d: { c: null, a: 1 }, t: 7 } },
  ]);
  await listener.ask("n", { p: "/tagged", q: { i: ".key", l: 2, vf: "r" }, t: 7 });
  await client.ask("p", { p: "/tagged/c", d: 9 });
  await listener.ask("s", {});
  expect(listener.pushes).toHaveLength(2);
});

test("without an index a listen warns and sends everything, and a get is refused with what to add", async () => {
  await client.ask("p", { p: "/noindex", d: { a: { n: 1 }, b: { n: 2 } } });
  const q = { i: "n", l: 1, vf: "r" };
  expect(await client.ask("q", { p: "/noindex", q, t: 3, h: "" })).toEqual({ s: "ok", d: { w: ["no_index"] } });
  expect(client.pushes.at(-1)?.b).toEqual({ p: "noindex", d: { a: { n: 1 }, b: { n: 2 } }, t: 3 });
  const answer = await client.ask("g", { p: "/noindex", q });
  expect(answer.s).not.toBe("ok");
  expect(answer.d).toBe('Index not defined, add ".indexOn": "n", for path "/noindex", to the rules');
  await client.ask("n", { p: "/noindex", q, t: 3 });
});

test("a compare-and-set with a stale hash changes nothing, and the newer data precedes the refusal", async () => {
  const other = await RawClient.open(database);
  await other.ask("q", { p: "/cas", h: "" });
  await client.ask("p", { p: "/cas", d: 1 });
  const answer = await other.ask("p", { p: "/cas", d: 99, h: hash(null) });
  expect(answer.s).toBe("datastale");
  expect(other.data.slice(-2)).toEqual([
    { a: "d", b: { p: "cas", d: 1 } },
    { r: 2, b: answer },
  ]);
  expect((await other.ask("p", { p: "/cas", d: 2, h: hash(1) })).s).toBe("ok");
  expect((await client.ask("g", { p: "/cas", q: {} })).d).toBe(2);
});

test("a credential that cannot be read is refused, and one that expired in 1970 is not", async () => {
  const user = await RawClient.open(database);
  for (const cred of ["", "nonsense", "a.b.c", "a.e30.", `a.${Buffer.from("[]").toString("base64url")}.`]) {
    expect((await user.ask("auth", { cred })).s).toBe("invalid_token");
  }
  expect((await user.ask("auth", { cred: unsignedToken({ sub: "u", exp: 1 }) })).s).toBe("ok");
});
