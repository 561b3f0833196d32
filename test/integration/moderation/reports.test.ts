import { expect, test } from "@jest/globals";
import type { Comment } from "../../../functions/src/contract/comment.ts";
import { commentPath } from "../../support/app/client.ts";
import { readPages } from "../../support/app/pages.ts";
import { useApp } from "../../support/app/use-app.ts";

const app = useApp({ users: { ada: "user", grace: "user", moderator: "moderator" } });
const { ada, grace, moderator } = app.users;

interface Queue {
  reported: { comment: Comment; reports: { reason: string }[] }[];
  next_cursor: string | null;
}

test("a report puts a comment into the moderators' queue, once per user, until it is dismissed or deleted", async () => {
  const readQueue = async () => (await moderator.call<Queue>("GET", "/moderation/reports")).body.reported;
  const video = app.newVideoId();
  const [kept, deleted] = [(await ada.post(video, "kept")).body.comment, (await ada.post(video, "bad")).body.comment];
  const reportsOf = (id: string) => `${commentPath(video, id)}/reports`;
  for (const [client, id, reason] of [
    [grace, kept.id, "spam"],
    [grace, kept.id, "abuse"],
    [moderator, kept.id, "other"],
    [grace, deleted.id, "illegal"],
  ] as const) {
    expect((await client.call("POST", reportsOf(id), { reason, note: "see" })).status).toBe(204);
  }
  expect(await readQueue()).toMatchObject([
    { video_id: video, comment: { id: kept.id }, reports: [{ reason: "spam", note: "see" }, { reason: "other" }] },
    { comment: { id: deleted.id }, reports: [{ reason: "illegal" }] },
  ]);
  expect((await grace.call("GET", "/moderation/reports")).status).toBe(403);
  expect((await moderator.call("DELETE", reportsOf(kept.id))).status).toBe(204);
  expect((await moderator.delete(video, deleted.id)).status).toBe(204);
  expect(await readQueue()).toEqual([]);
  expect((await grace.call("POST", reportsOf(kept.id), { reason: "spam" })).status).toBe(204);
  expect(await readQueue()).toEqual([]);
  expect((await grace.call("POST", reportsOf(deleted.id), { reason: "spam" })).status).toBe(404);
});

/** Two comments, each with a report; the author has deleted the first one. */
async function reportTwoAndDeleteOne(): Promise<{ deletedId: string; keptId: string }> {
  const video = app.newVideoId();
  const ids: string[] = [];
  for (const content of ["deleted", "kept"]) {
    const { id } = (await ada.post(video, content)).body.comment;
    expect((await grace.call("POST", `${commentPath(video, id)}/reports`, { reason: "spam" })).status).toBe(204);
    ids.push(id);
  }
  const [deletedId = "", keptId = ""] = ids;
  expect((await ada.delete(video, deletedId)).status).toBe(204);
  return { deletedId, keptId };
}

async function countOpenReports(id: string): Promise<number> {
  const open = app.db.selectFrom("reports").select("user_id").where("comment_id", "=", id).where("is_open", "=", true);
  return (await open.execute()).length;
}

test("an author's deletion closes the reports about the comment", async () => {
  const { deletedId, keptId } = await reportTwoAndDeleteOne();
  expect([await countOpenReports(deletedId), await countOpenReports(keptId)]).toEqual([0, 1]);
});

test("an open report about a deleted comment hides no other one from the first page", async () => {
  const { deletedId, keptId } = await reportTwoAndDeleteOne();
  // As of a report that arrived while the comment was deleted.
  await app.db.updateTable("reports").set({ is_open: true }).where("comment_id", "=", deletedId).execute();
  const pages = readPages((cursor) => moderator.call<Queue>("GET", `/moderation/reports?limit=1${cursor}`));
  const shown: string[] = [];
  for await (const { reported, next_cursor } of pages) {
    shown.push(...reported.map(({ comment }) => comment.id));
    // The element reads the first page only.
    if (next_cursor !== null) expect(reported).toHaveLength(1);
  }
  expect(shown).toContain(keptId);
  expect(shown).not.toContain(deletedId);
  expect(await countOpenReports(deletedId)).toBe(0);
});
