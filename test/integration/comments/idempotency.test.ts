import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { randomUUID } from "node:crypto";
import { sql } from "kysely";
import { createConnection } from "mysql2/promise";
import { createApp } from "../../../functions/src/app.ts";
import { purge } from "../../../functions/src/services/operation/purge.ts";
import { Client, createUser } from "../../support/client.ts";
import type { TestContext } from "../../support/context.ts";
import { createTestContext } from "../../support/context.ts";
import { startApi } from "../../support/api.ts";

/** The API in this process and in another, on one database, with a user who is signed in to both. */
async function startPair(env: Record<string, string> = {}) {
  const context = await createTestContext({ env });
  const app = createApp(context);
  const other = await startApi(context.config, env);
  const here = await createUser((path, init) => app.request(path, init));
  const there = new Client(other.send, here.session);
  const close = async () => {
    await other.close();
    await context.close();
  };
  return { context, here, there, close };
}

let pair: Awaited<ReturnType<typeof startPair>>;
let context: TestContext;
let here: Client;
let there: Client;
const newVideo = () => `v-${randomUUID()}`;

beforeAll(async () => {
  pair = await startPair();
  ({ context, here, there } = pair);
});
afterAll(() => pair.close());

/** What is seen of one request sent 20 times at once, by turns through each client. */
async function postAtOnce(clients: [Client, Client], video: string) {
  const content = randomUUID();
  const key = randomUUID();
  const replies = await Promise.all(Array.from({ length: 20 }, (_, n) => clients[n % 2]!.post(video, content, key)));
  const answers = replies.map(({ body, headers }) =>
    JSON.stringify([body, ...["location", "etag", "video-seq"].map((name) => headers.get(name))]),
  );
  const { comments } = (await clients[0].list(video)).body;
  return {
    statuses: Array.from(new Set(replies.map(({ status }) => status))),
    answers: new Set(answers).size,
    comments: comments.filter((comment) => comment.content === content).length,
  };
}

const ONCE = { statuses: [201], answers: 1, comments: 1 };

describe("an Idempotency-Key", () => {
  test("used 20 times at once over two processes makes one comment and equal answers; 20 rounds", async () => {
    // Longer than a slow machine needs for a commit: who waits for it in vain is answered 409.
    const patient = await startPair({ MYSQL_POST_LOCK_SECONDS: "30" });
    try {
      const video = newVideo();
      for (let round = 0; round < 20; round += 1)
        expect(await postAtOnce([patient.here, patient.there], video)).toEqual(ONCE);
      expect((await patient.here.list(video)).body.seq).toBe(20);
    } finally {
      await patient.close();
    }
  });

  test("the control: without the table's unique key the same check fails", async () => {
    const broken = await startPair();
    try {
      const { db } = broken.context;
      await sql`ALTER TABLE idempotency_keys DROP PRIMARY KEY, ADD KEY (user_id, idempotency_key)`.execute(db);
      const seen = await postAtOnce([broken.here, broken.there], newVideo());
      expect(seen).not.toEqual(ONCE);
      expect(seen.statuses).toEqual([201]);
      expect(seen.comments).toBeGreaterThan(1);
    } finally {
      await broken.close();
    }
  });

  test("without one nothing is posted", async () => {
    const video = newVideo();
    const reply = await here.call("POST", `/videos/${video}/comments`, { content: "x" });
    expect(reply).toMatchObject({ status: 400, body: { code: "idempotency_key_required" } });
    expect((await here.list(video)).body.seq).toBe(0);
  });

  test("whose request is still running is 409 for others, in any process, and can be used once that has ended", async () => {
    const video = newVideo();
    const key = randomUUID();
    // A request that has claimed the key, and neither commits nor rolls back.
    const running = await createConnection(context.config.mysql.url);
    try {
      await running.beginTransaction();
      await running.query("INSERT INTO idempotency_keys VALUES (?, ?, ?, '{}', ?, NOW(3))", [
        here.session!.user.id,
        key,
        Buffer.alloc(32),
        context.newId(),
      ]);
      for (const refused of await Promise.all([here.post(video, "slow", key), there.post(video, "slow", key)])) {
        expect(refused).toMatchObject({ status: 409, body: { code: "idempotency_key_in_use" } });
        expect(refused.headers.get("retry-after")).toBe("1");
      }
      await running.rollback();
    } finally {
      await running.end();
    }
    const posted = await here.post(video, "slow", key);
    expect(posted.status).toBe(201);
    expect((await there.post(video, "slow", key)).body).toEqual(posted.body);
    expect((await here.list(video)).body.seq).toBe(1);
  });

  test("gives the first answer though the comment was changed and deleted since, and keeps nothing of what was said", async () => {
    const video = newVideo();
    const key = randomUUID();
    const posted = await here.post(video, "a secret", key);
    const { id } = posted.body.comment;
    await here.call("PATCH", `/videos/${video}/comments/${id}`, { content: "another" }, { "if-match": "*" });
    expect((await there.post(video, "a secret", key)).body).toEqual(posted.body);
    await here.delete(video, id);
    expect((await there.post(video, "a secret", key)).body).toEqual(posted.body);
    const row = await context.db
      .selectFrom("idempotency_keys")
      .selectAll()
      .where("idempotency_key", "=", key)
      .executeTakeFirstOrThrow();
    expect(JSON.stringify(row)).not.toContain("secret");
  });

  test("is forgotten after a day, and not before", async () => {
    const video = newVideo();
    const [kept, old] = [randomUUID(), randomUUID()];
    const first = await here.post(video, "x", old);
    const second = await here.post(video, "x", kept);
    const age = (key: string, hours: number) =>
      sql`UPDATE idempotency_keys SET inserted_at = NOW(3) - INTERVAL ${hours} HOUR WHERE idempotency_key = ${key}`.execute(
        context.db,
      );
    await age(kept, 23);
    await age(old, 25);
    await purge(context);
    expect((await here.post(video, "x", kept)).body).toEqual(second.body);
    expect((await here.post(video, "x", old)).body.comment.id).not.toBe(first.body.comment.id);
  });
});
