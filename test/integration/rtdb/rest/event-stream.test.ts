import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { type EventStream, openEventStream } from "../../../support/rtdb/event-stream.ts";
import { type TestDatabase, createTestDatabase } from "../../../support/rtdb/test-database.ts";
import { unsignedToken } from "../../../support/rtdb/unsigned-token.ts";
import { until } from "../../../support/until.ts";

let database: TestDatabase;

beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.close());

const open = (path: string, params?: Record<string, string>): Promise<EventStream> =>
  openEventStream(database, path, params);

test("a stream begins with the data, and sends every change with its path below the stream", async () => {
  await database.rest("PUT", "/stream.json", { body: { a: 1 } });
  const stream = await open("/stream.json");
  expect([stream.status, stream.type]).toEqual([200, expect.stringContaining("text/event-stream")]);
  await until("the data", () => stream.events.length === 1);
  await database.rest("PUT", "/stream/b/c.json", { body: 2 });
  await database.rest("PATCH", "/stream.json", { body: { a: null, "b/d": 3 } });
  await database.rest("PUT", "/elsewhere.json", { body: 2 });
  await database.rest("DELETE", "/stream.json");
  await until("the end", () => stream.events.length === 4);
  expect(stream.events).toEqual([
    { name: "put", data: { path: "/", data: { a: 1 } } },
    { name: "put", data: { path: "/b/c", data: 2 } },
    { name: "patch", data: { path: "/", data: { a: null, "b/d": 3 } } },
    { name: "put", data: { path: "/", data: null } },
  ]);
  stream.stop();
});

test("a stream with a query sends the data of its window", async () => {
  await database.rest("PUT", "/window.json", { body: { a: 1, b: 2, c: 3 } });
  const stream = await open("/window.json", { orderBy: '"$key"', limitToLast: "2" });
  await until("the window", () => stream.events.length === 1);
  await database.rest("DELETE", "/window/c.json");
  await until("the refill", () => stream.events.length === 2);
  expect(stream.events).toEqual([
    { name: "put", data: { path: "/", data: { b: 2, c: 3 } } },
    { name: "patch", data: { path: "/", data: { a: 1, c: null } } },
  ]);
  stream.stop();
});

test("a stream without the right to read is refused, and one that loses it is cancelled and ends", async () => {
  await database.setRules({ ".write": true, $uid: { ".read": "auth.uid === $uid" } });
  const auth = unsignedToken({ sub: "alice" });
  expect((await open("/bob.json", { auth })).status).toBe(401);
  const stream = await open("/alice.json", { auth });
  await until("the data", () => stream.events.length === 1);
  await database.setRules({ ".write": true });
  await until("the end", () => stream.isDone);
  expect(stream.events.at(-1)).toEqual({ name: "cancel", data: "Permission denied" });
  await database.setRules({ ".read": true, ".write": true });
});

test("a stream whose rule looks at data is cancelled when that changes", async () => {
  await database.setRules({ ".write": true, room: { ".read": "root.child('members').child(auth.uid).exists()" } });
  await database.rest("PUT", "/members/alice.json", { body: true });
  const stream = await open("/room.json", { auth: unsignedToken({ sub: "alice" }) });
  await until("the data", () => stream.events.length === 1);
  await database.rest("PATCH", "/.json", { body: { "members/alice": null, "room/secret": 1 } });
  await until("the end", () => stream.isDone);
  expect(stream.events.slice(1)).toEqual([{ name: "cancel", data: "Permission denied" }]);
  await database.setRules({ ".read": true, ".write": true });
});
