import { describe, expect, test } from "@jest/globals";
import { randomUUID } from "node:crypto";
import type { CommentPage } from "../../../functions/src/contract/comment.ts";
import { readPages } from "../../support/app/pages.ts";
import { useApp } from "../../support/app/use-app.ts";

const app = useApp({ users: { ada: "user", grace: "user" } });
const { ada, grace } = app.users;

describe("a list of comments", () => {
  test("gives back what was posted byte for byte, newest first, and so does each comment's own address", async () => {
    const video = app.newVideoId();
    const texts = ["first", "<b>second</b> ' OR 1=1 --", "third 👩‍👩‍👧‍👦 e\u0301 \u202eRTL\u202c"];
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

  test("comes in pages without a gap or a repeat while comments arrive", async () => {
    const video = app.newVideoId();
    const posted: string[] = [];
    for (let n = 0; n < 5; n += 1) posted.push((await ada.post(video, `${n}`)).body.comment.id);
    const seen: string[] = [];
    for await (const page of readPages<CommentPage>((cursor) => ada.list(video, `?limit=2${cursor}`))) {
      seen.push(...page.comments.map(({ id }) => id));
      await grace.post(video, "in between");
    }
    expect(seen).toEqual(posted.toReversed());
  });
});

describe("a post", () => {
  test("that is retried is one comment, also when the retries come at once", async () => {
    const video = app.newVideoId();
    const key = randomUUID();
    const replies = await Promise.all(Array.from({ length: 10 }, () => ada.post(video, "once", key)));
    expect(replies.map(({ status }) => status)).toEqual(Array(10).fill(201));
    expect(new Set(replies.map(({ body }) => JSON.stringify(body))).size).toBe(1);
    const { body } = await ada.list(video);
    expect([body.comments.length, body.seq]).toEqual([1, 1]);
  });

  test("cannot reuse the key of another request, but two users may choose the same key", async () => {
    const video = app.newVideoId();
    const key = randomUUID();
    await ada.post(video, "mine", key);
    expect((await ada.post(video, "other", key)).body).toMatchObject({ code: "idempotency_key_reused" });
    expect((await ada.post(app.newVideoId(), "mine", key)).status).toBe(422);
    expect((await grace.post(video, "mine", key)).status).toBe(201);
  });

  test("takes the next change number of its video when many come at once, and none if it fails", async () => {
    const video = app.newVideoId();
    const key = randomUUID();
    await ada.post(video, "0", key);
    const writes = Array.from({ length: 30 }, (_, n) =>
      n % 3 === 0 ? ada.post(video, "another body", key) : grace.post(video, `${n}`),
    );
    await Promise.all(writes);
    const { body } = await ada.list(video);
    const seqs = body.comments.map(({ seq }) => seq).toSorted((a, b) => a - b);
    expect(seqs).toEqual(Array.from({ length: 21 }, (_, n) => n + 1));
  });

  test("changes nothing if its body exceeds 16 KB, is not JSON, or has an unknown field", async () => {
    const video = app.newVideoId();
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

describe("a delete", () => {
  test("removes a comment and its content for good, and changes nothing when it is repeated", async () => {
    const video = app.newVideoId();
    const { comment } = (await ada.post(video, "a secret")).body;
    expect((await ada.delete(video, comment.id)).status).toBe(204);
    const again = await ada.delete(video, comment.id);
    expect([again.status, again.headers.get("video-seq")]).toEqual([204, "2"]);
    expect((await ada.read(video, comment.id)).status).toBe(404);
    expect((await ada.list(video)).body).toMatchObject({ comments: [], seq: 2 });
    const row = await app.db.selectFrom("comments").select("content").where("id", "=", comment.id).executeTakeFirst();
    expect(row).toEqual({ content: "" });
  });

  test("takes one change number when several come at once", async () => {
    const video = app.newVideoId();
    const { comment } = (await ada.post(video, "x")).body;
    const replies = await Promise.all(Array.from({ length: 8 }, () => ada.delete(video, comment.id)));
    expect(replies.map(({ status }) => status)).toEqual(Array(8).fill(204));
    expect((await ada.list(video)).body.seq).toBe(2);
  });

  test("is for the author and for moderators, and only under the comment's own video", async () => {
    const video = app.newVideoId();
    const { comment } = (await ada.post(video, "mine")).body;
    expect((await grace.delete(video, comment.id)).status).toBe(403);
    expect((await ada.delete(app.newVideoId(), comment.id)).status).toBe(404);
    expect((await (await app.moderator()).delete(video, comment.id)).status).toBe(204);
  });
});
