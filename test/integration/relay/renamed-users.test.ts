import { beforeEach, expect, test } from "@jest/globals";
import { randomUUID } from "node:crypto";
import type { Comment } from "../../../functions/src/contract/comment.ts";
import { rebuildVideosOfRenamed } from "../../../functions/src/relay/videos/renamed-users.ts";
import { findVideo } from "../../../functions/src/tables/comments/videos.ts";
import type { Client } from "../../support/app/client.ts";
import { noQueue } from "../../support/app/queue.ts";
import { useApp } from "../../support/app/use-app.ts";
import { openConnection } from "../../support/mysql/connection.ts";

// The queue takes no tasks: the sweep relays by itself.
const app = useApp({ parts: { videoQueue: noQueue } });
const { context } = app;
let ada: Client;
let grace: Client;
let videos: string[];

// Ada has commented on the first two videos, and not on the third.
beforeEach(async () => {
  await context.db.deleteFrom("user_renames").execute();
  ada = await app.user();
  grace = await app.user();
  videos = Array.from({ length: 3 }, () => app.newVideoId());
  for (const [n, video] of videos.entries()) {
    await grace.post(video, "of another");
    if (n < 2) await ada.post(video, "mine");
  }
});

async function rename(): Promise<string> {
  await app.updateUser(ada, { renamed_at: null });
  const username = `n${randomUUID().slice(0, 8)}`;
  expect((await ada.call("PATCH", "/users/me", { username })).status).toBe(200);
  return username;
}

/** Ada's names in the mirror of a video. */
async function namesIn(video: string): Promise<Set<string>> {
  // A rebuild's entry has no comment.
  const mirrored: { user?: { id: string; username: string } }[] = [];
  for (const path of [`comments/${video}`, `changes/${video}`]) {
    const values = (await context.realtime.read(path)) as Record<string, (typeof mirrored)[number]>;
    mirrored.push(...Object.values(values));
  }
  const users = mirrored.flatMap(({ user }) => user ?? []);
  return new Set(users.filter(({ id }) => id === ada.id).map(({ username }) => username));
}

/** Sweeps twice, as if a minute lay between them: the first sweep requests the rebuilds, the second one relays them. */
async function sweepAll(): Promise<void> {
  for (let round = 0; round < 2; round += 1) {
    await context.db.updateTable("videos").set({ attempted_at: null }).execute();
    await context.videoRelay.sweep(30_000);
  }
}
const walks = () => context.db.selectFrom("user_renames").selectAll().execute();

test("a new name reaches the mirrors of the user's videos with the next sweeps, and no others", async () => {
  const before = await Promise.all(videos.map((video) => ada.list(video)));
  const username = await rename();
  await sweepAll();
  expect(await Promise.all(videos.map(namesIn))).toEqual([new Set([username]), new Set([username]), new Set()]);
  expect(await walks()).toEqual([]);
  // The list's ETag changes, so that a reader who sends it back gets the new name.
  for (const [n, video] of videos.entries()) {
    const tag = before[n]!.headers.get("etag")!;
    const now = await ada.call("GET", `/videos/${video}/comments`, undefined, { "if-none-match": tag });
    expect(now.status).toBe(n < 2 ? 200 : 304);
  }
});

test("a role reaches lists and mirrors with the next sweeps, and is gone from them when it is taken away", async () => {
  const admin = await app.admin();
  const setRole = async (role: string) => {
    expect((await admin.call("PATCH", `/users/${ada.id}`, { role })).status).toBe(200);
    await sweepAll();
  };
  const rolesOf = (comments: Partial<Comment>[]) =>
    comments.filter(({ user }) => user?.id === ada.id).map(({ user }) => user?.role);
  const listed = async (video: string) => rolesOf((await grace.list(video)).body.comments);
  const mirrored = async (video: string) => {
    const nodes = await Promise.all(
      [`comments/${video}`, `changes/${video}`].map((path) => context.realtime.read(path)),
    );
    return nodes.flatMap((node) => rolesOf(Object.values(node as Record<string, Partial<Comment>>)));
  };
  await setRole("moderator");
  expect(await listed(videos[0]!)).toEqual(["moderator"]);
  expect(await mirrored(videos[0]!)).toEqual(["moderator", "moderator"]);
  const { comment } = (await ada.post(videos[2]!, "as a moderator")).body;
  expect(comment.user).toEqual({ id: ada.id, username: ada.username, role: "moderator" });
  await setRole("user");
  for (const video of videos) {
    for (const roles of [await listed(video), await mirrored(video)])
      expect(new Set(roles)).toEqual(new Set([undefined]));
  }
  expect(await walks()).toEqual([]);
});

test("a walk that was cut short goes on, and begins again when the name changes again", async () => {
  const first = await rename();
  expect(await rebuildVideosOfRenamed(context.db, 1)).toBe(1);
  expect(await walks()).toHaveLength(1);
  await sweepAll();
  for (const video of videos.slice(0, 2)) expect(await namesIn(video)).toEqual(new Set([first]));

  await rename();
  expect(await rebuildVideosOfRenamed(context.db, 1)).toBe(1);
  await sweepAll();
  await rename();
  expect(await rebuildVideosOfRenamed(context.db, 1)).toBe(1);
  const last = await rename();
  await Promise.all([sweepAll(), sweepAll()]);
  await sweepAll();
  for (const video of videos.slice(0, 2)) expect(await namesIn(video)).toEqual(new Set([last]));
  expect(await walks()).toEqual([]);
});

test("a new name is no drift: a comparison before the sweep repairs it, without an alert", async () => {
  const username = await rename();
  await context.db.updateTable("videos").set({ reconciled_at: null }).execute();
  const report = await context.videoRelay.reconcileRound(30_000);
  expect(report).toMatchObject({ drifted: 0, missing: 0, extra: 0, stale: 0 });
  await context.alerts.flush();
  expect(context.logged.filter((line) => line.includes('"alert"') || line.includes('"message":"drift"'))).toEqual([]);
  for (const video of videos.slice(0, 2)) expect(await namesIn(video)).toEqual(new Set([username]));
});

test("control: another difference in the same places is drift", async () => {
  const { id } = (await ada.post(videos[0]!, "mine too")).body.comment;
  await context.db.updateTable("comments").set({ content: "by a hand in MySQL" }).where("id", "=", id).execute();
  await context.db.updateTable("videos").set({ reconciled_at: null }).execute();
  expect(await context.videoRelay.reconcileRound(30_000)).toMatchObject({ drifted: 1 });
});

test("users take turns, a video each, so that one with many videos does not delay the others", async () => {
  await rename();
  await grace.call("PATCH", "/users/me", { username: `n${randomUUID().slice(0, 8)}` });
  expect(await rebuildVideosOfRenamed(context.db, 2)).toBe(2);
  const found = await walks();
  expect(found.map(({ user_id }) => user_id).toSorted()).toEqual([ada, grace].map((user) => user.id).toSorted());
  expect(found.filter(({ after_video_id }) => after_video_id === "")).toEqual([]);
  await sweepAll();
});

test("a locked video does not keep the sweep from the others", async () => {
  const [locked = ""] = videos.slice(0, 2).toSorted();
  await rename();
  // A change whose task was lost.
  await context.db
    .updateTable("videos")
    .set({ applied_seq: 0, attempted_at: null })
    .where("id", "=", videos[2]!)
    .execute();
  const locker = await openConnection(context.config.mysql.url);
  await locker.query("BEGIN");
  await locker.query("SELECT id FROM videos WHERE id = ? FOR UPDATE", [locked]);
  try {
    await context.videoRelay.sweep(30_000);
    expect((await findVideo(context.db, videos[2]!))?.is_behind).toBe(false);
    expect(await walks()).toHaveLength(1);
  } finally {
    await locker.query("ROLLBACK");
    await locker.end();
  }
  await sweepAll();
  expect(await walks()).toEqual([]);
});
