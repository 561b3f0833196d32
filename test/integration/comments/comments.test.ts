import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { randomUUID } from "node:crypto";
import { createApp } from "../../../functions/src/app.ts";
import type { Client } from "../../support/client.ts";
import { createUser } from "../../support/client.ts";
import type { TestContext } from "../../support/context.ts";
import { createTestContext } from "../../support/context.ts";

describe("comments over HTTP", () => {
  let context: TestContext;
  let ada: Client;
  let grace: Client;
  const newVideo = () => `v-${randomUUID()}`;

  beforeAll(async () => {
    context = await createTestContext();
    const app = createApp(context);
    const send = (path: string, init: RequestInit) => app.request(path, init);
    ada = await createUser(send);
    grace = await createUser(send);
  });
  afterAll(() => context.close());

  test("what was posted is read back byte for byte, newest first", async () => {
    const video = newVideo();
    const texts = ["first", "<b>second</b> ' OR 1=1 --", "third 👩‍👩‍👧‍👦 e\u0301 \u202eRTL"];
    for (const text of texts) {
      const posted = await ada.post(video, text);
      expect(posted.status).toBe(201);
      const read = await grace.call("GET", posted.headers.get("location")!.replace("/v1", ""));
      expect(read.body).toEqual(posted.body);
    }
    const { body, headers } = await grace.list(video);
    expect(body.comments.map(({ content }) => content)).toEqual(texts.toReversed());
    expect([body.seq, headers.get("video-seq")]).toEqual([3, "3"]);
  });

  test("pages join without a gap or a repeat while comments come", async () => {
    const video = newVideo();
    const posted: string[] = [];
    for (let n = 0; n < 5; n += 1) posted.push((await ada.post(video, `${n}`)).body.comment.id);
    const seen: string[] = [];
    let cursor: string | null = null;
    do {
      const query: string = cursor ? `&cursor=${cursor}` : "";
      const page = await ada.call<{ comments: { id: string }[]; next_cursor: string | null }>(
        "GET",
        `/videos/${video}/comments?limit=2${query}`,
      );
      seen.push(...page.body.comments.map(({ id }) => id));
      cursor = page.body.next_cursor;
      await grace.post(video, "in between");
    } while (cursor);
    expect(seen).toEqual(posted.toReversed());
  });

  test("a retried post is one comment, also when the retries come at once", async () => {
    const video = newVideo();
    const key = randomUUID();
    const replies = await Promise.all(Array.from({ length: 10 }, () => ada.post(video, "once", key)));
    expect(replies.map(({ status }) => status)).toEqual(Array(10).fill(201));
    expect(new Set(replies.map(({ body }) => JSON.stringify(body))).size).toBe(1);
    const { body } = await ada.list(video);
    expect([body.comments.length, body.seq]).toEqual([1, 1]);
  });

  test("a key used for another request is refused, and another user's same key is another key", async () => {
    const video = newVideo();
    const key = randomUUID();
    await ada.post(video, "mine", key);
    expect((await ada.post(video, "other", key)).body).toMatchObject({ code: "idempotency_key_reused" });
    expect((await ada.post(newVideo(), "mine", key)).status).toBe(422);
    expect((await grace.post(video, "mine", key)).status).toBe(201);
  });

  test("the numbers of a video's changes have no gap when many write at once, and one that fails takes none", async () => {
    const video = newVideo();
    const key = randomUUID();
    await ada.post(video, "0", key);
    const writes = Array.from({ length: 30 }, (_, n) =>
      n % 3 === 0 ? ada.post(video, "another body", key) : grace.post(video, `${n}`),
    );
    await Promise.all(writes);
    const { body } = await ada.list(video);
    const numbers = body.comments.map(({ seq }) => seq).toSorted((a, b) => a - b);
    expect(numbers).toEqual(Array.from({ length: 21 }, (_, n) => n + 1));
  });

  test("a deleted comment is gone for good, and deleting it again changes nothing", async () => {
    const video = newVideo();
    const { comment } = (await ada.post(video, "a secret")).body;
    expect((await ada.delete(video, comment.id)).status).toBe(204);
    const again = await ada.delete(video, comment.id);
    expect([again.status, again.headers.get("video-seq")]).toEqual([204, "2"]);
    expect((await ada.call("GET", `/videos/${video}/comments/${comment.id}`)).status).toBe(404);
    expect((await ada.list(video)).body).toMatchObject({ comments: [], seq: 2 });
    const row = await context.db
      .selectFrom("comments")
      .select("content")
      .where("id", "=", comment.id)
      .executeTakeFirst();
    expect(row).toEqual({ content: "" });
  });

  test("deleted twice at once, a comment takes one number", async () => {
    const video = newVideo();
    const { comment } = (await ada.post(video, "x")).body;
    const replies = await Promise.all(Array.from({ length: 8 }, () => ada.delete(video, comment.id)));
    expect(replies.map(({ status }) => status)).toEqual(Array(8).fill(204));
    expect((await ada.list(video)).body.seq).toBe(2);
  });

  test("another's comment stays; a moderator may delete it; one of another video is not found", async () => {
    const video = newVideo();
    const { comment } = (await ada.post(video, "mine")).body;
    expect((await grace.delete(video, comment.id)).status).toBe(403);
    expect((await ada.delete(newVideo(), comment.id)).status).toBe(404);
    const moderator = grace.session!.user.id;
    await context.db.updateTable("users").set({ role: "moderator" }).where("id", "=", moderator).execute();
    expect((await grace.delete(video, comment.id)).status).toBe(204);
  });

  test("a body over 16 KB, of another type, or with an unknown field changes nothing", async () => {
    const video = newVideo();
    const path = `/videos/${video}/comments`;
    const key = { "idempotency-key": "k" };
    const large = await ada.call("POST", path, { content: "x".repeat(17_000) }, key);
    expect(large.body).toMatchObject({ status: 413, code: "payload_too_large" });
    const form = await ada.call("POST", path, "content=x", {
      ...key,
      "content-type": "application/x-www-form-urlencoded",
    });
    expect(form.body).toMatchObject({ status: 415, code: "unsupported_media_type" });
    const unknown = await ada.call("POST", path, { content: "x", admin: true }, key);
    expect(unknown.body).toMatchObject({
      status: 400,
      code: "invalid_request",
      errors: [{ detail: expect.anything() }],
    });
    const broken = await ada.call("POST", path, "{", key);
    expect(broken.body).toMatchObject({ status: 400, code: "malformed_json" });
    expect((await ada.list(video)).body).toMatchObject({ comments: [], seq: 0 });
  });
});
