import { describe, expect, test } from "@jest/globals";
import { ALLOWANCES } from "../../../functions/src/limits/allowances.ts";
import type { Client } from "../../support/app/client.ts";
import { useApp } from "../../support/app/use-app.ts";

const watch = (user: Client, video: string) => user.call("POST", "/realtime/token", { video_id: video });

describe("a new video", () => {
  // Real allowances for new videos, and enough of the others.
  const app = useApp({ users: { moderator: "moderator" }, env: { RATE_LIMIT_SCALE: "1" } });
  const { points } = ALLOWANCES.new_video.valid.user;

  test(`is made known by its first viewer or its first comment, ${points} in an hour by one user`, async () => {
    const user = (await app.user()).from(app.newAddress());
    const known = app.newVideoId();
    await app.users.moderator.call("PUT", `/videos/${known}`);
    const videos = Array.from({ length: points }, () => app.newVideoId());
    for (const [n, video] of videos.entries()) {
      const { status } = await (n % 4 === 0 ? user.post(video, "first") : watch(user, video));
      expect(status).toBeLessThan(300);
    }
    const refused = app.newVideoId();
    for (const reply of [await user.post(refused, "first"), await watch(user, refused)]) {
      expect(reply).toMatchObject({ status: 429, body: { code: "rate_limited" } });
      expect(Number(reply.headers.get("retry-after"))).toBeGreaterThan(60);
    }
    const rows = await app.db.selectFrom("videos").select("id").where("id", "=", refused).execute();
    expect(rows).toEqual([]);

    // Videos that are known already do not count.
    expect((await watch(user, known)).status).toBe(200);
    expect((await watch(user, videos[0]!)).status).toBe(200);
    expect((await user.post(videos[1]!, "second")).status).toBe(201);
    // The allowance is the user's own.
    const other = (await app.user()).from(app.newAddress());
    expect((await watch(other, refused)).status).toBe(200);
  });

  test("is not counted for a post that the rules refuse", async () => {
    const user = (await app.user()).from(app.newAddress());
    await app.users.moderator.call("PUT", `/moderation/bans/${user.id}`, { reason: "spam" });
    for (let n = 0; n < 3; n += 1) expect((await user.post(app.newVideoId(), "first")).status).toBe(403);
    await app.users.moderator.call("DELETE", `/moderation/bans/${user.id}`);
    for (let n = 0; n < points; n += 1) expect((await watch(user, app.newVideoId())).status).toBe(200);
  });
});

describe("a request for a Firebase token", () => {
  const app = useApp({ users: { user: "user" } });
  const { user } = app.users;

  test.each([
    [200, undefined],
    [200, {}],
    [400, { video_id: "" }],
    [400, { video_id: "a/b" }],
    [400, { video_id: "x".repeat(129) }],
    [400, { video_id: null }],
    [400, { video_id: ["v"] }],
    [400, { video_id: "v", user_id: "u" }],
    [400, []],
    [400, "null"],
    [400, "{"],
  ])("is answered with %d for the body %j, and watches nothing", async (status, body) => {
    expect((await user.call("POST", "/realtime/token", body)).status).toBe(status);
    expect(await app.db.selectFrom("watched_videos").selectAll().execute()).toEqual([]);
  });

  test("is refused with a body of another type, which would be ignored otherwise", async () => {
    const text = { "content-type": "text/plain" };
    expect((await user.call("POST", "/realtime/token", '{"video_id":"v"}', text)).status).toBe(415);
  });
});

describe("with VIDEO_IDS=registered, an unknown video", () => {
  const app = useApp({ users: { user: "user", moderator: "moderator" }, env: { VIDEO_IDS: "registered" } });
  const { user, moderator } = app.users;

  test("is refused to everybody, until a moderator registers it", async () => {
    const video = app.newVideoId();
    const attempts = () =>
      Promise.all([
        user.post(video, "first"),
        watch(user, video),
        moderator.call("PATCH", `/videos/${video}`, { slow_mode_seconds: 0 }),
      ]);
    for (const reply of await attempts()) expect(reply).toMatchObject({ status: 404, body: { code: "not_found" } });
    expect((await user.call("PUT", `/videos/${video}`)).status).toBe(403);

    const registered = await moderator.call("PUT", `/videos/${video}`);
    expect(registered).toMatchObject({ status: 200, body: { video: { id: video, comments_open: true, seq: 0 } } });
    expect((await attempts()).map(({ status }) => status)).toEqual([201, 200, 200]);
  });

  test("is registered once, and its registration is in the audit log; a known one keeps its settings", async () => {
    const video = app.newVideoId();
    await moderator.call("PUT", `/videos/${video}`);
    await moderator.call("PATCH", `/videos/${video}`, { comments_open: false });
    const again = await moderator.call("PUT", `/videos/${video}`);
    expect(again).toMatchObject({ status: 200, body: { video: { comments_open: false } } });
    expect(await app.audit("video.register", video)).toMatchObject([{ actor_id: moderator.id }]);
  });
});
