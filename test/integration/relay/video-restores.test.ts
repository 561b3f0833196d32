import { describe, expect, test } from "@jest/globals";
import { CHANGES_KEPT } from "../../../functions/src/contract/realtime-nodes.ts";
import { paths } from "../../../functions/src/contract/realtime-paths.ts";
import { emulatorCredentials } from "../../../functions/src/realtime/credentials.ts";
import { RealtimeError } from "../../../functions/src/realtime/errors.ts";
import { Realtime } from "../../../functions/src/realtime/realtime.ts";
import { relayCommitted } from "../../../functions/src/relay/mechanism/steps.ts";
import { reconcileVideo } from "../../../functions/src/relay/videos/reconcile-video.ts";
import { relayVideoBatch } from "../../../functions/src/relay/videos/relay-batch.ts";
import { relayVideo, videoSteps } from "../../../functions/src/relay/videos/relay-video.ts";
import { findVideo } from "../../../functions/src/tables/comments/videos.ts";
import { noQueue } from "../../support/app/queue.ts";
import { useApp } from "../../support/app/use-app.ts";
import { metric } from "../../support/metric.ts";
import { administer } from "../../support/realtime/administrator.ts";

// No inline relay and no queue: only the test relays.
const app = useApp({ users: { ada: "user" }, env: { INLINE_RELAY_DEADLINE_MS: "0" }, parts: { videoQueue: noQueue } });
const { context } = app;
const { ada } = app.users;

const post = async (video: string, content: string) => (await ada.post(video, content)).body.comment;
const edit = (video: string, id: string, content: string) =>
  ada.call("PATCH", `/videos/${video}/comments/${id}`, { content }, { "if-match": "*" });
const shown = async (video: string) => {
  const comments = (await context.realtime.read(paths.comments(video))) as Record<string, { content: string }> | null;
  return Object.values(comments ?? {}).map(({ content }) => content);
};
const compare = async (video: string) => (await reconcileVideo(context, video, { repair: false })).outcome;
const seqOf = async (video: string) => (await findVideo(context.db, video))?.seq;
const setMark = (video: string, values: { seq?: number; applied_seq: number }) =>
  context.db.updateTable("videos").set(values).where("id", "=", video).execute();

const drift = async (kind: string) => (await metric(context, "drift_total", { kind, subject: "videos" })) ?? 0;

/** A video with the mirrored comment "kept". `restore` brings MySQL back to this moment. */
async function keptVideo() {
  const video = app.newVideoId();
  const kept = await post(video, "kept");
  await relayVideo(context, video);
  const row = await context.db.selectFrom("comments").selectAll().where("id", "=", kept.id).executeTakeFirstOrThrow();
  async function restore() {
    await context.db.deleteFrom("comments").where("video_id", "=", video).execute();
    await context.db.deleteFrom("comment_revisions").where("comment_id", "=", kept.id).execute();
    await context.db.insertInto("comments").values(row).execute();
    await setMark(video, { seq: 1, applied_seq: 1 });
  }
  return { video, kept, restore };
}

describe("after MySQL was restored to an earlier time, the relay of videos", () => {
  test.each([
    ["the number that the mirror holds", 2],
    ["a higher number than the mirror holds", 3],
  ])("brings over changes that come to %s", async (_, count) => {
    const { video, restore } = await keptVideo();
    for (const content of ["lost one", "lost two"]) await post(video, content);
    await relayVideo(context, video);
    await restore();
    const expected = ["kept"];
    for (let n = 0; n < count; n += 1) expected.push((await post(video, `new ${n}`)).content);

    await relayVideo(context, video);
    expect(await shown(video)).toEqual(expected);
    expect(await compare(video)).toBe("equal");
    expect(await drift("foreign")).toBeGreaterThan(0);
  });

  test("brings over an edit of a comment that was edited in the lost history too", async () => {
    const { video, kept, restore } = await keptVideo();
    await edit(video, kept.id, "lost");
    await relayVideo(context, video);
    await restore();
    await edit(video, kept.id, "new");
    await relayVideo(context, video);
    expect(await shown(video)).toEqual(["new"]);
    expect(await compare(video)).toBe("equal");
  });

  test("relays what was committed before, though the mirror is at the same number with other changes", async () => {
    const { video, kept, restore } = await keptVideo();
    await edit(video, kept.id, "lost");
    await relayVideo(context, video);
    await restore();
    await edit(video, kept.id, "new");
    // As an inline run does: nothing looks at the video again.
    await relayCommitted(videoSteps(context), video);
    expect(await shown(video)).toEqual(["new"]);
  });

  test("brings over a deletion where the lost history had a post, and a rebuild where it had a deletion", async () => {
    const deleted = await keptVideo();
    await post(deleted.video, "lost");
    await relayVideo(context, deleted.video);
    await deleted.restore();
    await ada.delete(deleted.video, deleted.kept.id);
    await relayVideo(context, deleted.video);
    expect(await shown(deleted.video)).toEqual([]);

    const rebuilt = await keptVideo();
    await ada.delete(rebuilt.video, rebuilt.kept.id);
    await relayVideo(context, rebuilt.video);
    await rebuilt.restore();
    await (await app.admin()).call("POST", `/admin/videos/${rebuilt.video}/rebuild`);
    await relayVideo(context, rebuilt.video);
    expect(await shown(rebuilt.video)).toEqual(["kept"]);
  });

  test("brings over a video that MySQL did not know then", async () => {
    const video = app.newVideoId();
    await post(video, "lost");
    await relayVideo(context, video);
    await context.db.deleteFrom("comments").where("video_id", "=", video).execute();
    await context.db.deleteFrom("videos").where("id", "=", video).execute();
    await post(video, "new");
    await relayVideo(context, video);
    expect(await shown(video)).toEqual(["new"]);
  });

  test("leaves such a video out of a relay batch", async () => {
    const { video, restore } = await keptVideo();
    await post(video, "lost");
    await relayVideo(context, video);
    await restore();
    await post(video, "new");
    expect(await relayVideoBatch(context, [{ id: video, firstSeq: 2, lastSeq: 2 }])).toEqual([video]);
    expect(await seqOf(video)).toBe(2);
  });

  test("finds it in the comparison if the mirror was marked as MySQL's own", async () => {
    const { video, restore } = await keptVideo();
    for (const content of ["lost one", "lost two"]) await post(video, content);
    await relayVideo(context, video);
    await restore();
    for (const content of ["new one", "new two"]) await post(video, content);
    await setMark(video, { applied_seq: 3 });
    expect(await compare(video)).toBe("drift");
    await reconcileVideo(context, video, { repair: true });
    expect(await shown(video)).toEqual(["kept", "new one", "new two"]);
  });
});

describe("after the Realtime Database lost changes of a video, the next change", () => {
  test.each([
    ["all of them", () => null],
    ["those since its backup", (place: string) => context.realtime.read(place)],
  ])("brings back %s, and counts that as wiped", async (_, backUp) => {
    const { video } = await keptVideo();
    const places = [paths.sync(video), paths.comments(video), paths.changes(video)];
    const backup = await Promise.all(places.map(async (place) => [place, await backUp(place)]));
    await post(video, "lost");
    await relayVideo(context, video);
    await administer("PATCH", "", Object.fromEntries(backup));

    const before = { wiped: await drift("wiped"), foreign: await drift("foreign") };
    await post(video, "new");
    await relayVideo(context, video);
    expect(await shown(video)).toEqual(["kept", "lost", "new"]);
    expect(await drift("wiped")).toBe(before.wiped + 1);
    expect(await drift("foreign")).toBe(before.foreign);
    expect(await compare(video)).toBe("equal");
  });
});

describe("in one history, the relay of videos writes nothing again", () => {
  test("that a run wrote which died before it marked it", async () => {
    const { video, kept } = await keptVideo();
    const other = await post(video, "other");
    await edit(video, kept.id, "edited");
    await ada.delete(video, other.id);
    await relayVideo(context, video);
    await setMark(video, { applied_seq: 1 });
    // A later change overtakes one of those in the mirror.
    await edit(video, kept.id, "edited again");
    await relayVideo(context, video);
    expect(await seqOf(video)).toBe(5);
    expect(await shown(video)).toEqual(["edited again"]);
    expect(await compare(video)).toBe("equal");
  });

  test("whose response was lost, and measures it", async () => {
    const { video } = await keptVideo();
    await post(video, "new");
    const realtime = new (class extends Realtime {
      override async update(values: Record<string, unknown>): Promise<void> {
        await super.update(values);
        throw new RealtimeError("away", "the response was lost");
      }
    })({ url: context.config.realtime.url, timeoutMs: 20_000, credentials: async () => emulatorCredentials() });
    const measured = async () => (await metric(context, "sync_latency_count", { subject: "videos" })) ?? 0;
    const before = await measured();
    await relayVideo({ ...context, realtime }, video);
    expect(await measured()).toBe(before + 1);
    expect(await seqOf(video)).toBe(2);
    expect(await shown(video)).toEqual(["kept", "new"]);
    expect(await compare(video)).toBe("equal");
  });

  test("as drift if it died before it marked more changes than can be compared", async () => {
    const { video } = await keptVideo();
    const before = await drift("foreign");
    for (let n = 0; n <= CHANGES_KEPT; n += 1) await post(video, `comment ${n}`);
    await relayVideo(context, video);
    await setMark(video, { applied_seq: 1 });
    await post(video, "last");
    await relayVideo(context, video);
    expect(await drift("foreign")).toBe(before);
    expect(await compare(video)).toBe("equal");
  });

  test("though eight runs bring over the same changes at once", async () => {
    const { video } = await keptVideo();
    for (let n = 0; n < 10; n += 1) {
      await post(video, `comment ${n}`);
      await Promise.all(Array.from({ length: 8 }, () => relayVideo(context, video)));
    }
    expect(await seqOf(video)).toBe(11);
    expect(await compare(video)).toBe("equal");
  });
});
