import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { randomUUID } from "node:crypto";
import { sql } from "kysely";
import { createApp } from "../../../functions/src/app.ts";
import type { Comment } from "../../../functions/src/contract/comment.ts";
import { relayVideo } from "../../../functions/src/relay/videos/relay-video.ts";
import type { Client, Send } from "../../support/client.ts";
import { createUser } from "../../support/client.ts";
import type { TestContext } from "../../support/context.ts";
import { createTestContext } from "../../support/context.ts";
import { createUserOf } from "../../support/roles.ts";

let context: TestContext;
let send: Send;
let ada: Client;
let grace: Client;
let moderator: Client;
const newVideo = () => `v-${randomUUID()}`;

beforeAll(async () => {
  context = await createTestContext();
  const app = createApp(context);
  send = (path, init) => app.request(path, init);
  [ada, grace] = [await createUser(send), await createUser(send)];
  moderator = await createUserOf(context, send, "moderator");
});
afterAll(() => context.close());

const auditOf = (action: string, id: string) =>
  context.db
    .selectFrom("audit_log")
    .selectAll()
    .where("action", "=", action)
    .where("target_id", "=", id)
    .orderBy("id")
    .execute();

function set(video: string, settings: Record<string, unknown>) {
  return moderator.call("PATCH", `/videos/${video}`, settings);
}

/** All that the public tree holds of the video. */
async function treeOf(video: string): Promise<{ comments: Record<string, Comment> | null; all: string }> {
  await relayVideo(context, video);
  const comments = (await context.realtime.read(`comments/${video}`)) as Record<string, Comment> | null;
  return { comments, all: JSON.stringify([comments, await context.realtime.read(`changes/${video}`)]) };
}

describe("a video", () => {
  test("has the default settings until a moderator changes them, one at a time or all", async () => {
    const video = newVideo();
    const defaults = { id: video, seq: 0, comments_open: true, slow_mode_seconds: 0, hold_for_review: false };
    expect((await ada.call("GET", `/videos/${video}`)).body).toEqual({ video: defaults });
    expect((await set(video, { slow_mode_seconds: 5 })).body).toEqual({ video: { ...defaults, slow_mode_seconds: 5 } });
    const all = { comments_open: false, slow_mode_seconds: 1, hold_for_review: true };
    expect((await set(video, all)).body).toEqual({ video: { ...defaults, ...all } });
    expect((await set(video, {})).body).toEqual({ video: { ...defaults, ...all } });
    expect((await ada.call("PATCH", `/videos/${video}`, { comments_open: true })).status).toBe(403);
    expect(await auditOf("video.settings", video)).toHaveLength(3);
  });

  test("that is closed takes no post and no edit, lets deletes through, and opens again", async () => {
    const video = newVideo();
    const { id } = (await ada.post(video, "a")).body.comment;
    await set(video, { comments_open: false });
    for (const client of [ada, moderator]) {
      expect(await client.post(video, "b")).toMatchObject({ status: 403, body: { code: "comments_closed" } });
    }
    const path = `/videos/${video}/comments/${id}`;
    expect((await ada.call("PATCH", path, { content: "c" }, { "if-match": "*" })).status).toBe(403);
    expect((await ada.call("GET", path)).body).toMatchObject({ comment: { content: "a" } });
    expect((await ada.delete(video, id)).status).toBe(204);
    await set(video, { comments_open: true });
    expect((await ada.post(video, "b")).status).toBe(201);
  });

  test("closed while many post: nothing is posted after the answer", async () => {
    for (let round = 0; round < 20; round += 1) {
      const video = newVideo();
      await ada.post(video, "first");
      const posts = Array.from({ length: 10 }, () => ada.post(video, "x"));
      await Promise.race(posts);
      const { video: closed } = (await set(video, { comments_open: false })).body as { video: { seq: number } };
      await Promise.all(posts);
      expect((await ada.list(video)).body.seq).toBe(closed.seq);
    }
  });
});

describe("slow mode", () => {
  test("lets a user post once in its time, says how long to wait, and exempts moderators", async () => {
    const video = newVideo();
    await set(video, { slow_mode_seconds: 60 });
    const posts = await Promise.all(Array.from({ length: 8 }, () => ada.post(video, "at once")));
    expect(posts.filter(({ status }) => status === 201)).toHaveLength(1);
    const refused = posts.find(({ status }) => status !== 201)!;
    expect(refused).toMatchObject({ status: 429, body: { code: "slow_mode" } });
    const wait = Number(refused.headers.get("retry-after"));
    expect(wait).toBeGreaterThan(50);
    expect(wait).toBeLessThanOrEqual(60);
    expect((await grace.post(video, "another")).status).toBe(201);
    for (let n = 0; n < 3; n += 1) expect((await moderator.post(video, "calm down")).status).toBe(201);

    await sql`UPDATE comments SET inserted_at = NOW(3) - INTERVAL 61 SECOND WHERE video_id = ${video}`.execute(
      context.db,
    );
    expect((await ada.post(video, "later")).status).toBe(201);
    expect((await ada.list(video)).body.seq).toBe(6);
  });

  test("is not got round by deleting, and a refused key can be used again", async () => {
    const video = newVideo();
    await set(video, { slow_mode_seconds: 60 });
    const { id } = (await ada.post(video, "a")).body.comment;
    await ada.delete(video, id);
    const key = randomUUID();
    expect((await ada.post(video, "b", key)).status).toBe(429);
    await set(video, { slow_mode_seconds: 0 });
    expect((await ada.post(video, "b", key)).status).toBe(201);
  });
});

describe("a comment that is held for review", () => {
  test("is seen by its author and moderators, and by nobody else anywhere", async () => {
    const video = newVideo();
    const before = (await ada.post(video, "before")).body.comment;
    await set(video, { hold_for_review: true });
    const posted = await ada.post(video, "held words");
    expect(posted).toMatchObject({ status: 201, body: { comment: { held: true, seq: 0, version: 1 } } });
    const { id } = posted.body.comment;
    const path = `/videos/${video}/comments/${id}`;
    for (const client of [ada, moderator]) {
      expect((await client.call("GET", path)).body).toEqual(posted.body);
      expect((await client.call("GET", `/videos/${video}/held`)).body).toMatchObject({ comments: [{ id }] });
    }
    expect((await grace.call("GET", path)).status).toBe(404);
    expect((await grace.call("GET", `/videos/${video}/held`)).body).toEqual({ comments: [], next_cursor: null });
    expect((await grace.call("PATCH", path, { content: "x" }, { "if-match": "*" })).status).toBe(404);
    expect((await grace.delete(video, id)).status).toBe(404);
    expect((await grace.call("POST", `${path}/reports`, { reason: "spam" })).status).toBe(404);
    for (const client of [ada, moderator, grace]) {
      expect((await client.list(video)).body).toMatchObject({ comments: [{ id: before.id }], seq: 1 });
      expect((await client.call("GET", `/videos/${video}/changes?after=0`)).body).toMatchObject({ seq: 1 });
    }
    expect((await treeOf(video)).all).not.toContain("held words");
    expect((await treeOf(video)).all).not.toContain(id);
    expect((await moderator.post(video, "of a moderator")).body.comment.held).toBeUndefined();
  });

  test("appears when it is approved, live and in the place of its posting; twice at once is once", async () => {
    const video = newVideo();
    await set(video, { hold_for_review: true });
    const held = (await ada.post(video, "held")).body.comment;
    const later = (await moderator.post(video, "later")).body.comment;
    const path = `/videos/${video}/comments/${held.id}`;
    expect((await ada.call("POST", `${path}/approve`)).status).toBe(403);
    const approvals = await Promise.all(Array.from({ length: 5 }, () => moderator.call("POST", `${path}/approve`)));
    for (const { status, body } of approvals) {
      expect([status, body]).toMatchObject([200, { comment: { id: held.id, content: "held", version: 2, seq: 2 } }]);
    }
    expect((await grace.list(video)).body.comments.map(({ id }) => id)).toEqual([later.id, held.id]);
    expect(Object.keys((await treeOf(video)).comments!)).toEqual([held.id, later.id]);
    expect((await grace.call("GET", `/videos/${video}/changes?after=1`)).body).toMatchObject({
      changes: [{ id: held.id }],
    });
    expect((await ada.call("GET", `/videos/${video}/held`)).body).toMatchObject({ comments: [] });
  });

  test("can be edited and deleted by its author while it is approved: it is what was edited last, or gone; 30 races each", async () => {
    const video = newVideo();
    await set(video, { hold_for_review: true });
    for (let round = 0; round < 30; round += 1) {
      const { id } = (await ada.post(video, "one")).body.comment;
      const path = `/videos/${video}/comments/${id}`;
      const [edited, approved] = await Promise.all([
        ada.call("PATCH", path, { content: "two" }, { "if-match": '"1"' }),
        moderator.call("POST", `${path}/approve`),
      ]);
      expect(approved.status).toBe(200);
      const now = await grace.call<{ comment: Comment }>("GET", path);
      expect(now.body.comment.content).toBe(edited.status === 200 ? "two" : "one");
    }
    for (let round = 0; round < 30; round += 1) {
      const { id } = (await ada.post(video, "away")).body.comment;
      const path = `/videos/${video}/comments/${id}`;
      const [deleted] = await Promise.all([ada.delete(video, id), moderator.call("POST", `${path}/approve`)]);
      expect([round, deleted.status]).toEqual([round, 204]);
      expect((await moderator.call("GET", path)).status).toBe(404);
    }
    const { id } = (await ada.post(video, "gone")).body.comment;
    expect((await ada.delete(video, id)).status).toBe(204);
    expect((await moderator.call("POST", `/videos/${video}/comments/${id}/approve`)).status).toBe(404);
    // What was approved cannot be turned into something else.
    const { comments } = (await ada.list(video)).body;
    const path = `/videos/${video}/comments/${comments[0]!.id}`;
    const turned = await ada.call("PATCH", path, { content: "unseen" }, { "if-match": "*" });
    expect(turned).toMatchObject({ status: 403, body: { code: "edit_needs_review" } });
  });

  test("gives the same answer to the same key, and waits its turn in slow mode", async () => {
    const video = newVideo();
    await set(video, { hold_for_review: true, slow_mode_seconds: 60 });
    const key = randomUUID();
    const posted = await ada.post(video, "held", key);
    expect((await ada.post(video, "held", key)).body).toEqual(posted.body);
    expect((await ada.post(video, "more")).status).toBe(429);
    await moderator.call("POST", `/videos/${video}/comments/${posted.body.comment.id}/approve`);
    expect((await ada.post(video, "held", key)).body).toEqual(posted.body);
  });
});
