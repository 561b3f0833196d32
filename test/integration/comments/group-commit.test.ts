import { describe, expect, test } from "@jest/globals";
import { randomUUID } from "node:crypto";
import { Kysely, MysqlDialect } from "kysely";
import { createPool } from "mysql2";
import { createCommitPost, SettingsChanged, type PostRows } from "../../../functions/src/batching/group-commit.ts";
import type { Schema } from "../../../functions/src/database/schema.ts";
import { findVideo } from "../../../functions/src/tables/comments/videos.ts";
import { useApp } from "../../support/app/use-app.ts";

const app = useApp({ users: { ada: "user" }, env: { INLINE_RELAY_DEADLINE_MS: "0" } });
const { ada } = app.users;

/** A post that has passed every check. Its key or its video may have changed since. */
function postOn(video_id: string, parts: { settingsVersion?: number; key?: string } = {}): PostRows {
  const user_id = ada.id;
  const id = app.context.newId();
  const key = {
    user_id,
    idempotency_key: parts.key ?? id,
    fingerprint: Buffer.alloc(32),
    response: "{}",
    comment_id: id,
  };
  const comment = { id, video_id, user_id, content: "in a group", inserted_at: new Date() };
  return { comment, key, settingsVersion: parts.settingsVersion ?? 0 };
}

describe("posts that come at the same time", () => {
  test("share one transaction, and each takes its place in the order of its video", async () => {
    const statements: string[] = [];
    const pool = createPool({ uri: app.context.config.mysql.url, timezone: "Z", multipleStatements: true });
    const db = new Kysely<Schema>({
      dialect: new MysqlDialect({ pool }),
      log: ({ query }) => void statements.push(query.sql),
    });
    const commit = createCommitPost(db);
    const [one, two] = [app.newVideoId(), app.newVideoId()];
    const seqs = await Promise.all(Array.from({ length: 40 }, (_, n) => commit(postOn(n % 4 ? one : two))));
    await db.destroy();
    expect(seqs.filter((_, n) => n % 4)).toEqual(Array.from({ length: 30 }, (_, n) => n + 1));
    expect(seqs.filter((_, n) => !(n % 4))).toEqual(Array.from({ length: 10 }, (_, n) => n + 1));
    expect(statements.filter((text) => text.includes("INSERT INTO comments"))).toHaveLength(1);
  });

  test("each have their own outcome: one that fails neither fails another nor leaves a gap in the change numbers", async () => {
    const video = app.newVideoId();
    const used = randomUUID();
    await app.context.commitPost(postOn(app.newVideoId(), { key: used }));
    const outcomes = await Promise.allSettled([
      app.context.commitPost(postOn(video)),
      app.context.commitPost(postOn(video, { settingsVersion: 7 })),
      app.context.commitPost(postOn(video, { key: used })),
      app.context.commitPost(postOn(video)),
      app.context.commitPost(postOn(app.newVideoId())),
    ]);
    expect(outcomes).toMatchObject([
      { status: "fulfilled" },
      { status: "rejected", reason: expect.any(SettingsChanged) },
      { status: "rejected", reason: { errno: 1062 } },
      { status: "fulfilled" },
      { status: "fulfilled", value: 1 },
    ]);
    expect((await findVideo(app.db, video))?.seq).toBe(2);
    const { comments } = (await ada.list(video)).body;
    expect(new Set(comments.map(({ seq }) => seq))).toEqual(new Set([1, 2]));
  });

  test("wait for a locked video until they get 503, and delay none on another video", async () => {
    const [locked, free] = [app.newVideoId(), app.newVideoId()];
    await ada.post(locked, "the first");
    await using lock = await app.lockVideos(locked);
    // More than there are connections.
    const waiting = Array.from({ length: 8 }, (_, n) => ada.post(locked, `waits ${n}`));
    expect((await ada.post(free, "does not wait")).status).toBe(201);
    expect((await ada.post(free, "does not wait either")).status).toBe(201);
    // The waiting ones time out, and nothing of them is written.
    const statuses = await Promise.all(waiting.map(async (post) => (await post).status));
    expect(new Set(statuses)).toEqual(new Set([503]));
    await lock.release();
    expect((await ada.post(locked, "the second")).body.comment.seq).toBe(2);
  });
});
