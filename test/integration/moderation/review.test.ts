import { describe, expect, test } from "@jest/globals";
import { randomUUID } from "node:crypto";
import { type CommentReply, commentPath } from "../../support/app/client.ts";
import { useApp } from "../../support/app/use-app.ts";
import { race, raceLeads } from "../../support/delays.ts";

const app = useApp({ users: { ada: "user", grace: "user", moderator: "moderator", admin: "admin" } });
const { ada, grace, moderator, admin } = app.users;

/** A new video whose comments are held for review. */
async function newReviewedVideo(settings: Record<string, unknown> = {}): Promise<string> {
  const video = app.newVideoId();
  await moderator.configure(video, { hold_for_review: true, ...settings });
  return video;
}

const approve = (video: string, id: string, client = moderator) =>
  client.call("POST", `${commentPath(video, id)}/approve`);

/** Approves the version that a moderator has read. */
const approveVersion = (video: string, id: string, tag: string): Promise<CommentReply> =>
  moderator.call("POST", `${commentPath(video, id)}/approve`, undefined, { "if-match": tag });

async function relayedMirror(video: string) {
  await app.relay(video);
  return app.mirror(video);
}

describe("a comment that is held for review", () => {
  test("is seen by its author and moderators, and by nobody else anywhere", async () => {
    const video = app.newVideoId();
    const before = (await ada.post(video, "before")).body.comment;
    await moderator.configure(video, { hold_for_review: true });
    const posted = await ada.post(video, "held words");
    expect(posted).toMatchObject({ status: 201, body: { comment: { held: true, seq: 0, version: 1 } } });
    const { id } = posted.body.comment;
    for (const client of [ada, moderator]) {
      expect((await client.read(video, id)).body).toEqual(posted.body);
      expect((await client.call("GET", `/videos/${video}/held`)).body).toMatchObject({ comments: [{ id }] });
    }
    expect((await grace.read(video, id)).status).toBe(404);
    expect((await grace.call("GET", `/videos/${video}/held`)).body).toEqual({ comments: [], next_cursor: null });
    expect((await grace.edit(video, id, "x")).status).toBe(404);
    expect((await grace.delete(video, id)).status).toBe(404);
    expect((await grace.call("POST", `${commentPath(video, id)}/reports`, { reason: "spam" })).status).toBe(404);
    for (const client of [ada, moderator, grace]) {
      expect((await client.list(video)).body).toMatchObject({ comments: [{ id: before.id }], seq: 2 });
      expect((await client.changes(video, "?after=0")).body).toMatchObject({ seq: 2 });
    }
    const mirror = JSON.stringify(await relayedMirror(video));
    expect(mirror).not.toContain("held words");
    expect(mirror).not.toContain(id);
    expect((await moderator.post(video, "of a moderator")).body.comment.held).toBeUndefined();
  });

  test("appears where it was posted when it is approved, and once however often it is approved", async () => {
    const video = await newReviewedVideo();
    const held = (await ada.post(video, "held")).body.comment;
    const later = (await moderator.post(video, "later")).body.comment;
    expect((await approve(video, held.id, ada)).status).toBe(403);
    const approvals = await Promise.all(Array.from({ length: 5 }, () => approve(video, held.id)));
    for (const { status, body } of approvals) {
      expect([status, body]).toMatchObject([200, { comment: { id: held.id, content: "held", version: 2, seq: 3 } }]);
    }
    expect((await grace.list(video)).body.comments.map(({ id }) => id)).toEqual([later.id, held.id]);
    expect(Object.keys((await relayedMirror(video)).comments)).toEqual([held.id, later.id]);
    expect((await grace.changes(video, "?after=2")).body).toMatchObject({ changes: [{ id: held.id }] });
    expect((await ada.call("GET", `/videos/${video}/held`)).body).toMatchObject({ comments: [] });
  });

  test("keeps its author's last accepted edit when it is edited and approved at once, 30 times", async () => {
    const video = await newReviewedVideo();
    const { comment } = (await ada.post(video, "another")).body;
    const edits = new Set<number>();
    for (const leadMs of await raceLeads(30, () => ada.edit(video, comment.id, "another"))) {
      const { id } = (await ada.post(video, "one")).body.comment;
      const [edited, approved] = await race(
        leadMs,
        () => ada.edit(video, id, "two", '"1"'),
        () => approve(video, id),
      );
      expect(approved.status).toBe(200);
      edits.add(edited.status);
      const { content } = (await grace.read(video, id)).body.comment;
      expect([leadMs, content]).toEqual([leadMs, edited.status === 200 ? "two" : "one"]);
    }
    // Control: each of the two came first in some round.
    expect(edits).toEqual(new Set([200, 412]));

    // An approved comment cannot be changed into one that nobody has reviewed.
    const { comments } = (await ada.list(video)).body;
    const changed = await ada.edit(video, comments[0]!.id, "not reviewed");
    expect(changed).toMatchObject({ status: 403, body: { code: "edit_needs_review" } });
  });

  test("stays held if its author has changed it since the version that the moderator read", async () => {
    const video = await newReviewedVideo();
    const { id } = (await ada.post(video, "nice song")).body.comment;
    expect((await ada.edit(video, id, "abuse", '"1"')).status).toBe(200);
    const refused = await approveVersion(video, id, '"1"');
    expect(refused).toMatchObject({ status: 412, body: { code: "precondition_failed", current: { held: true } } });
    expect(refused.body.current).toMatchObject({ content: "abuse", version: 2 });
    expect((await grace.list(video)).body).toMatchObject({ comments: [], seq: 1 });

    expect((await approveVersion(video, id, '"2"')).status).toBe(200);
    const entries = `/admin/audit?action=comment.approve&target_id=${id}`;
    expect((await admin.call("GET", entries)).body).toMatchObject({ entries: [{ details: { version: 2 } }] });
    // Who repeats the request names the version that was held.
    const repeated = await approveVersion(video, id, '"2"');
    expect([repeated.status, repeated.body.comment.content]).toEqual([200, "abuse"]);
  });

  test("is approved as it was read, or not at all, when it is edited and approved at once, 30 times", async () => {
    const video = await newReviewedVideo();
    const { comment } = (await ada.post(video, "another")).body;
    const approvals = new Set<number>();
    for (const leadMs of await raceLeads(30, () => ada.edit(video, comment.id, "another"))) {
      const { id } = (await ada.post(video, "read")).body.comment;
      const [edited, approved] = await race(
        leadMs,
        () => ada.edit(video, id, "not read", '"1"'),
        () => approveVersion(video, id, '"1"'),
      );
      expect([leadMs, edited.status, approved.status]).toEqual([
        leadMs,
        ...(edited.status === 200 ? [200, 412] : [412, 200]),
      ]);
      const { comments } = (await grace.list(video)).body;
      expect(comments.filter((listed) => listed.id === id).map(({ content }) => content)).toEqual(
        approved.status === 200 ? ["read"] : [],
      );
      approvals.add(approved.status);
    }
    // Control: each of the two came first in some round.
    expect(approvals).toEqual(new Set([200, 412]));
  });

  test("is edited once by several edits of one version at the same time", async () => {
    const video = await newReviewedVideo();
    const { id } = (await ada.post(video, "one")).body.comment;
    const edits = await Promise.all(["a", "b", "c", "d"].map((text) => ada.edit(video, id, text, '"1"')));
    expect(edits.filter(({ status }) => status === 200)).toHaveLength(1);
    expect(edits.filter(({ status }) => status === 412)).toHaveLength(3);
  });

  test("stays deleted when it is approved later or at the same time, 30 times", async () => {
    const video = await newReviewedVideo();
    const { comment } = (await ada.post(video, "another")).body;
    const approvals = new Set<number>();
    for (const leadMs of await raceLeads(30, () => approve(video, comment.id))) {
      const { id } = (await ada.post(video, "away")).body.comment;
      const [approved, deleted] = await race(
        leadMs,
        () => approve(video, id),
        () => ada.delete(video, id),
      );
      expect([leadMs, deleted.status]).toEqual([leadMs, 204]);
      approvals.add(approved.status);
      expect((await moderator.read(video, id)).status).toBe(404);
    }
    // Control: each of the two came first in some round.
    expect(approvals).toEqual(new Set([200, 404]));

    const { id } = (await ada.post(video, "gone")).body.comment;
    expect((await ada.delete(video, id)).status).toBe(204);
    expect((await approve(video, id)).status).toBe(404);
  });

  test("is spared by a delete with If-Match if it has changed", async () => {
    const video = await newReviewedVideo();
    const { id } = (await ada.post(video, "bad")).body.comment;
    await ada.edit(video, id, "corrected", '"1"');
    const stale = await moderator.delete(video, id, '"1"');
    expect(stale).toMatchObject({ status: 412, body: { current: { content: "corrected", held: true } } });
    expect((await ada.read(video, id)).status).toBe(200);
    expect((await moderator.delete(video, id, '"2"')).status).toBe(204);
    expect((await ada.read(video, id)).status).toBe(404);
  });

  test("gives the same response to the same key before and after approval, and is subject to slow mode", async () => {
    const video = await newReviewedVideo({ slow_mode_seconds: 60 });
    const key = randomUUID();
    const posted = await ada.post(video, "held", key);
    expect((await ada.post(video, "held", key)).body).toEqual(posted.body);
    expect((await ada.post(video, "more")).status).toBe(429);
    await approve(video, posted.body.comment.id);
    expect((await ada.post(video, "held", key)).body).toEqual(posted.body);
  });
});
