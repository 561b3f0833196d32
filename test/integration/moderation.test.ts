import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { randomUUID } from "node:crypto";
import { sql } from "kysely";
import { createApp } from "../../functions/src/app.ts";
import type { Comment } from "../../functions/src/realtime/comment.ts";
import { relayVideo } from "../../functions/src/relay/relay.ts";
import type { Client, Send } from "../support/client.ts";
import { createUser } from "../support/client.ts";
import type { TestContext } from "../support/context.ts";
import { createTestContext } from "../support/context.ts";
import { createUserOf } from "../support/roles.ts";

let context: TestContext;
let send: Send;
let ada: Client;
let grace: Client;
let moderator: Client;
let admin: Client;
const newVideo = () => `v-${randomUUID()}`;
const idOf = (client: Client) => client.session!.user.id;

beforeAll(async () => {
  context = await createTestContext();
  const app = createApp(context);
  send = (path, init) => app.request(path, init);
  [ada, grace] = [await createUser(send), await createUser(send)];
  moderator = await createUserOf(context, send, "moderator");
  admin = await createUserOf(context, send, "admin");
});
afterAll(() => context.close());

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
    expect(context.logged.filter((line) => line.includes("video.settings"))).toHaveLength(3);
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

  test("can be edited and deleted by its author; approved, it is what was edited last; 30 races", async () => {
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

describe("a ban", () => {
  const put = (client: Client, user: Client, body: object) =>
    client.call("PUT", `/moderation/bans/${idOf(user)}`, body);

  test("on a video keeps a user from posting and editing there, until its end or until it is lifted", async () => {
    const [video, other] = [newVideo(), newVideo()];
    const user = await createUser(send);
    const { id } = (await user.post(video, "a")).body.comment;
    expect((await put(moderator, user, { video_id: video, reason: "spam" })).status).toBe(204);
    expect(await user.post(video, "b")).toMatchObject({ status: 403, body: { code: "banned" } });
    const path = `/videos/${video}/comments/${id}`;
    expect(await user.call("PATCH", path, { content: "b" }, { "if-match": "*" })).toMatchObject({
      status: 403,
      body: { code: "banned" },
    });
    expect((await user.post(other, "b")).status).toBe(201);
    expect((await user.delete(video, id)).status).toBe(204);
    expect((await moderator.call("GET", `/moderation/bans?user_id=${idOf(user)}`)).body).toMatchObject({
      bans: [{ user_id: idOf(user), video_id: video, ends_at: null, reason: "spam", banned_by: idOf(moderator) }],
    });
    const lift = () => moderator.call("DELETE", `/moderation/bans/${idOf(user)}?video_id=${video}`);
    expect((await lift()).status).toBe(204);
    expect((await lift()).status).toBe(404);
    expect((await user.post(video, "b")).status).toBe(201);
  });

  test("everywhere holds on every video, and ends by itself", async () => {
    const user = await createUser(send);
    const ends_at = new Date(Date.now() + 3_600_000).toISOString();
    await put(moderator, user, { ends_at });
    const refused = await user.post(newVideo(), "b");
    expect(refused.body).toMatchObject({ code: "banned", detail: `On every video, until ${ends_at}.` });
    await put(moderator, user, { ends_at: new Date(Date.now() - 1_000).toISOString() });
    expect((await user.post(newVideo(), "b")).status).toBe(201);
  });

  test("is for users of a lower role", async () => {
    expect((await put(moderator, admin, {})).status).toBe(403);
    expect((await put(moderator, moderator, {})).status).toBe(403);
    expect((await put(admin, await createUserOf(context, send, "moderator"), {})).status).toBe(204);
    expect((await moderator.call("PUT", `/moderation/bans/${randomUUID()}`, {})).status).toBe(404);
  });

  test("is listed page by page", async () => {
    const users = [await createUser(send), await createUser(send), await createUser(send)];
    for (const user of users) await put(moderator, user, { video_id: "v" });
    const seen: string[] = [];
    let cursor = "";
    do {
      const page = await moderator.call<{
        bans: { user_id: string; video_id: string | null }[];
        next_cursor: string | null;
      }>("GET", `/moderation/bans?limit=2${cursor}`);
      seen.push(...page.body.bans.map((ban) => `${ban.user_id}.${ban.video_id}`));
      cursor = page.body.next_cursor ? `&cursor=${page.body.next_cursor}` : "";
    } while (cursor);
    expect(new Set(seen).size).toBe(seen.length);
    for (const user of users) expect(seen).toContain(`${idOf(user)}.v`);
  });
});

describe("erasing everything of a user", () => {
  test("in one call leaves nothing on any video or with listeners, also what was held and what was edited", async () => {
    const [one, two, three] = [newVideo(), newVideo(), newVideo()];
    const user = await createUser(send);
    for (let n = 0; n < 5; n += 1) {
      await user.post(one, "bad words");
      await ada.post(one, "fine");
    }
    const { id } = (await user.post(two, "bad words")).body.comment;
    await user.call("PATCH", `/videos/${two}/comments/${id}`, { content: "bad words 2" }, { "if-match": "*" });
    await set(three, { hold_for_review: true });
    await user.post(three, "bad words");

    const path = `/moderation/users/${idOf(user)}/comments`;
    expect((await ada.call("DELETE", path)).status).toBe(403);
    expect((await moderator.call("DELETE", path)).body).toEqual({ erased: 7 });
    expect((await moderator.call("DELETE", path)).body).toEqual({ erased: 0 });
    const listed = (await ada.list(one)).body;
    expect([listed.comments.map(({ content }) => content), listed.seq]).toEqual([Array(5).fill("fine"), 15]);
    for (const video of [one, two, three]) {
      expect(JSON.stringify((await treeOf(video)).comments)).not.toContain("bad words");
    }
    for (const table of ["comments", "held_comments", "comment_revisions"] as const) {
      const rows = await context.db
        .selectFrom(table)
        .select("content")
        .where("content", "like", "bad words%")
        .execute();
      expect([table, rows]).toEqual([table, []]);
    }
    expect(context.logged.some((line) => line.includes("comments.erase") && line.includes(idOf(user)))).toBe(true);
    expect((await moderator.call("DELETE", `/moderation/users/${idOf(admin)}/comments`)).status).toBe(403);
  });

  test("while the user posts and deletes gives every change a number of its own, without a gap", async () => {
    const video = newVideo();
    const user = await createUser(send);
    const ids: string[] = [];
    for (let n = 0; n < 30; n += 1) ids.push((await user.post(video, `${n}`)).body.comment.id);
    await Promise.all([
      moderator.call("DELETE", `/moderation/users/${idOf(user)}/comments`),
      moderator.call("DELETE", `/moderation/users/${idOf(user)}/comments`),
      ...ids.slice(0, 10).map((id) => user.delete(video, id)),
      ...ids.slice(10, 20).map(() => ada.post(video, "x")),
    ]);
    const rows = await context.db
      .selectFrom("comments")
      .select("seq")
      .where("video_id", "=", video)
      .orderBy("seq")
      .execute();
    // 30 posts, 30 deletes and 10 posts: the last change of each row is one of the last 40.
    expect(rows.map(({ seq }) => seq)).toEqual(Array.from({ length: 40 }, (_, n) => 31 + n));
  });
});

describe("a report", () => {
  const queue = async () =>
    (
      await moderator.call<{ reported: { comment: Comment; reports: { reason: string }[] }[] }>(
        "GET",
        "/moderation/reports",
      )
    ).body.reported;

  test("puts a comment into the moderators' queue, once for each user, until it is dismissed or deleted", async () => {
    const video = newVideo();
    const [kept, deleted] = [(await ada.post(video, "kept")).body.comment, (await ada.post(video, "bad")).body.comment];
    const path = (id: string) => `/videos/${video}/comments/${id}/reports`;
    for (const [client, id, reason] of [
      [grace, kept.id, "spam"],
      [grace, kept.id, "abuse"],
      [moderator, kept.id, "other"],
      [grace, deleted.id, "illegal"],
    ] as const) {
      expect((await client.call("POST", path(id), { reason, note: "see" })).status).toBe(204);
    }
    expect(await queue()).toMatchObject([
      { video_id: video, comment: { id: kept.id }, reports: [{ reason: "spam", note: "see" }, { reason: "other" }] },
      { comment: { id: deleted.id }, reports: [{ reason: "illegal" }] },
    ]);
    expect((await grace.call("GET", "/moderation/reports")).status).toBe(403);
    expect((await moderator.call("DELETE", path(kept.id))).status).toBe(204);
    expect((await moderator.delete(video, deleted.id)).status).toBe(204);
    expect(await queue()).toEqual([]);
    expect((await grace.call("POST", path(kept.id), { reason: "spam" })).status).toBe(204);
    expect(await queue()).toEqual([]);
    expect((await grace.call("POST", path(deleted.id), { reason: "spam" })).status).toBe(404);
  });
});
