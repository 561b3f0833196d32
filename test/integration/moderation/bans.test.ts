import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { randomUUID } from "node:crypto";
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
let admin: Client;
const newVideo = () => `v-${randomUUID()}`;
const idOf = (client: Client) => client.session!.user.id;

beforeAll(async () => {
  // An erasure holds a video for several trips, and a post may wait for it on a slow machine.
  context = await createTestContext({ env: { MYSQL_POST_LOCK_SECONDS: "30" } });
  const app = createApp(context);
  send = (path, init) => app.request(path, init);
  [ada, grace] = [await createUser(send), await createUser(send)];
  moderator = await createUserOf(context, send, "moderator");
  admin = await createUserOf(context, send, "admin");
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
      expect((await treeOf(video)).all).not.toContain("bad words");
    }
    for (const table of ["comments", "held_comments", "comment_revisions"] as const) {
      const rows = await context.db
        .selectFrom(table)
        .select("content")
        .where("content", "like", "bad words%")
        .execute();
      expect([table, rows]).toEqual([table, []]);
    }
    const entries = await auditOf("comments.erase", idOf(user));
    expect(entries.map(({ actor_id, details }) => [actor_id, JSON.parse(details)])).toEqual([
      [idOf(moderator), { erased: 7 }],
      [idOf(moderator), { erased: 0 }],
    ]);
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
