import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { randomUUID } from "node:crypto";
import { createConnection } from "mysql2/promise";
import { createApp } from "../../functions/src/app.ts";
import type { Client } from "../support/client.ts";
import { createUser } from "../support/client.ts";
import type { TestContext } from "../support/context.ts";
import { createTestContext } from "../support/context.ts";

let context: TestContext;
let ada: Client;

beforeAll(async () => {
  context = await createTestContext({ env: { INLINE_RELAY_DEADLINE_MS: "0" } });
  const app = createApp(context);
  ada = await createUser((path, init) => app.request(path, init));
});
afterAll(() => context.close());

const pause = (milliseconds: number) => new Promise((resolve) => setTimeout(resolve, milliseconds));
const me = async () => (await ada.call("GET", "/users/me")).status;

test("posts that wait for locked videos, more than there are connections, keep nobody else waiting", async () => {
  const videos = Array.from({ length: 10 }, () => `locked-${randomUUID()}`);
  for (const video of videos) await ada.post(video, "the first");
  const holder = await createConnection(context.config.mysql.url);
  await holder.query("BEGIN");
  await holder.query("SELECT id FROM videos WHERE id IN (?) FOR UPDATE", [videos]);
  let ended = 0;
  const posts = videos.map(async (video) => {
    const { status } = await ada.post(video, "waits");
    ended += 1;
    return status;
  });
  // Until their group has been taken apart and each of them waits by itself.
  await pause(2_300);
  expect([await me(), await me(), ended]).toEqual([200, 200, 0]);
  expect(new Set(await Promise.all(posts))).toEqual(new Set([503]));
  await holder.end();
});

test("a table that is locked, as by a migration, stops those who need it and nobody else", async () => {
  const holder = await createConnection(context.config.mysql.url);
  await holder.query("LOCK TABLES bans WRITE");
  const posts = Array.from({ length: 6 }, async (_, n) => {
    await pause(n * 80);
    return (await ada.post(`table-${randomUUID()}`, "waits")).status;
  });
  await pause(600);
  expect(await me()).toBe(200);
  expect(new Set(await Promise.all(posts))).toEqual(new Set([503]));
  expect(await me()).toBe(200);
  await holder.end();
  expect((await ada.post(`table-${randomUUID()}`, "goes on")).status).toBe(201);
});
