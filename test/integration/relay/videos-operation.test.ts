import { beforeEach, describe, expect, test } from "@jest/globals";
import { randomUUID } from "node:crypto";
import { relayVideo } from "../../../functions/src/relay/videos/relay-video.ts";
import { requestRebuild } from "../../../functions/src/tables/sync/video-mirrors.ts";
import { createTestQueue } from "../../support/app/queue.ts";
import { useApp } from "../../support/app/use-app.ts";
import { metric } from "../../support/metric.ts";

describe("the relay of videos, without its inline run", () => {
  const queue = createTestQueue();
  const { tasks } = queue;
  const env = { INLINE_RELAY_DEADLINE_MS: "0" };
  const app = useApp({ users: { ada: "user", moderator: "moderator" }, env, parts: { videoQueue: queue } });
  const { context } = app;
  const { ada, moderator } = app.users;
  let video: string;

  beforeEach(() => {
    video = app.newVideoId();
    tasks.length = 0;
  });

  const alerts = async (name: string) => {
    await context.alerts.flush();
    const entries = context.logged.map((line) => JSON.parse(line) as Record<string, unknown>);
    return entries.filter(({ alert }) => alert === name);
  };

  test("has one task pending for all changes of a video, and the next one only after that was relayed", async () => {
    const task = { video_id: video };
    for (const content of ["one", "two", "three"]) await ada.post(video, content);
    expect(tasks).toEqual([task]);
    await context.videoRelay.runTask(task);
    await ada.post(video, "four");
    expect(tasks).toEqual([task, task]);
    await relayVideo(context, video);
  });

  test("enqueues another task when a pending one is 30 s old, since it may be lost", async () => {
    const task = { video_id: video };
    await ada.post(video, "one");
    const enqueuedAt = new Date(Date.now() - 31_000);
    await context.db.updateTable("videos").set({ enqueued_at: enqueuedAt }).where("id", "=", video).execute();
    await ada.post(video, "two");
    expect(tasks).toEqual([task, task]);
    await relayVideo(context, video);
  });

  test("counts the dispatches of a task after its first, and drops a task that names no video", async () => {
    for (const retryCount of [0, 1, 2]) await context.videoRelay.runTask({ video_id: video }, retryCount);
    expect(await metric(context, "retry_attempts_total", { subject: "videos" })).toBe(2);
    for (const forged of [null, {}, { video_id: "../x" }, { video_id: video, seq: 1 }, { user_id: randomUUID() }]) {
      expect(await context.videoRelay.runTask(forged)).toBe(true);
    }
  });

  test("measures how long changes took, and how many an update brought", async () => {
    const updatesBefore = (await metric(context, "sync_batch_size_count", { subject: "videos" })) ?? 0;
    const changesBefore = (await metric(context, "sync_latency_count", { subject: "videos" })) ?? 0;
    for (const content of ["one", "two", "three"]) await ada.post(video, content);
    await relayVideo(context, video);
    expect(await metric(context, "sync_batch_size_count", { subject: "videos" })).toBe(updatesBefore + 1);
    expect(await metric(context, "sync_latency_count", { subject: "videos" })).toBe(changesBefore + 3);
  });

  test("alerts when a change has waited for more than two minutes, and not before", async () => {
    await ada.post(video, "one");
    const setAge = async (seconds: number) => {
      const updatedAt = new Date(Date.now() - seconds * 1000);
      await context.db.updateTable("comments").set({ updated_at: updatedAt }).where("video_id", "=", video).execute();
    };
    await setAge(60);
    await context.videoRelay.sweep(10_000);
    expect(await alerts("backlog")).toEqual([]);

    await setAge(180);
    const { backlog } = await context.videoRelay.sweep(10_000);
    expect(backlog).toMatchObject({ count: 1, changes: 1 });
    expect(await alerts("backlog")).toMatchObject([{ subject: "videos", ...backlog }]);
    expect(await metric(context, "backlog_subjects", { subject: "videos" })).toBe(1);
    expect(await metric(context, "backlog_oldest", { subject: "videos" })).toBeGreaterThan(179);
    await relayVideo(context, video);
    expect((await context.videoRelay.sweep(10_000)).backlog).toEqual({ count: 0, changes: 0, oldest_seconds: 0 });
  });

  test("alerts too when what has waited is a change of the settings or a rebuild, however often it was tried", async () => {
    const ageOf = async () => (await context.videoRelay.sweep(10_000)).backlog.oldest_seconds;
    const makeOld = () =>
      context.db
        .updateTable("videos")
        .set({ requested_at: new Date(Date.now() - 180_000) })
        .where("id", "=", video)
        .execute();
    await ada.post(video, "one");
    await relayVideo(context, video);
    for (const request of [
      () => moderator.call("PATCH", `/videos/${video}`, { slow_mode_seconds: 10 }),
      () => requestRebuild(context.db, video),
    ]) {
      await request();
      expect(await ageOf()).toBeLessThan(60);
      await makeOld();
      // A second request is not the first one that waits, nor does an attempt of a sweep make it younger.
      await requestRebuild(context.db, video);
      expect(await ageOf()).toBeGreaterThan(179);
      expect(await ageOf()).toBeGreaterThan(179);
      await relayVideo(context, video);
      expect(await ageOf()).toBe(0);
    }
  });
});
