import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { connect } from "node:net";
import { toFrames } from "../../../rtdb-server/http/realtime/frames.ts";
import { MAX_QUERY_LENGTH } from "../../../rtdb-server/limits.ts";
import { RawClient } from "../../support/rtdb/raw-client.ts";
import { type TestDatabase, createTestDatabase } from "../../support/rtdb/test-database.ts";
import { unsignedToken } from "../../support/rtdb/unsigned-token.ts";
import { until } from "../../support/until.ts";

let database: TestDatabase;
let bystander: RawClient;

beforeAll(async () => {
  database = await createTestDatabase();
  bystander = await RawClient.open(database);
});
afterAll(() => database.close());

const request = (b: unknown): string => JSON.stringify({ t: "d", d: { r: 1, a: "p", b } });

test.each<[string, (string | Buffer)[]]>([
  ["text that is not JSON", ["{"]],
  ["JSON that is not a message", ["null"]],
  ["a message without a type", ['{"d":{}}']],
  ["a request without a number", ['{"t":"d","d":{"a":"p"}}']],
  ["a binary frame", [Buffer.from("{}")]],
  ["a frame that is too large", ["x".repeat(17 * 1024 * 1024)]],
  ["pieces that are not JSON when joined", ["2", "{", "{"]],
  ["an array nested 200,000 deep", ["[".repeat(200_000)]],
])("%s ends its own connection and no other", async (_what, frames) => {
  const client = await RawClient.open(database);
  for (const frame of frames) client.socket.send(frame, { binary: typeof frame !== "string" });
  await client.closed();
  expect((await bystander.request("p", { p: "/alive", d: 1 })).s).toBe("ok");
});

test.each([
  ["no path", { d: 1 }],
  ["a path that is not a string", { p: 5, d: 1 }],
  ["a path with a bad key", { p: "/a.b", d: 1 }],
  ["a path that is too deep", { p: "/a".repeat(33), d: 1 }],
  ["no data", { p: "/x" }],
  ["data with a bad key", { p: "/x", d: { "a#": 1 } }],
  ["data that is too deep", { p: "/x", d: JSON.parse('{"a":'.repeat(1000) + "1" + "}".repeat(1000)) as unknown }],
  ["an unknown server value", { p: "/x", d: { ".sv": "now" } }],
  ["children of a priority", { p: "/x/.priority/y", d: 1 }],
])("a write with %s is refused with a reason, and the connection stays open", async (_what, body) => {
  const client = await RawClient.open(database);
  const response = await client.request("p", body);
  expect([response.s, response.d]).toEqual(["invalid_data", expect.stringMatching(/./)]);
  expect((await client.request("p", { p: "/x", d: null })).s).toBe("ok");
  client.socket.terminate();
});

describe("a query with a part that no SDK sends", () => {
  // As text, since JSON.stringify would not write it either.
  const nested = "[".repeat(20_000) + "]".repeat(20_000);
  let own: TestDatabase;
  beforeAll(async () => {
    own = await createTestDatabase();
    await own.setRules({
      ".write": true,
      open: { ".read": true },
      x: { ".read": "auth != null && root.child('open').val() === true" },
    });
    await own.rest("PUT", "/open.json", { body: "true" });
  });
  afterAll(() => own.close());

  async function signIn(lifetimeMs: number): Promise<RawClient> {
    const client = await RawClient.open(own);
    const cred = unsignedToken({ sub: "u", iat: 1, exp: (Date.now() + lifetimeMs) / 1000 });
    expect((await client.request("auth", { cred })).s).toBe("ok");
    return client;
  }

  async function listen(client: RawClient, query: string): Promise<unknown> {
    for (const frame of toFrames(`{"t":"d","d":{"r":77,"a":"q","b":{"p":"/x","t":1,"h":"","q":${query}}}}`)) {
      client.socket.send(frame);
    }
    return (await until("the response", () => client.data.find(({ r }) => r === 77))).b;
  }

  test.each([
    ["a start key by key", `{"i":".key","sp":"a","sn":${nested}}`],
    ["a start key without a start", `{"i":".key","sn":${nested}}`],
    ["an end key without an end", `{"i":"a","en":${nested}}`],
    ["an inclusiveness", `{"i":".key","sp":"a","sin":${nested}}`],
    ["an inclusiveness without an end", `{"i":"a","ein":${nested}}`],
    ["a long key without a start", `{"i":"a","sn":"${"x".repeat(MAX_QUERY_LENGTH)}"}`],
  ])("is refused with a reason, and the expiry of the token disturbs nobody: %s", async (_what, query) => {
    const client = await signIn(300);
    expect(await listen(client, query)).toEqual({ s: "invalid_data", d: expect.stringMatching(/./) });
    await until("the expiry", () => client.pushes.some(({ a }) => a === "ac"));
    expect((await client.request("p", { p: "/alive", d: 1 })).s).toBe("ok");
    client.socket.terminate();
  });

  test("costs nobody else a write or an event when the right to read ends", async () => {
    const [hostile, reader, writer] = await Promise.all([signIn(60_000), RawClient.open(own), RawClient.open(own)]);
    await listen(hostile, `{"i":".key","sn":${nested}}`);
    expect((await reader.request("q", { p: "/open", h: "" })).s).toBe("ok");
    expect((await own.rest("PUT", "/open.json", { body: "false" })).status).toBe(200);
    expect((await writer.request("p", { p: "/open", d: true })).s).toBe("ok");
    await until("the events", () => reader.pushes.length === 3);
    expect(reader.pushes.map(({ b }) => b.d)).toEqual([true, false, true]);
    for (const client of [hostile, reader, writer]) client.socket.terminate();
  });
});

test("a message with a million announced pieces that never come does not disturb other clients", async () => {
  const client = await RawClient.open(database);
  client.socket.send("999999");
  for (let i = 0; i < 100; i += 1) client.socket.send(request({ p: "/x", d: i }));
  expect((await bystander.request("g", { p: "/x", q: {} })).d).toBeNull();
  client.socket.terminate();
});

test("names of Object's prototype are ordinary keys", async () => {
  const raw = '{"__proto__":{"polluted":true},"constructor":{"prototype":1},"hasOwnProperty":1,"toString":2}';
  bystander.socket.send(`{"t":"d","d":{"r":77,"a":"p","b":{"p":"/proto","d":${raw}}}}`);
  await until("the response", () => bystander.data.some(({ r }) => r === 77));
  expect((await database.rest("GET", "/proto.json")).text).toBe(
    '{"__proto__":{"polluted":true},"constructor":{"prototype":1},"hasOwnProperty":1,"toString":2}',
  );
  expect((await database.rest("GET", "/proto/__proto__/polluted.json")).json()).toBe(true);
  expect(Object.hasOwn(Object.prototype, "polluted")).toBe(false);
});

test.each([
  ["bytes that are not HTTP", "\u0016\u0003\u0001\u0000\r\n\r\n"],
  [
    "an upgrade without a key",
    "GET /.ws?ns=x HTTP/1.1\r\nhost: x\r\nupgrade: websocket\r\nconnection: upgrade\r\n\r\n",
  ],
  [
    "an upgrade at another path",
    "GET /x.json HTTP/1.1\r\nhost: x\r\nupgrade: websocket\r\nconnection: upgrade\r\nsec-websocket-version: 13\r\nsec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n",
  ],
  [
    "an upgrade with an invalid namespace",
    "GET /.ws?v=5&ns=%2F HTTP/1.1\r\nhost: x\r\nupgrade: websocket\r\nconnection: upgrade\r\nsec-websocket-version: 13\r\nsec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n",
  ],
  ["a target that is not a URL", "GET // HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n"],
])("%s ends its own connection and no other", async (_what, bytes) => {
  const socket = connect(database.port, database.host);
  socket.on("error", () => socket.destroy());
  const closed = new Promise((resolve) => socket.once("close", resolve));
  socket.on("data", () => {});
  socket.write(bytes);
  await closed;
  expect((await bystander.request("p", { p: "/alive", d: 2 })).s).toBe("ok");
});
