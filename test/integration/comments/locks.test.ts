import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { randomUUID } from "node:crypto";
import { sql } from "kysely";
import { createConnection } from "mysql2/promise";
import { createApp } from "../../../functions/src/app.ts";
import type { Client } from "../../support/client.ts";
import { createUser } from "../../support/client.ts";
import type { TestContext } from "../../support/context.ts";
import { createTestContext } from "../../support/context.ts";
import { until } from "../../support/until.ts";

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

/** Transactions of this test's database that wait for a row. The server looks anew only when nobody has asked for 100 ms. */
async function countWaiting(): Promise<number> {
  await pause(150);
  const { rows } = await sql`
    SELECT trx_id FROM information_schema.innodb_trx JOIN information_schema.processlist ON id = trx_mysql_thread_id
    WHERE trx_state = 'LOCK WAIT' AND db = DATABASE()`.execute(context.db);
  return rows.length;
}

/** What `me` is answered while 10 posts wait for locked videos, how many of them have ended before it is, and what they are answered. */
async function askBesideWaitingPosts(): Promise<{ status: number; ended: number; posts: number[] }> {
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
  try {
    // Until their group has been taken apart and they wait by themselves, on all connections that they have.
    await until("the posts to wait by themselves", async () => ended > 0 || (await countWaiting()) >= 4);
    const seen = { status: await me(), ended };
    return { ...seen, posts: await Promise.all(posts) };
  } finally {
    await holder.end();
  }
}

test("posts that wait for locked videos, more than there are connections, keep nobody else waiting", async () => {
  // They wait for 2 s. A machine that is slow just then may ask after those; it is not slow every time.
  let seen = await askBesideWaitingPosts();
  for (let tries = 1; seen.ended > 0 && tries < 5; tries += 1) seen = await askBesideWaitingPosts();
  expect(seen).toEqual({ status: 200, ended: 0, posts: Array<number>(10).fill(503) });
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
