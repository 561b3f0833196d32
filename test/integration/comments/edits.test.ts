import { describe, expect, test } from "@jest/globals";
import { sql } from "kysely";
import { isDeepStrictEqual } from "node:util";
import { commentPath, type Client, type CommentReply } from "../../support/app/client.ts";
import { startApp, useApp } from "../../support/app/use-app.ts";
import { race, raceLeads } from "../../support/delays.ts";

const app = useApp({ users: { ada: "user", grace: "user", moderator: "moderator" } });
const { ada, grace, moderator } = app.users;

/** Sends 20 edits of one comment at once, all with the ETag of its first version. */
async function editAtOnce(client: Client, video: string) {
  const { id } = (await client.post(video, "start")).body.comment;
  const replies = await Promise.all(Array.from({ length: 20 }, (_, n) => client.edit(video, id, `by ${n}`, '"1"')));
  const winners = replies.filter(({ status }) => status === 200);
  const losers = replies.filter(({ status }) => status === 412);
  // A loser must see the comment as the winner left it, not an older version.
  const sawWinner = ({ body }: CommentReply) => isDeepStrictEqual(body.current, winners[0]?.body.comment);
  return { winners: winners.length, losersWhoSawTheWinner: losers.filter(sawWinner).length };
}

const ONE_WINNER = { winners: 1, losersWhoSawTheWinner: 19 };

describe("an edit", () => {
  test("changes the content, takes the video's next change number, sets `edited`, and has a new ETag", async () => {
    const video = app.newVideoId();
    const posted = await ada.post(video, "frist");
    const { id } = posted.body.comment;
    expect(posted.headers.get("etag")).toBe('"1"');
    const edited = await ada.edit(video, id, "first", '"1"');
    expect(edited).toMatchObject({
      status: 200,
      body: { comment: { content: "first", version: 2, seq: 2, edited: true } },
    });
    expect([edited.headers.get("etag"), edited.headers.get("video-seq")]).toEqual(['"2"', "2"]);
    expect((await grace.read(video, id)).body).toEqual(edited.body);
  });

  test("gets 428 without If-Match, and 412 with the current comment for an older version", async () => {
    const video = app.newVideoId();
    const { id } = (await ada.post(video, "a")).body.comment;
    const unconditional = await ada.call("PATCH", commentPath(video, id), { content: "b" });
    expect(unconditional).toMatchObject({ status: 428, body: { code: "precondition_required" } });
    await ada.edit(video, id, "b", '"1"');
    for (const tag of ['"1"', 'W/"2"', '"1", "7"', '"x"']) {
      const stale = await ada.edit(video, id, "c", tag);
      expect(stale).toMatchObject({
        status: 412,
        body: { code: "precondition_failed", current: { content: "b", version: 2 } },
      });
    }
    expect((await ada.edit(video, id, "c", '"1", "2"')).status).toBe(200);
    expect((await ada.edit(video, id, "d", "*")).status).toBe(200);
    expect((await ada.edit(video, id, "e", "2")).status).toBe(400);
  });

  test("succeeds alone among 20 at once with the same ETag, 15 times", async () => {
    const video = app.newVideoId();
    for (let round = 0; round < 15; round += 1) expect(await editAtOnce(ada, video)).toEqual(ONE_WINNER);
    // 15 posts and 15 edits: the losers took no change number.
    expect((await ada.list(video)).body.seq).toBe(30);
  });

  test("control: the same check fails if an edit does not change the version", async () => {
    await using broken = await startApp();
    // Every UPDATE then finds version 1, as if it did not compare.
    await sql`ALTER TABLE comment_revisions DROP PRIMARY KEY`.execute(broken.db);
    await sql`CREATE TRIGGER stuck BEFORE UPDATE ON comments FOR EACH ROW SET NEW.version = 1`.execute(broken.db);
    const seen = await editAtOnce(await broken.user(), broken.newVideoId());
    expect(seen).not.toEqual(ONE_WINNER);
    expect(seen.winners).toBeGreaterThan(1);
  });

  test("of another's comment is forbidden, to moderators too; of a deleted or unknown one it is 404", async () => {
    const video = app.newVideoId();
    const { id } = (await ada.post(video, "mine")).body.comment;
    expect((await grace.edit(video, id, "yours", '"1"')).status).toBe(403);
    expect((await moderator.edit(video, id, "yours", '"1"')).status).toBe(403);
    await ada.delete(video, id);
    expect((await ada.edit(video, id, "back", '"1"')).status).toBe(404);
    expect((await ada.edit(video, app.context.newId(), "x", '"1"')).status).toBe(404);
    expect((await ada.list(video)).body).toMatchObject({ comments: [], seq: 2 });
  });

  test("never brings back a comment that is deleted at the same time, whichever comes second, 40 times", async () => {
    const video = app.newVideoId();
    const statuses = new Set<number>();
    const other = (await ada.post(video, "another")).body.comment;
    for (const leadMs of await raceLeads(40, () => ada.edit(video, other.id, "a secret"))) {
      const { id } = (await ada.post(video, "a secret")).body.comment;
      const [edited, deleted] = await race(
        leadMs,
        () => ada.edit(video, id, "a worse one", '"1"'),
        () => ada.delete(video, id),
      );
      expect([leadMs, deleted.status]).toEqual([leadMs, 204]);
      statuses.add(edited.status);
      expect((await ada.read(video, id)).status).toBe(404);
    }
    await ada.delete(video, other.id);
    // Control: each of the two came first in some round. The API answers 412 if the edit meets the delete.
    expect(
      Array.from(statuses)
        .filter((status) => status !== 412)
        .toSorted((a, b) => a - b),
    ).toEqual([200, 404]);
    const kept = await app.db
      .selectFrom("comments")
      .select("id")
      .where("video_id", "=", video)
      .where("content", "!=", "")
      .execute();
    expect(kept).toEqual([]);
  });

  test("keeps earlier versions for moderators and for nobody else, until the comment is deleted", async () => {
    const video = app.newVideoId();
    const { id } = (await ada.post(video, "one")).body.comment;
    await ada.edit(video, id, "two", '"1"');
    await ada.edit(video, id, "three", '"2"');
    const revisions = `${commentPath(video, id)}/revisions`;
    expect((await moderator.call("GET", revisions)).body).toMatchObject({
      revisions: [
        { version: 1, content: "one" },
        { version: 2, content: "two" },
      ],
    });
    expect((await ada.call("GET", revisions)).status).toBe(403);
    await ada.delete(video, id);
    expect((await moderator.call("GET", revisions)).status).toBe(404);
    const rows = await app.db.selectFrom("comment_revisions").selectAll().where("comment_id", "=", id).execute();
    expect(rows).toEqual([]);
  });

  test("is refused once the edit window is over, where there is one", async () => {
    let elapsedMs = 0;
    const clock = () => new Date(Date.now() + elapsedMs);
    await using strict = await startApp({ env: { EDIT_WINDOW_SECONDS: "60" }, parts: { clock } });
    const user = await strict.user();
    const video = strict.newVideoId();
    const { id } = (await user.post(video, "a")).body.comment;
    expect((await user.edit(video, id, "b")).status).toBe(200);
    elapsedMs = 61_000;
    expect(await user.edit(video, id, "c")).toMatchObject({ status: 403, body: { code: "edit_window_over" } });
  });
});

test("a delete with If-Match spares a comment that has changed", async () => {
  const video = app.newVideoId();
  const { id } = (await ada.post(video, "a")).body.comment;
  await ada.edit(video, id, "b", '"1"');
  const stale = await ada.delete(video, id, '"1"');
  expect(stale).toMatchObject({ status: 412, body: { current: { content: "b" } } });
  expect((await ada.delete(video, id, '"2"')).status).toBe(204);
});

test("a delete with If-Match and an edit of the same version do not both succeed, 30 times", async () => {
  const video = app.newVideoId();
  const { comment } = (await ada.post(video, "another")).body;
  const deletions = new Set<number>();
  for (const leadMs of await raceLeads(30, () => ada.edit(video, comment.id, "another"))) {
    const { id } = (await ada.post(video, "a")).body.comment;
    const [edited, deleted] = await race(
      leadMs,
      () => ada.edit(video, id, "b", '"1"'),
      () => ada.delete(video, id, '"1"'),
    );
    // The edit loses with 404, or with 412 if it had read the comment before.
    const isEdited = edited.status === 200;
    expect([leadMs, deleted.status]).toEqual([leadMs, isEdited ? 412 : 204]);
    expect((await ada.read(video, id)).status).toBe(isEdited ? 200 : 404);
    deletions.add(deleted.status);
  }
  // Control: each of the two came first in some round.
  expect(deletions).toEqual(new Set([204, 412]));
});
