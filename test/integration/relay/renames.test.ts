import { beforeEach, expect, test } from "@jest/globals";
import { randomUUID } from "node:crypto";
import { createConnection } from "mysql2";
import { rebuildRenamed } from "../../../functions/src/relay/comments/renames.ts";
import { reconcileRound } from "../../../functions/src/relay/comments/rounds.ts";
import { sweep } from "../../../functions/src/relay/comments/sweep.ts";
import { findVideo } from "../../../functions/src/tables/comments/videos.ts";
import type { Client } from "../../support/app/client.ts";
import { useApp } from "../../support/app/use-app.ts";
import { createUser } from "../../support/app/users.ts";

// A queue that takes no tasks: the sweep relays by itself.
const queue = { enqueue: () => Promise.reject(new Error("no tasks are taken")) };
const { context, send } = useApp({ env: { INLINE_RELAY_DEADLINE_MS: "5000" }, parts: { queue } });
let ada: Client;
let grace: Client;
let videos: string[];

// Two videos on which Ada is, and one on which she is not.
beforeEach(async () => {
  await context.db.deleteFrom("user_renames").execute();
  ada = await createUser(send);
  grace = await createUser(send);
  videos = Array.from({ length: 3 }, () => `v-${randomUUID()}`);
  for (const [n, video] of videos.entries()) {
    await grace.post(video, "of another");
    if (n < 2) await ada.post(video, "mine");
  }
});

async function rename(): Promise<string> {
  const username = `n${randomUUID().slice(0, 8)}`;
  expect((await ada.call("PATCH", "/users/me", { username })).status).toBe(200);
  return username;
}

/** Ada's names in what listeners hold of a video. */
async function namesIn(video: string): Promise<Set<string>> {
  const held: { user: { id: string; username: string } }[] = [];
  for (const path of [`comments/${video}`, `changes/${video}`]) {
    held.push(...Object.values((await context.realtime.read(path)) as Record<string, (typeof held)[number]>));
  }
  return new Set(held.filter(({ user }) => user.id === ada.session!.user.id).map(({ user }) => user.username));
}

/** Two sweeps, as the second comes a minute after the first, whose tries are long ago: the one asks, the other writes. */
async function sweepAll(): Promise<void> {
  for (let round = 0; round < 2; round += 1) {
    await context.db.updateTable("videos").set({ attempted_at: null }).execute();
    await sweep(context, 30_000);
  }
}
const left = () => context.db.selectFrom("user_renames").selectAll().execute();

test("a new name reaches what listeners hold with the next sweeps, and only on the user's videos", async () => {
  const before = await Promise.all(videos.map((video) => ada.list(video)));
  const username = await rename();
  await sweepAll();
  expect(await Promise.all(videos.map(namesIn))).toEqual([new Set([username]), new Set([username]), new Set()]);
  expect(await left()).toEqual([]);
  // The list's ETag is another, so that a reader who asks by it gets the new name.
  for (const [n, video] of videos.entries()) {
    const tag = before[n]!.headers.get("etag")!;
    const now = await ada.call("GET", `/videos/${video}/comments`, undefined, { "if-none-match": tag });
    expect(now.status).toBe(n < 2 ? 200 : 304);
  }
});

test("a walk that is cut short goes on, and one that was under way when the name changed again begins anew", async () => {
  const first = await rename();
  expect(await rebuildRenamed(context.db, 1)).toBe(1);
  expect(await left()).toHaveLength(1);
  await sweepAll();
  for (const video of videos.slice(0, 2)) expect(await namesIn(video)).toEqual(new Set([first]));

  await rename();
  expect(await rebuildRenamed(context.db, 1)).toBe(1);
  await sweepAll();
  await rename();
  expect(await rebuildRenamed(context.db, 1)).toBe(1);
  const last = await rename();
  await Promise.all([sweepAll(), sweepAll()]);
  await sweepAll();
  for (const video of videos.slice(0, 2)) expect(await namesIn(video)).toEqual(new Set([last]));
  expect(await left()).toEqual([]);
});

test("a new name is no drift: the comparison that comes before the sweep brings it up, and tells nobody", async () => {
  const username = await rename();
  await context.db.updateTable("videos").set({ reconciled_at: null }).execute();
  const report = await reconcileRound(context, 30_000);
  expect(report).toMatchObject({ drifted: 0, missing: 0, extra: 0, stale: 0 });
  await context.alerts.settle();
  expect(context.logged.filter((line) => line.includes('"alert"') || line.includes('"message":"drift"'))).toEqual([]);
  for (const video of videos.slice(0, 2)) expect(await namesIn(video)).toEqual(new Set([username]));
});

test("the control: another difference of the same places is drift", async () => {
  const { id } = (await ada.post(videos[0]!, "mine too")).body.comment;
  await context.db.updateTable("comments").set({ content: "by a hand in MySQL" }).where("id", "=", id).execute();
  await context.db.updateTable("videos").set({ reconciled_at: null }).execute();
  expect(await reconcileRound(context, 30_000)).toMatchObject({ drifted: 1 });
});

test("users take turns, a video each: one with many videos keeps nobody else from theirs", async () => {
  await rename();
  await grace.call("PATCH", "/users/me", { username: `n${randomUUID().slice(0, 8)}` });
  expect(await rebuildRenamed(context.db, 2)).toBe(2);
  const walks = await left();
  expect(walks.map(({ user_id }) => user_id).toSorted()).toEqual(
    [ada, grace].map((user) => user.session!.user.id).toSorted(),
  );
  expect(walks.filter(({ after_video_id }) => after_video_id === "")).toEqual([]);
  await sweepAll();
});

test("a video that somebody holds locked keeps the sweep from no other", async () => {
  const [held = ""] = videos.slice(0, 2).toSorted();
  await rename();
  // A change whose task was lost.
  await context.db
    .updateTable("videos")
    .set({ applied_seq: 0, attempted_at: null })
    .where("id", "=", videos[2]!)
    .execute();
  const holder = createConnection(context.config.mysql.url).promise();
  await holder.query("BEGIN");
  await holder.query("SELECT id FROM videos WHERE id = ? FOR UPDATE", [held]);
  try {
    await sweep(context, 30_000);
    expect((await findVideo(context.db, videos[2]!))?.is_behind).toBe(false);
    expect(await left()).toHaveLength(1);
  } finally {
    await holder.query("ROLLBACK");
    await holder.end();
  }
  await sweepAll();
  expect(await left()).toEqual([]);
});
