import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { randomUUID } from "node:crypto";
import { isDeepStrictEqual } from "node:util";
import { sql } from "kysely";
import { createApp } from "../../../functions/src/app.ts";
import type { Comment } from "../../../functions/src/contract/comment.ts";
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
  ada = await createUser(send);
  grace = await createUser(send);
  moderator = await createUserOf(context, send, "moderator");
});
afterAll(() => context.close());

const place = (video: string, id: string) => `/videos/${video}/comments/${id}`;

function edit(client: Client, video: string, id: string, content: string, tag?: string) {
  const headers = tag === undefined ? {} : { "if-match": tag };
  return client.call<{ comment: Comment; current: Comment; code: string }>(
    "PATCH",
    place(video, id),
    { content },
    headers,
  );
}

/** What is seen of 20 edits at once of one comment, all with the ETag of its first version. */
async function editAtOnce(client: Client, video: string) {
  const { id } = (await client.post(video, "start")).body.comment;
  const replies = await Promise.all(Array.from({ length: 20 }, (_, n) => edit(client, video, id, `by ${n}`, '"1"')));
  const won = replies.filter(({ status }) => status === 200);
  const lost = replies.filter(({ status }) => status === 412);
  // Each that lost was shown what won: nothing older, nothing else.
  const wasShown = (reply: (typeof lost)[number]) => isDeepStrictEqual(reply.body.current, won[0]?.body.comment);
  return { through: won.length, shownWhatWon: lost.filter(wasShown).length };
}

const ONE_THROUGH = { through: 1, shownWhatWon: 19 };

describe("an edit", () => {
  test("changes what is said, takes the video's next number, shows `edited`, and has a new ETag", async () => {
    const video = newVideo();
    const posted = await ada.post(video, "frist");
    const { id } = posted.body.comment;
    expect(posted.headers.get("etag")).toBe('"1"');
    const edited = await edit(ada, video, id, "first", '"1"');
    expect(edited).toMatchObject({
      status: 200,
      body: { comment: { content: "first", version: 2, seq: 2, edited: true } },
    });
    expect([edited.headers.get("etag"), edited.headers.get("video-seq")]).toEqual(['"2"', "2"]);
    expect((await grace.call("GET", place(video, id))).body).toEqual(edited.body);
  });

  test("without If-Match is 428, with an older one 412 and the comment as it stands", async () => {
    const video = newVideo();
    const { id } = (await ada.post(video, "a")).body.comment;
    expect(await edit(ada, video, id, "b")).toMatchObject({ status: 428, body: { code: "precondition_required" } });
    await edit(ada, video, id, "b", '"1"');
    for (const tag of ['"1"', 'W/"2"', '"1", "7"', '"x"']) {
      const stale = await edit(ada, video, id, "c", tag);
      expect(stale).toMatchObject({
        status: 412,
        body: { code: "precondition_failed", current: { content: "b", version: 2 } },
      });
    }
    expect((await edit(ada, video, id, "c", '"1", "2"')).status).toBe(200);
    expect((await edit(ada, video, id, "d", "*")).status).toBe(200);
    expect((await edit(ada, video, id, "e", "2")).status).toBe(400);
  });

  test("of 20 at once with one ETag one gets through; 50 rounds", async () => {
    const video = newVideo();
    for (let round = 0; round < 50; round += 1) expect(await editAtOnce(ada, video)).toEqual(ONE_THROUGH);
    // 50 posts and 50 edits: those that lost gave their numbers back.
    expect((await ada.list(video)).body.seq).toBe(100);
  });

  test("the control: where the version that is compared does not move, the same check fails", async () => {
    const broken = await createTestContext();
    try {
      const app = createApp(broken);
      const user = await createUser((path, init) => app.request(path, init));
      // Each UPDATE finds version 1, as if it had not asked.
      await sql`ALTER TABLE comment_revisions DROP PRIMARY KEY`.execute(broken.db);
      await sql`CREATE TRIGGER stuck BEFORE UPDATE ON comments FOR EACH ROW SET NEW.version = 1`.execute(broken.db);
      const seen = await editAtOnce(user, newVideo());
      expect(seen).not.toEqual(ONE_THROUGH);
      expect(seen.through).toBeGreaterThan(1);
    } finally {
      await broken.close();
    }
  });

  test("of another's comment is forbidden, to moderators too; of a deleted or unknown one not found", async () => {
    const video = newVideo();
    const { id } = (await ada.post(video, "mine")).body.comment;
    expect((await edit(grace, video, id, "yours", '"1"')).status).toBe(403);
    expect((await edit(moderator, video, id, "yours", '"1"')).status).toBe(403);
    await ada.delete(video, id);
    expect((await edit(ada, video, id, "back", '"1"')).status).toBe(404);
    expect((await edit(ada, video, context.newId(), "x", '"1"')).status).toBe(404);
    expect((await ada.list(video)).body).toMatchObject({ comments: [], seq: 2 });
  });

  test("against a delete at once: whichever is second, the comment is gone and nothing of it is left", async () => {
    const video = newVideo();
    for (let round = 0; round < 40; round += 1) {
      const { id } = (await ada.post(video, "a secret")).body.comment;
      const [edited, deleted] = await Promise.all([edit(ada, video, id, "a worse one", '"1"'), ada.delete(video, id)]);
      expect(deleted.status).toBe(204);
      expect([200, 404, 412]).toContain(edited.status);
      expect((await ada.call("GET", place(video, id))).status).toBe(404);
    }
    const kept = await context.db
      .selectFrom("comments")
      .select("id")
      .where("video_id", "=", video)
      .where("content", "!=", "")
      .execute();
    expect(kept).toEqual([]);
  });

  test("keeps what was said before for moderators, and for nobody else; a delete erases it", async () => {
    const video = newVideo();
    const { id } = (await ada.post(video, "one")).body.comment;
    await edit(ada, video, id, "two", '"1"');
    await edit(ada, video, id, "three", '"2"');
    const revisions = `${place(video, id)}/revisions`;
    expect((await moderator.call("GET", revisions)).body).toMatchObject({
      revisions: [
        { version: 1, content: "one" },
        { version: 2, content: "two" },
      ],
    });
    expect((await ada.call("GET", revisions)).status).toBe(403);
    await ada.delete(video, id);
    expect((await moderator.call("GET", revisions)).status).toBe(404);
    expect(await context.db.selectFrom("comment_revisions").selectAll().where("comment_id", "=", id).execute()).toEqual(
      [],
    );
  });

  test("is refused after the window, where there is one", async () => {
    const video = newVideo();
    const { id } = (await ada.post(video, "a")).body.comment;
    const strict = createApp({ ...context, config: { ...context.config, editWindowSeconds: 60 } });
    const late = createApp({
      ...context,
      config: { ...context.config, editWindowSeconds: 60 },
      clock: () => new Date(Date.now() + 61_000),
    });
    const request = (app: typeof strict, tag: string) =>
      app.request(`/v1${place(video, id)}`, {
        method: "PATCH",
        headers: {
          authorization: `Bearer ${ada.session!.access_token}`,
          "content-type": "application/json",
          "if-match": tag,
        },
        body: JSON.stringify({ content: "b" }),
      });
    expect((await request(strict, '"1"')).status).toBe(200);
    const refused = await request(late, '"2"');
    expect([refused.status, await refused.json()]).toMatchObject([403, { code: "edit_window_over" }]);
  });
});

test("a delete with If-Match leaves a comment that has changed", async () => {
  const video = newVideo();
  const { id } = (await ada.post(video, "a")).body.comment;
  await edit(ada, video, id, "b", '"1"');
  const stale = await ada.call("DELETE", place(video, id), undefined, { "if-match": '"1"' });
  expect(stale).toMatchObject({ status: 412, body: { current: { content: "b" } } });
  expect((await ada.call("DELETE", place(video, id), undefined, { "if-match": '"2"' })).status).toBe(204);
});
