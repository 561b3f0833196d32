import { describe, expect, test } from "@jest/globals";
import { randomUUID } from "node:crypto";
import { createCommitPost, type PostRows } from "../../../functions/src/batching/group-commit.ts";
import { SettingsOrBansChanged } from "../../../functions/src/batching/post-errors.ts";
import { openDatabase } from "../../../functions/src/database/open-database.ts";
import type { Principal } from "../../../functions/src/security/bearers.ts";
import { postComment } from "../../../functions/src/services/comments/post-comment.ts";
import { findVideo } from "../../../functions/src/tables/comments/videos.ts";
import type { Client } from "../../support/app/client.ts";
import { useApp } from "../../support/app/use-app.ts";
import { until } from "../../support/until.ts";

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

/** A database for group commits, with a record of its statements. */
function openRecorded() {
  const statements: string[] = [];
  const db = openDatabase({
    url: app.context.config.mysql.url,
    connections: 10,
    multipleStatements: true,
    log: ({ query }) => void statements.push(query.sql),
  });
  return { statements, db };
}

async function principalOf(client: Client): Promise<Principal> {
  const session = await app.context.findLiveSession(client.session!.session.id);
  return { ...session!, address: null };
}

describe("posts that come at the same time", () => {
  test("share one transaction, and each takes its place in the order of its video", async () => {
    const { statements, db } = openRecorded();
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
      { status: "rejected", reason: expect.any(SettingsOrBansChanged) },
      { status: "rejected", reason: { errno: 1062 } },
      { status: "fulfilled" },
      { status: "fulfilled", value: 1 },
    ]);
    expect((await findVideo(app.db, video))?.seq).toBe(2);
    const { comments } = (await ada.list(video)).body;
    expect(new Set(comments.map(({ seq }) => seq))).toEqual(new Set([1, 2]));
  });

  test("repeated with one key, wait among themselves: no group has more than one of them, none fails, and others share it", async () => {
    const { statements, db } = openRecorded();
    const commit = createCommitPost(db);
    const committed: string[] = [];
    const context = {
      ...app.context,
      commitPost: (rows: PostRows) => {
        committed.push(rows.key.idempotency_key);
        return commit(rows);
      },
    };
    const flooder = await principalOf(await app.user());
    const others = await principalOf(ada);
    const video = app.newVideoId();
    const repeated = { videoId: video, content: "again and again", idempotencyKey: randomUUID() };
    const post = (n: number) => ({ videoId: video, content: "once", idempotencyKey: `once-${n}` });
    const all = await Promise.all([
      ...Array.from({ length: 40 }, () => postComment(context, flooder, repeated)),
      ...Array.from({ length: 10 }, (_, n) => postComment(context, others, post(n))),
      ...Array.from({ length: 40 }, () => postComment(context, flooder, repeated)),
    ]);
    await db.destroy();
    expect(new Set(all.map(({ id }) => id)).size).toBe(11);
    expect(committed.filter((key) => key === repeated.idempotencyKey)).toHaveLength(1);
    expect(committed).toHaveLength(11);
    expect(statements.filter((text) => text.startsWith("ROLLBACK"))).toEqual([]);
  });

  test("control: the same repetitions in a group fail it", async () => {
    const { statements, db } = openRecorded();
    const commit = createCommitPost(db);
    const [video, key] = [app.newVideoId(), randomUUID()];
    await Promise.allSettled(Array.from({ length: 40 }, () => commit(postOn(video, { key }))));
    await db.destroy();
    expect(statements.some((text) => text.startsWith("ROLLBACK"))).toBe(true);
  });

  test("repeated with one key under slow mode, hold one connection, so that others are not kept waiting", async () => {
    const video = app.newVideoId();
    const moderator = await app.moderator();
    await moderator.configure(video, { slow_mode_seconds: 60 });
    await using lock = await app.lockVideos(video);
    const key = randomUUID();
    // As a client: on a slow machine some wait for the lock for too long, get a 503, and repeat.
    const post = () => ada.post(video, "again and again", key);
    const postPatiently = () =>
      until("a response", async () => {
        const reply = await post();
        return reply.status === 503 ? undefined : reply;
      });
    const repeated = Array.from({ length: 40 }, postPatiently);
    // More would take the whole pool of 10 connections, for as long as the video is locked.
    await until("another request to be served", async () => {
      const { status } = await ada.call("PATCH", "/users/me", { username: ada.username });
      return status === 200;
    });
    await lock.release();
    const replies = await Promise.all(repeated);
    expect(new Set(replies.map(({ status, body }) => `${status} ${body.comment.id}`)).size).toBe(1);
    expect(replies[0]!.status).toBe(201);
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
