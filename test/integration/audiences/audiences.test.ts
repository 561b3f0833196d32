import { describe, expect, test } from "@jest/globals";
import { paths } from "../../../functions/src/contract/realtime-paths.ts";
import { MIN_GONE_AFTER_SECONDS } from "../../../functions/src/contract/presence.ts";
import { Realtime } from "../../../functions/src/realtime/realtime.ts";
import { emulatorCredentials } from "../../../functions/src/realtime/credentials.ts";
import { removeAbsent, writeAudience } from "../../../functions/src/realtime/audience.ts";
import { createAudienceRelay } from "../../../functions/src/relay/audiences/audience-relay.ts";
import { createAudienceSubjects } from "../../../functions/src/relay/audiences/audience-subjects.ts";
import type { Queue } from "../../../functions/src/relay/queue/queue.ts";
import { noQueue } from "../../support/app/queue.ts";
import { rtdbHost } from "../../support/app/processes/process-env.ts";
import { useApp } from "../../support/app/use-app.ts";
import { administer } from "../../support/realtime/administrator.ts";
import { watch } from "../../support/realtime/presence.ts";
import { RULES } from "../../support/realtime/rules.ts";
import {
  audienceOf,
  countNow,
  createDelayQueue,
  makeDue,
  makeUnwatchedFor,
  present,
  writePresence,
} from "../../support/relay/audiences.ts";
import { awayRealtime, readAsAdministrator } from "../../support/relay/user-relay.ts";

describe("the audience of a video", () => {
  const { queue, delaysOf } = createDelayQueue();
  const app = useApp({ rules: RULES, users: { ada: "user" }, parts: { audienceQueue: queue } });
  const { ada } = app.users;
  const LONG = MIN_GONE_AFTER_SECONDS + 30;

  /** A video that Ada watches, with the given presence. */
  async function watched(entries: Record<string, unknown> = {}): Promise<string> {
    const video = app.newVideoId();
    await watch(await app.connect(), ada, video);
    await writePresence(app, video, entries);
    return video;
  }
  const presenceOn = async (video: string) =>
    Object.keys((await readAsAdministrator(app, paths.presence(video))) ?? {});
  const isCounted = async (video: string) =>
    (await app.db.selectFrom("audiences").selectAll().where("video_id", "=", video).execute()).length === 1;

  /** The relay with other parts. */
  function relayWith(parts: { realtime?: Realtime; queue?: Queue }) {
    const context = { ...app.context, queue, ...parts };
    return createAudienceRelay({ ...context, subjects: createAudienceSubjects(context) });
  }

  test("is who is present, each user once, and without those who are offline or gave no sign for long", async () => {
    const two = {
      ...present("s_0"),
      connections: { s_0: { at: 1, state: "away" }, s_1: { at: Date.now(), state: "active" } },
    };
    const video = await watched({
      one: present("t_0"),
      two,
      flickering: { ...present("u_0"), online: false },
      documented: { online: true, last_seen: Date.now() },
      left: { online: false, last_seen: Date.now() },
      silent: present("x_0", LONG),
      silent_documented: { online: true, last_seen: 1 },
      never: { online: true },
    });
    expect(await countNow(app, video)).toEqual({ viewers: 4, at: expect.any(Number) });
    expect((await presenceOn(video)).toSorted()).toEqual(["documented", "flickering", "one", "two"]);
  });

  test("is written when it changed, and only then", async () => {
    const video = await watched({ one: present("s_0") });
    const first = await countNow(app, video);
    expect(await countNow(app, video)).toEqual(first);
    await writePresence(app, video, { two: present("t_0") });
    expect(await countNow(app, video)).toMatchObject({ viewers: 2 });
  });

  test("is written again after the Realtime Database lost it", async () => {
    const video = await watched({ one: present("s_0") });
    await countNow(app, video);
    await administer("DELETE", paths.audience(video), undefined, rtdbHost(app.context.config));
    expect(await countNow(app, video)).toMatchObject({ viewers: 1 });
  });

  test("is counted once for each due time, by one of many tasks, and asks for one next task", async () => {
    const video = await watched({ one: present("s_0") });
    await makeDue(app, video);
    expect(delaysOf(video)).toEqual([2]);
    const tasks = Array.from({ length: 8 }, () => app.context.audienceRelay.runTask({ video_id: video }));
    expect(await Promise.all(tasks)).toEqual(Array(8).fill(true));
    // It changed, so it is counted again soon.
    expect(delaysOf(video)).toEqual([2, 5]);
    await countNow(app, video);
    expect(delaysOf(video)).toEqual([2, 5, 12]);
  });

  test("waits for its time if a task is a little early", async () => {
    const video = await watched({ one: present("s_0") });
    await makeDue(app, video, -1);
    expect(await app.context.audienceRelay.runTask({ video_id: video })).toBe(true);
    expect(await audienceOf(app, video)).toMatchObject({ viewers: 1 });
  });

  test("is counted from a viewer's first call on, whoever calls again", async () => {
    const video = await watched();
    for (const user of [ada, await app.user()]) await watch(await app.connect(), user, video);
    expect(delaysOf(video)).toEqual([2]);
  });

  test("is counted no more once nobody is left, and from the next call on again", async () => {
    const video = await watched({ one: present("s_0") });
    await countNow(app, video);
    await writePresence(app, video, { one: { online: false, last_seen: 1 } });
    // A viewer who has just called may be about to be present.
    expect(await countNow(app, video)).toMatchObject({ viewers: 0 });
    expect(await isCounted(video)).toBe(true);
    await makeUnwatchedFor(app, video, 61);
    const before = delaysOf(video).length;
    await countNow(app, video);
    expect(await isCounted(video)).toBe(false);
    expect(delaysOf(video)).toHaveLength(before);
    expect(await app.context.audienceRelay.runTask({ video_id: video })).toBe(true);
    await watch(await app.connect(), ada, video);
    expect(delaysOf(video)).toHaveLength(before + 1);
  });

  test("ends all typing when nobody is left", async () => {
    const video = await watched();
    await administer("PUT", paths.typing(video), { one: 1 }, rtdbHost(app.context.config));
    await countNow(app, video);
    expect(await readAsAdministrator(app, paths.typing(video))).toBeNull();
  });

  test("is due again after a count that failed, and the chain of tasks goes on", async () => {
    const video = await watched({ one: present("s_0") });
    await makeDue(app, video);
    expect(await relayWith({ realtime: awayRealtime(app) }).runTask({ video_id: video })).toBe(false);
    expect(delaysOf(video)).toEqual([2, 12]);
    expect(await countNow(app, video)).toMatchObject({ viewers: 1 });
  });

  test("whose task was lost is found by the sweep, which counts by itself if the queue takes no tasks", async () => {
    const video = await watched({ one: present("s_0") });
    await makeDue(app, video, 20);
    await relayWith({ queue: noQueue }).sweep(10_000);
    expect(await audienceOf(app, video)).toBeNull();
    await makeDue(app, video, 31);
    expect(await relayWith({}).sweep(10_000)).toMatchObject({ enqueued: 1 });
    expect(delaysOf(video)).toEqual([2, 0]);
    await makeDue(app, video, 31);
    await relayWith({ queue: noQueue }).sweep(10_000);
    expect(await audienceOf(app, video)).toMatchObject({ viewers: 1 });
  });

  test("whose task was lost is found by the next viewer's call too", async () => {
    const video = await watched();
    await makeDue(app, video, 31);
    await Promise.all(Array.from({ length: 5 }, async () => watch(await app.connect(), ada, video)));
    expect(delaysOf(video)).toEqual([2, 2]);
  });

  test("keeps a later count when an earlier one arrives late", async () => {
    const video = app.newVideoId();
    const { realtime } = app.context;
    const now = new Date();
    expect(await writeAudience(realtime, video, { viewers: 2, now })).toBe(true);
    const earlier = new Date(now.getTime() - 5_000);
    expect(await writeAudience(realtime, video, { viewers: 9, now: earlier })).toBe(false);
    expect(await audienceOf(app, video)).toEqual({ viewers: 2, at: now.getTime() });
  });

  test("keeps whoever comes back while the others are removed", async () => {
    const names = Array.from({ length: 9 }, (_, n) => `user_${n}`);
    const video = await watched(Object.fromEntries(names.map((name) => [name, present("s_0", LONG)])));
    const late = new (class extends Realtime {
      override async update(values: Record<string, unknown>): Promise<void> {
        await writePresence(app, video, { user_4: present("s_0") });
        return super.update(values);
      }
    })({ url: app.context.config.realtime.url, timeoutMs: 20_000, credentials: async () => emulatorCredentials() });
    await removeAbsent(late, video, { now: new Date(), viewers: 9 });
    expect(await presenceOn(video)).toEqual(["user_4"]);
  });

  test("is removed in pages, however many left at once", async () => {
    const left = Array.from({ length: 1_201 }, (_, n) => [`left_${n}`, { online: false, last_seen: Date.now() }]);
    const silent = Array.from({ length: 501 }, (_, n) => [`silent_${n}`, present("s_0", LONG)]);
    const video = await watched({ ...Object.fromEntries([...left, ...silent]), here: present("s_0") });
    expect(await countNow(app, video)).toMatchObject({ viewers: 1 });
  });

  test("leaves slower heartbeats to a larger audience", async () => {
    const video = await watched({ here: present("s_0", LONG) });
    await removeAbsent(app.context.realtime, video, { now: new Date(), viewers: 100_000 });
    expect(await presenceOn(video)).toEqual(["here"]);
    await removeAbsent(app.context.realtime, video, { now: new Date(), viewers: 100 });
    expect(await presenceOn(video)).toEqual([]);
  });

  test("is known to an instance from its first update of the video on, for the gap between updates", async () => {
    const video = await watched();
    await app.db.updateTable("audiences").set({ viewers: 100_000 }).where("video_id", "=", video).execute();
    expect(app.context.viewerCounts.of(video)).toBe(0);
    expect(await ada.post(video, "hello")).toMatchObject({ status: 201 });
    expect(app.context.viewerCounts.of(video)).toBe(100_000);
    const unwatched = app.newVideoId();
    await ada.post(unwatched, "hello");
    expect(app.context.viewerCounts.of(unwatched)).toBe(0);
  });
});
