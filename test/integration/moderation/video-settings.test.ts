import { describe, expect, test } from "@jest/globals";
import { randomUUID } from "node:crypto";
import { sql } from "kysely";
import { runMaintenance } from "../../../functions/src/services/operation/maintenance.ts";
import { commentPath } from "../../support/app/client.ts";
import { useApp } from "../../support/app/use-app.ts";

const app = useApp({ users: { ada: "user", grace: "user", moderator: "moderator" } });
const { ada, grace, moderator } = app.users;

describe("a video", () => {
  test("has the default settings until a moderator changes one or all of them", async () => {
    const video = app.newVideoId();
    const defaults = { id: video, seq: 0, comments_open: true, slow_mode_seconds: 0, hold_for_review: false };
    expect((await ada.call("GET", `/videos/${video}`)).body).toEqual({ video: defaults });
    const slowed = await moderator.configure(video, { slow_mode_seconds: 5 });
    expect(slowed.body).toEqual({ video: { ...defaults, seq: 1, slow_mode_seconds: 5 } });
    const all = { comments_open: false, slow_mode_seconds: 1, hold_for_review: true };
    expect((await moderator.configure(video, all)).body).toEqual({ video: { ...defaults, ...all, seq: 2 } });
    expect((await moderator.configure(video, {})).body).toEqual({ video: { ...defaults, ...all, seq: 2 } });
    expect((await ada.configure(video, { comments_open: true })).status).toBe(403);
    expect(await app.audit("video.settings", video)).toHaveLength(3);
  });

  test("that is closed refuses posts and edits, accepts deletes, and can be opened again", async () => {
    const video = app.newVideoId();
    const { id } = (await ada.post(video, "a")).body.comment;
    await moderator.configure(video, { comments_open: false });
    for (const client of [ada, moderator]) {
      expect(await client.post(video, "b")).toMatchObject({ status: 403, body: { code: "comments_closed" } });
    }
    expect((await ada.edit(video, id, "c")).status).toBe(403);
    expect((await ada.read(video, id)).body).toMatchObject({ comment: { content: "a" } });
    expect((await ada.delete(video, id)).status).toBe(204);
    await moderator.configure(video, { comments_open: true });
    expect((await ada.post(video, "b")).status).toBe(201);
  });

  test("that is closed while many post takes no post after the moderator's response, 20 times", async () => {
    /** Posts until the video is closed, or a hundred times if that is never noticed. */
    const postUntilClosed = async (video: string) => {
      const statuses: number[] = [];
      while (statuses.length < 100 && statuses.at(-1) !== 403) statuses.push((await ada.post(video, "x")).status);
      return statuses;
    };
    for (let round = 0; round < 20; round += 1) {
      const video = app.newVideoId();
      await ada.post(video, "first");
      const writers = Array.from({ length: 10 }, () => postUntilClosed(video));
      await ada.post(video, "while they post");
      const closed = await moderator.configure(video, { comments_open: false });
      const statuses = (await Promise.all(writers)).flat();
      expect((await ada.list(video)).body.seq).toBe(closed.body.video.seq);
      // Control: posts came before and after the closing.
      expect(new Set(statuses)).toEqual(new Set([201, 403]));
    }
  });
});

describe("slow mode", () => {
  test("counts an edit as a comment, whichever comes first", async () => {
    const video = app.newVideoId();
    const older = (await ada.post(video, "before slow mode")).body.comment;
    await moderator.configure(video, { slow_mode_seconds: 3_600 });
    await sql`UPDATE comments SET inserted_at = NOW(3) - INTERVAL 4000 SECOND WHERE video_id = ${video}`.execute(
      app.db,
    );
    expect((await ada.edit(video, older.id, "the first turn")).status).toBe(200);
    for (let n = 0; n < 10; n += 1) {
      expect(await ada.edit(video, older.id, `edit ${n}`)).toMatchObject({ status: 429, body: { code: "slow_mode" } });
    }
    expect(await ada.post(video, "a post")).toMatchObject({ status: 429, body: { code: "slow_mode" } });
    const posted = (await grace.post(video, "a post")).body.comment;
    expect((await grace.edit(video, posted.id, "an edit")).status).toBe(429);
    // Nothing of a refused edit is written: neither a change nor a revision.
    const revisions = await moderator.call<{ revisions: unknown[] }>(
      "GET",
      `${commentPath(video, older.id)}/revisions`,
    );
    expect(revisions.body.revisions).toHaveLength(1);
    expect((await ada.list(video)).body.seq).toBe(4);
    expect((await moderator.post(video, "exempt")).status).toBe(201);
  });

  test("lets one of 8 edits at once through, and the next one after the interval", async () => {
    const video = app.newVideoId();
    const ids: string[] = [];
    for (let n = 0; n < 8; n += 1) ids.push((await ada.post(video, "x")).body.comment.id);
    await moderator.configure(video, { slow_mode_seconds: 60 });
    await sql`UPDATE comments SET inserted_at = NOW(3) - INTERVAL 61 SECOND WHERE video_id = ${video}`.execute(app.db);
    const edits = await Promise.all(ids.map((id) => ada.edit(video, id, "at once")));
    expect(edits.filter(({ status }) => status === 200)).toHaveLength(1);
    expect(edits.filter(({ status }) => status === 429)).toHaveLength(7);
    await sql`UPDATE slow_mode_turns SET taken_at = NOW(3) - INTERVAL 61 SECOND`.execute(app.db);
    expect((await ada.edit(video, ids[0]!, "later")).status).toBe(200);
  });

  test("is not avoided by deleting what was written, held comments included", async () => {
    for (const hold_for_review of [false, true]) {
      const video = app.newVideoId();
      await moderator.configure(video, { slow_mode_seconds: 60, hold_for_review });
      const { id } = (await ada.post(video, "first")).body.comment;
      expect((await ada.edit(video, id, "an edit")).status).toBe(429);
      expect((await ada.delete(video, id)).status).toBe(204);
      expect((await ada.post(video, "second")).status).toBe(429);
    }
  });

  test("keeps a turn for a day, the longest interval", async () => {
    const turns = () => app.db.selectFrom("slow_mode_turns").select("taken_at").execute();
    const video = app.newVideoId();
    await moderator.configure(video, { slow_mode_seconds: 60 });
    await ada.post(video, "x");
    await runMaintenance(app.context);
    expect((await turns()).length).toBeGreaterThan(0);
    await sql`UPDATE slow_mode_turns SET taken_at = NOW(3) - INTERVAL 86401 SECOND`.execute(app.db);
    await runMaintenance(app.context);
    expect(await turns()).toEqual([]);
  });

  test("lets a user post once per interval, says how long to wait, and exempts moderators", async () => {
    const video = app.newVideoId();
    await moderator.configure(video, { slow_mode_seconds: 60 });
    const posts = await Promise.all(Array.from({ length: 8 }, () => ada.post(video, "at once")));
    expect(posts.filter(({ status }) => status === 201)).toHaveLength(1);
    const refused = posts.find(({ status }) => status !== 201)!;
    expect(refused).toMatchObject({ status: 429, body: { code: "slow_mode" } });
    const wait = Number(refused.headers.get("retry-after"));
    expect(wait).toBeGreaterThan(50);
    expect(wait).toBeLessThanOrEqual(60);
    expect((await grace.post(video, "another")).status).toBe(201);
    for (let n = 0; n < 3; n += 1) expect((await moderator.post(video, "calm down")).status).toBe(201);

    await sql`UPDATE comments SET inserted_at = NOW(3) - INTERVAL 61 SECOND WHERE video_id = ${video}`.execute(app.db);
    await sql`UPDATE slow_mode_turns SET taken_at = NOW(3) - INTERVAL 61 SECOND WHERE video_id = ${video}`.execute(
      app.db,
    );
    expect((await ada.post(video, "later")).status).toBe(201);
    expect((await ada.list(video)).body.seq).toBe(7);
  });

  test("cannot be evaded by deleting, and a key that it refused can be used again", async () => {
    const video = app.newVideoId();
    await moderator.configure(video, { slow_mode_seconds: 60 });
    const { id } = (await ada.post(video, "a")).body.comment;
    await ada.delete(video, id);
    const key = randomUUID();
    expect((await ada.post(video, "b", key)).status).toBe(429);
    await moderator.configure(video, { slow_mode_seconds: 0 });
    expect((await ada.post(video, "b", key)).status).toBe(201);
  });
});
