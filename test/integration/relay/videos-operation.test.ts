import { beforeEach, describe, expect, test } from "@jest/globals";
import { randomUUID } from "node:crypto";
import { emulatorCredentials } from "../../../functions/src/realtime/credentials.ts";
import { Realtime } from "../../../functions/src/realtime/realtime.ts";
import type { VideoRelayContext } from "../../../functions/src/relay/videos/context.ts";
import { relayVideoBatch } from "../../../functions/src/relay/videos/relay-batch.ts";
import { relayVideo, relayVideoStep } from "../../../functions/src/relay/videos/relay-video.ts";
import { raiseEpoch, requestRebuild } from "../../../functions/src/tables/sync/video-mirrors.ts";
import { createTestQueue } from "../../support/app/queue.ts";
import { useApp } from "../../support/app/use-app.ts";
import { metric } from "../../support/metric.ts";

describe("the relay of videos, without inline runs", () => {
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

  const setBehindFor = (seconds: number) =>
    context.db
      .updateTable("videos")
      .set({ behind_since: new Date(Date.now() - seconds * 1000) })
      .where("id", "=", video)
      .execute();
  const secondsBehind = async () => (await context.videoRelay.sweep(10_000)).backlog.oldest_seconds;
  /** The sum of the latencies that are measured meanwhile, in milliseconds. */
  const latencyOf = async (work: () => Promise<unknown>) => {
    const sum = async () => (await metric(context, "sync_latency_sum", { subject: "videos" })) ?? 0;
    const before = await sum();
    await work();
    return (await sum()) - before;
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
    await setBehindFor(60);
    await context.videoRelay.sweep(10_000);
    expect(await alerts("backlog")).toEqual([]);

    await setBehindFor(180);
    const { backlog } = await context.videoRelay.sweep(10_000);
    expect(backlog).toMatchObject({ count: 1, changes: 1 });
    expect(await alerts("backlog")).toMatchObject([{ subject: "videos", ...backlog }]);
    expect(await metric(context, "backlog_subjects", { subject: "videos" })).toBe(1);
    expect(await metric(context, "backlog_oldest", { subject: "videos" })).toBeGreaterThan(179);
    await relayVideo(context, video);
    expect((await context.videoRelay.sweep(10_000)).backlog).toEqual({ count: 0, changes: 0, oldest_seconds: 0 });
  });

  test("alerts too when what has waited is a change of the settings or a rebuild, however often it was tried", async () => {
    await ada.post(video, "one");
    await relayVideo(context, video);
    for (const request of [
      () => moderator.call("PATCH", `/videos/${video}`, { slow_mode_seconds: 10 }),
      () => requestRebuild(context.db, video),
    ]) {
      await request();
      expect(await secondsBehind()).toBeLessThan(60);
      await setBehindFor(180);
      // A second request is not the first one that waits, nor does an attempt of a sweep make it younger.
      await requestRebuild(context.db, video);
      expect(await secondsBehind()).toBeGreaterThan(179);
      expect(await secondsBehind()).toBeGreaterThan(179);
      await relayVideo(context, video);
      expect(await secondsBehind()).toBe(0);
    }
  });

  test("takes for the age how long the mirror has been behind, however old or young the comments that it lacks", async () => {
    const { comment } = (await ada.post(video, "one")).body;
    // As an import writes it.
    const anHourAgo = new Date(Date.now() - 3_600_000);
    await context.db.updateTable("comments").set({ updated_at: anHourAgo }).where("video_id", "=", video).execute();
    expect(await secondsBehind()).toBeLessThan(60);
    expect(await latencyOf(() => relayVideo(context, video))).toBeLessThan(60_000);

    await raiseEpoch(context.db, video, 1);
    expect(await secondsBehind()).toBeLessThan(60);
    expect(await latencyOf(() => relayVideo(context, video))).toBeLessThan(60_000);

    await ada.post(video, "two");
    await setBehindFor(180);
    await ada.call("PATCH", `/videos/${video}/comments/${comment.id}`, { content: "edited" }, { "if-match": "*" });
    expect(await secondsBehind()).toBeGreaterThan(179);
    await relayVideo(context, video);
  });

  test.each([
    ["an update", (relay: VideoRelayContext) => relayVideoStep(relay, video)],
    ["a relay batch", (relay: VideoRelayContext) => relayVideoBatch(relay, [{ id: video, firstSeq: 2, lastSeq: 2 }])],
  ])("counts what was posted during %s from the moment at which its rows were read", async (_, relay) => {
    await ada.post(video, "one");
    await relayVideo(context, video);
    await ada.post(video, "two");
    await setBehindFor(180);
    const realtime = new (class extends Realtime {
      override async update(values: Record<string, unknown>): Promise<void> {
        await ada.post(video, "three");
        await super.update(values);
      }
    })({ url: context.config.realtime.url, timeoutMs: 20_000, credentials: async () => emulatorCredentials() });
    await relay({ ...context, realtime });
    const { backlog } = await context.videoRelay.sweep(10_000);
    expect(backlog).toMatchObject({ count: 1, changes: 1 });
    expect(backlog.oldest_seconds).toBeLessThan(60);
    await relayVideo(context, video);
  });
});
