import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { connect } from "node:net";
import { RawClient } from "../../support/rtdb/raw-client.ts";
import { type TestDatabase, createTestDatabase } from "../../support/rtdb/test-database.ts";
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
