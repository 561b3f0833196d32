import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { randomUUID } from "node:crypto";
import { Kysely, MysqlDialect } from "kysely";
import { createConnection, createPool } from "mysql2";
import { createApp } from "../../../functions/src/app.ts";
import type { PostRows } from "../../../functions/src/batching/group-commit.ts";
import { createCommitPost, SettingsChanged } from "../../../functions/src/batching/group-commit.ts";
import { findVideo } from "../../../functions/src/tables/comments/videos.ts";
import type { Schema } from "../../../functions/src/database/schema.ts";
import type { Client } from "../../support/client.ts";
import { createUser } from "../../support/client.ts";
import type { TestContext } from "../../support/context.ts";
import { createTestContext } from "../../support/context.ts";

let context: TestContext;
let ada: Client;

beforeAll(async () => {
  context = await createTestContext({ env: { INLINE_RELAY_DEADLINE_MS: "0" } });
  const app = createApp(context);
  ada = await createUser((path, init) => app.request(path, init));
});
afterAll(() => context.close());

const newVideo = () => `group-${randomUUID()}`;

/** A post to which nothing speaks against it, as if what speaks against it had come after it was looked at. */
function postOn(video_id: string, parts: { settingsVersion?: number; key?: string } = {}): PostRows {
  const user_id = ada.session!.user.id;
  const id = context.newId();
  const key = {
    user_id,
    idempotency_key: parts.key ?? id,
    fingerprint: Buffer.alloc(32),
    response: "{}",
    comment_id: id,
  };
  const comment = { id, video_id, user_id, content: "together", inserted_at: new Date() };
  return { comment, key, settingsVersion: parts.settingsVersion ?? 0 };
}

describe("comments that are posted at the same time", () => {
  test("share transactions, and each has its place in its video's order", async () => {
    const statements: string[] = [];
    const pool = createPool({ uri: context.config.mysql.url, timezone: "Z", multipleStatements: true });
    const db = new Kysely<Schema>({
      dialect: new MysqlDialect({ pool }),
      log: ({ query }) => void statements.push(query.sql),
    });
    const commit = createCommitPost(db);
    const [one, two] = [newVideo(), newVideo()];
    const seqs = await Promise.all(Array.from({ length: 40 }, (_, n) => commit(postOn(n % 4 ? one : two))));
    await db.destroy();
    expect(seqs.filter((_, n) => n % 4)).toEqual(Array.from({ length: 30 }, (_, n) => n + 1));
    expect(seqs.filter((_, n) => !(n % 4))).toEqual(Array.from({ length: 10 }, (_, n) => n + 1));
    expect(statements.filter((text) => text.includes("INSERT INTO comments"))).toHaveLength(1);
  });

  test("each have their own outcome: what cannot be written takes nobody else's place, and leaves no gap", async () => {
    const video = newVideo();
    const used = randomUUID();
    await context.commitPost(postOn(newVideo(), { key: used }));
    const outcomes = await Promise.allSettled([
      context.commitPost(postOn(video)),
      context.commitPost(postOn(video, { settingsVersion: 7 })),
      context.commitPost(postOn(video, { key: used })),
      context.commitPost(postOn(video)),
      context.commitPost(postOn(newVideo())),
    ]);
    expect(outcomes).toMatchObject([
      { status: "fulfilled" },
      { status: "rejected", reason: expect.any(SettingsChanged) },
      { status: "rejected", reason: { errno: 1062 } },
      { status: "fulfilled" },
      { status: "fulfilled", value: 1 },
    ]);
    expect((await findVideo(context.db, video))?.seq).toBe(2);
    const { comments } = (await ada.list(video)).body;
    expect(new Set(comments.map(({ seq }) => seq))).toEqual(new Set([1, 2]));
  });

  test("on a video that somebody holds locked hold up no other video", async () => {
    const [held, free] = [newVideo(), newVideo()];
    await ada.post(held, "the first");
    const holder = createConnection(context.config.mysql.url).promise();
    await holder.query("BEGIN");
    await holder.query("SELECT id FROM videos WHERE id = ? FOR UPDATE", [held]);
    // More than there are connections.
    const waiting = Array.from({ length: 8 }, (_, n) => ada.post(held, `waits ${n}`));
    expect((await ada.post(free, "does not")).status).toBe(201);
    expect((await ada.post(free, "nor does this")).status).toBe(201);
    // They have waited enough by themselves, and nothing of them was written.
    const statuses = await Promise.all(waiting.map(async (post) => (await post).status));
    expect(new Set(statuses)).toEqual(new Set([503]));
    await holder.query("ROLLBACK");
    await holder.end();
    expect((await ada.post(held, "the second")).body.comment.seq).toBe(2);
  });
});
