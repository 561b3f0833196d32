import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { randomUUID } from "node:crypto";
import { createApp } from "../../../functions/src/app.ts";
import type { Client } from "../../support/client.ts";
import { createUser } from "../../support/client.ts";
import type { TestContext } from "../../support/context.ts";
import { createTestContext } from "../../support/context.ts";

let context: TestContext;
let ada: Client;
const newVideo = () => `v-${randomUUID()}`;

beforeAll(async () => {
  context = await createTestContext({ env: { COMMENT_BLOCKED_WORDS: "darn, two words", COMMENT_LINKS: "refuse" } });
  const app = createApp(context);
  ada = await createUser((path, init) => app.request(path, init));
});
afterAll(() => context.close());

/** All that a write to the video's comments can change, row by row. */
async function rowsOf(video: string): Promise<unknown> {
  const userId = ada.session!.user.id;
  return {
    videos: await context.db.selectFrom("videos").select("seq").where("id", "=", video).execute(),
    comments: await context.db.selectFrom("comments").selectAll().where("video_id", "=", video).execute(),
    held: await context.db.selectFrom("held_comments").selectAll().where("video_id", "=", video).execute(),
    revisions: await context.db
      .selectFrom("comment_revisions")
      .innerJoin("comments", "comments.id", "comment_revisions.comment_id")
      .select("comment_revisions.version")
      .where("comments.video_id", "=", video)
      .execute(),
    keys: await context.db
      .selectFrom("idempotency_keys")
      .select("idempotency_key")
      .where("user_id", "=", userId)
      .execute(),
  };
}

const REFUSED = [
  ["a blocked word", "Oh DARN it", "has a word that is not allowed here"],
  ["a blocked phrase", "just two words.", "has a word that is not allowed here"],
  ["a link", "look: https://example.com/x", "has a link"],
] as const;

const refusal = (detail: string) => ({
  status: 422,
  body: { code: "content_refused", status: 422, errors: [{ pointer: "/content", detail }] },
});

test.each(REFUSED)("a post with %s is 422 content_refused, and changes nothing", async (_, content, detail) => {
  const video = newVideo();
  const { id } = (await ada.post(video, "fine")).body.comment;
  const before = await rowsOf(video);
  const key = randomUUID();
  const reply = await ada.post(video, content, key);
  expect(reply).toMatchObject(refusal(detail));
  expect(reply.headers.get("content-type")).toMatch(/^application\/problem\+json/);
  expect(await rowsOf(video)).toEqual(before);
  expect((await ada.list(video)).body.comments.map((comment) => comment.id)).toEqual([id]);
  // The key was not used up: the same request, put right, is a new one.
  expect((await ada.post(video, "put right", key)).status).toBe(201);
});

test.each(REFUSED)("an edit to %s is 422 content_refused, and changes nothing", async (_, content, detail) => {
  const video = newVideo();
  const path = `/videos/${video}/comments/${(await ada.post(video, "fine")).body.comment.id}`;
  const first = await ada.call("GET", path);
  const before = await rowsOf(video);
  const edit = (text: string) => ada.call("PATCH", path, { content: text }, { "if-match": '"1"' });
  expect(await edit(content)).toMatchObject(refusal(detail));
  expect(await rowsOf(video)).toEqual(before);
  const now = await ada.call("GET", path);
  expect([now.body, now.headers.get("etag")]).toEqual([first.body, '"1"']);
  expect(await edit("still fine")).toMatchObject({ status: 200, body: { comment: { content: "still fine" } } });
});

test("a comment on a video with review passes the same filters before it is held", async () => {
  const video = newVideo();
  await context.db.insertInto("videos").values({ id: video, hold_for_review: true }).execute();
  const before = await rowsOf(video);
  expect(await ada.post(video, "darn")).toMatchObject({ status: 422, body: { code: "content_refused" } });
  expect(await rowsOf(video)).toEqual(before);
  expect((await ada.post(video, "fine")).body.comment).toMatchObject({ held: true });
});
