import { describe, expect, test } from "@jest/globals";
import { paths } from "../../../functions/src/contract/realtime-paths.ts";
import { reconcileVideo } from "../../../functions/src/relay/videos/reconcile-video.ts";
import { relayVideo } from "../../../functions/src/relay/videos/relay-video.ts";
import { takeSeq } from "../../../functions/src/tables/comments/videos.ts";
import { noQueue } from "../../support/app/queue.ts";
import { useApp } from "../../support/app/use-app.ts";
import { compareVideo } from "../../faults/checks/mirror.ts";
import { environment } from "../../support/environment.ts";
import { administer } from "../../support/realtime/administrator.ts";

describe("a video's settings in the Realtime Database", () => {
  // No inline relay and no queue: only the test relays.
  const env = { INLINE_RELAY_DEADLINE_MS: "0" };
  const app = useApp({ users: { ada: "user", moderator: "moderator" }, env, parts: { videoQueue: noQueue } });
  const { context } = app;
  const { ada, moderator } = app.users;
  const closed = { comments_open: false, slow_mode_seconds: 0, hold_for_review: false };

  const shown = (video: string) => context.realtime.read(paths.video(video));
  const reconcile = (video: string) => reconcileVideo(context, video, { repair: true });
  const checked = async (video: string) => {
    const system = { db: context.db, rtdbHost: environment("FIREBASE_DATABASE_EMULATOR_HOST") };
    return (await compareVideo(system, video)).differences;
  };

  test("come with the relay, go when all are the defaults again, and keep the order of the comments", async () => {
    const video = app.newVideoId();
    await ada.post(video, "before");
    await moderator.configure(video, { comments_open: false });
    await relayVideo(context, video);
    expect(await shown(video)).toEqual(closed);
    expect(await checked(video)).toEqual([]);
    await moderator.configure(video, { comments_open: true });
    await ada.post(video, "after");
    expect(await shown(video)).toEqual(closed);
    await relayVideo(context, video);
    expect(await shown(video)).toBeNull();
    expect(await checked(video)).toEqual([]);
  });

  test("take no number when nothing changes", async () => {
    const video = app.newVideoId();
    expect((await moderator.configure(video, { slow_mode_seconds: 0 })).body.video.seq).toBe(0);
    expect((await moderator.configure(video, { slow_mode_seconds: 5 })).body.video.seq).toBe(1);
    expect((await moderator.configure(video, { slow_mode_seconds: 5 })).body.video.seq).toBe(1);
  });

  test.each([
    ["missing", null, closed],
    ["stale", { ...closed, slow_mode_seconds: 9 }, closed],
    ["extra", closed, null],
  ] as const)("that are %s are drift, and repaired", async (kind, mirrored, expected) => {
    const video = app.newVideoId();
    await ada.post(video, "one");
    if (expected) await moderator.configure(video, { comments_open: false });
    await relayVideo(context, video);
    expect(await reconcile(video)).toMatchObject({ outcome: "equal" });
    await administer("PATCH", "", { [paths.video(video)]: mirrored });
    expect(await checked(video)).not.toEqual([]);
    expect(await reconcile(video)).toMatchObject({ outcome: "drift", [kind]: ["settings"] });
    expect(await shown(video)).toEqual(expected);
  });

  test("that are on their way are no drift", async () => {
    const video = app.newVideoId();
    await ada.post(video, "one");
    await relayVideo(context, video);
    await moderator.configure(video, { comments_open: false });
    expect(await reconcileVideo(context, video, { repair: false })).toMatchObject({ outcome: "equal" });
  });

  test("come back with a wiped mirror, and with a mirror of another history whose number is the same", async () => {
    const [wiped, foreign] = [app.newVideoId(), app.newVideoId()];
    for (const video of [wiped, foreign]) {
      await ada.post(video, "one");
      await relayVideo(context, video);
    }
    await moderator.configure(wiped, { comments_open: false });
    await relayVideo(context, wiped);
    const places = [paths.comments(wiped), paths.changes(wiped), paths.video(wiped), paths.sync(wiped)];
    await administer("PATCH", "", Object.fromEntries(places.map((path) => [path, null])));
    await reconcile(wiped);
    expect(await shown(wiped)).toEqual(closed);

    // In the mirror's history, number 2 set nothing; in MySQL's, it closes the video.
    await context.db.transaction().execute((transaction) => takeSeq(transaction, foreign));
    await relayVideo(context, foreign);
    await context.db.updateTable("videos").set({ seq: 1, applied_seq: 1 }).where("id", "=", foreign).execute();
    await moderator.configure(foreign, { comments_open: false });
    await relayVideo(context, foreign);
    expect(await shown(foreign)).toEqual(closed);
  });
});
