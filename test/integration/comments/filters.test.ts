import { describe, expect, test } from "@jest/globals";
import { randomUUID } from "node:crypto";
import { useApp } from "../../support/app/use-app.ts";

const app = useApp({
  users: { ada: "user" },
  env: { COMMENT_BLOCKED_WORDS: "darn, two words", COMMENT_LINKS: "refuse" },
});
const { ada } = app.users;

/** All rows that a write to the video's comments can change. */
async function rowsOf(video: string): Promise<unknown> {
  const { db } = app;
  return {
    videos: await db.selectFrom("videos").select("seq").where("id", "=", video).execute(),
    comments: await db.selectFrom("comments").selectAll().where("video_id", "=", video).execute(),
    held: await db.selectFrom("held_comments").selectAll().where("video_id", "=", video).execute(),
    revisions: await db
      .selectFrom("comment_revisions")
      .innerJoin("comments", "comments.id", "comment_revisions.comment_id")
      .select("comment_revisions.version")
      .where("comments.video_id", "=", video)
      .execute(),
    keys: await db.selectFrom("idempotency_keys").select("idempotency_key").where("user_id", "=", ada.id).execute(),
  };
}

const refusal = (detail: string) => ({
  status: 422,
  body: { code: "content_refused", status: 422, errors: [{ pointer: "/content", detail }] },
});

describe.each([
  ["a blocked word", "Oh DARN it", "has a word that is not allowed here"],
  ["a blocked phrase", "just two words.", "has a word that is not allowed here"],
  ["a link", "look: https://example.com/x", "has a link"],
])("%s", (_, content, detail) => {
  test("in a post is refused with 422, and changes nothing", async () => {
    const video = app.newVideoId();
    const { id } = (await ada.post(video, "fine")).body.comment;
    const before = await rowsOf(video);
    const key = randomUUID();
    const reply = await ada.post(video, content, key);
    expect(reply).toMatchObject(refusal(detail));
    expect(reply.headers.get("content-type")).toMatch(/^application\/problem\+json/);
    expect(await rowsOf(video)).toEqual(before);
    expect((await ada.list(video)).body.comments.map((comment) => comment.id)).toEqual([id]);
    // The key is still unused, so the corrected request is a new one.
    expect((await ada.post(video, "corrected", key)).status).toBe(201);
  });

  test("in an edit is refused with 422, and changes nothing", async () => {
    const video = app.newVideoId();
    const { id } = (await ada.post(video, "fine")).body.comment;
    const first = await ada.read(video, id);
    const before = await rowsOf(video);
    expect(await ada.edit(video, id, content, '"1"')).toMatchObject(refusal(detail));
    expect(await rowsOf(video)).toEqual(before);
    const current = await ada.read(video, id);
    expect([current.body, current.headers.get("etag")]).toEqual([first.body, '"1"']);
    const edited = await ada.edit(video, id, "still fine", '"1"');
    expect(edited).toMatchObject({ status: 200, body: { comment: { content: "still fine" } } });
  });
});

test("a comment on a video with review passes the same filters before it is held", async () => {
  const video = app.newVideoId();
  await app.db.insertInto("videos").values({ id: video, hold_for_review: true }).execute();
  const before = await rowsOf(video);
  expect(await ada.post(video, "darn")).toMatchObject({ status: 422, body: { code: "content_refused" } });
  expect(await rowsOf(video)).toEqual(before);
  expect((await ada.post(video, "fine")).body.comment).toMatchObject({ held: true });
});
