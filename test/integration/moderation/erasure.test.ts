import { describe, expect, test } from "@jest/globals";
import { eraseAllCommentsOf } from "../../../functions/src/services/moderation/erasure.ts";
import { useApp } from "../../support/app/use-app.ts";

// An erasure holds a video for several round trips. On a slow machine a post may wait for it longer than by default.
const app = useApp({
  users: { ada: "user", moderator: "moderator", admin: "admin" },
  env: { MYSQL_POST_LOCK_SECONDS: "30" },
});
const { ada, moderator, admin } = app.users;

describe("erasing all comments of a user", () => {
  test("leaves nothing on any video, in the mirror, among held comments or in earlier versions", async () => {
    const [one, two, three] = [app.newVideoId(), app.newVideoId(), app.newVideoId()];
    const user = await app.user();
    for (let n = 0; n < 5; n += 1) {
      await user.post(one, "bad words");
      await ada.post(one, "fine");
    }
    const { id } = (await user.post(two, "bad words")).body.comment;
    await user.edit(two, id, "bad words 2");
    await moderator.configure(three, { hold_for_review: true });
    await user.post(three, "bad words");

    const path = `/moderation/users/${user.id}/comments`;
    expect((await ada.call("DELETE", path)).status).toBe(403);
    expect((await moderator.call("DELETE", path)).body).toEqual({ erased: 7 });
    expect((await moderator.call("DELETE", path)).body).toEqual({ erased: 0 });
    const listed = (await ada.list(one)).body;
    expect([listed.comments.map(({ content }) => content), listed.seq]).toEqual([Array(5).fill("fine"), 15]);
    for (const video of [one, two, three]) {
      await app.relay(video);
      expect(JSON.stringify(await app.mirror(video))).not.toContain("bad words");
    }
    for (const table of ["comments", "held_comments", "comment_revisions"] as const) {
      const rows = await app.db.selectFrom(table).select("content").where("content", "like", "bad words%").execute();
      expect([table, rows]).toEqual([table, []]);
    }
    const entries = await app.audit("comments.erase", user.id);
    expect(entries.map(({ actor_id, details }) => [actor_id, details])).toEqual([
      [moderator.id, {}],
      [moderator.id, {}],
    ]);
    expect((await moderator.call("DELETE", `/moderation/users/${admin.id}/comments`)).status).toBe(403);
  });

  test("leaves no comment that is held while it runs", async () => {
    const [open, reviewed] = [app.newVideoId(), app.newVideoId()];
    const user = await app.user();
    await moderator.configure(reviewed, { hold_for_review: true });
    await user.post(open, "shown");
    const { videoRelay } = app.context;
    const relay: typeof videoRelay = {
      ...videoRelay,
      async publish(id, seq) {
        if (id === open) await user.post(reviewed, "held meanwhile");
        await videoRelay.publish(id, seq);
      },
    };
    const context = { ...app.context, videoRelay: relay };
    expect(await eraseAllCommentsOf(context, user.id, { deletedBy: moderator.id })).toBe(2);
    const held = await app.db.selectFrom("held_comments").select("id").where("user_id", "=", user.id).execute();
    expect(held).toEqual([]);
  });

  test("gives every change its own number without a gap while the user posts and deletes", async () => {
    const video = app.newVideoId();
    const user = await app.user();
    const ids: string[] = [];
    for (let n = 0; n < 30; n += 1) ids.push((await user.post(video, `${n}`)).body.comment.id);
    await Promise.all([
      moderator.call("DELETE", `/moderation/users/${user.id}/comments`),
      moderator.call("DELETE", `/moderation/users/${user.id}/comments`),
      ...ids.slice(0, 10).map((id) => user.delete(video, id)),
      ...ids.slice(10, 20).map(() => ada.post(video, "x")),
    ]);
    const rows = await app.db
      .selectFrom("comments")
      .select("seq")
      .where("video_id", "=", video)
      .orderBy("seq")
      .execute();
    // 30 posts, 30 deletes and 10 posts: the last change of each row is one of the last 40.
    expect(rows.map(({ seq }) => seq)).toEqual(Array.from({ length: 40 }, (_, n) => 31 + n));
  });
});
