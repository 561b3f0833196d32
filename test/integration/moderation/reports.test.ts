import { expect, test } from "@jest/globals";
import type { Comment } from "../../../functions/src/contract/comment.ts";
import { commentPath } from "../../support/app/client.ts";
import { useApp } from "../../support/app/use-app.ts";

const app = useApp({ users: { ada: "user", grace: "user", moderator: "moderator" } });
const { ada, grace, moderator } = app.users;

interface Queue {
  reported: { comment: Comment; reports: { reason: string }[] }[];
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
