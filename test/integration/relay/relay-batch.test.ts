import { beforeAll, describe, expect, test } from "@jest/globals";
import { randomUUID } from "node:crypto";
import { paths } from "../../../functions/src/contract/realtime-paths.ts";
import { reconcileVideo } from "../../../functions/src/relay/videos/reconcile-video.ts";
import { relayVideo } from "../../../functions/src/relay/videos/relay-video.ts";
import { relayVideoBatch } from "../../../functions/src/relay/videos/relay-batch.ts";
import { runPurge } from "../../../functions/src/services/operation/purge.ts";
import { findVideo } from "../../../functions/src/tables/comments/videos.ts";
import { requestRebuild } from "../../../functions/src/tables/sync/video-mirrors.ts";
import type { TestContext } from "../../support/app/context.ts";
import { createTestQueue } from "../../support/app/queue.ts";
import { useApp } from "../../support/app/use-app.ts";

const WINDOW_SIZE = 5;

describe("a relay batch of videos", () => {
  // Only the test relays.
  const env = { INLINE_RELAY_DEADLINE_MS: "0" };
  const app = useApp({
    users: { ada: "user" },
    env,
    windowSize: WINDOW_SIZE,
    parts: { videoQueue: createTestQueue() },
  });
  const { context } = app;
  const { ada } = app.users;
  /** With a window for more changes than one update may have. */
  let wide: TestContext;

  beforeAll(() => {
    wide = { ...context, windowSize: 500 };
  });

  const videos = (count: number) => Array.from({ length: count }, () => `batch-${randomUUID()}`);
  const post = async (video: string, count = 1) => {
    const ids: string[] = [];
    for (let n = 0; n < count; n += 1) ids.push((await ada.post(video, `comment ${n}`)).body.comment.id);
    return ids;
  };
  /** Relays the videos in a batch, as if all changes that their mirrors lack had just been committed. Returns those that it leaves. */
  const relayBatch = async (inContext: TestContext, ids: string[]) => {
    const found = await Promise.all(ids.map((id) => findVideo(context.db, id)));
    const known = found.filter((video) => video !== undefined);
    const committed = known.map(({ id, applied_seq, seq }) => ({ id, firstSeq: applied_seq + 1, lastSeq: seq }));
    return relayVideoBatch(inContext, committed);
  };
  const states = async (ids: string[]) =>
    Promise.all(
      ids.map(async (id) => {
        const { outcome } = await reconcileVideo(context, id, { repair: false });
        const video = await findVideo(context.db, id);
        return `${outcome}, ${video?.is_behind ? "behind" : "not behind"}`;
      }),
    );
  const relayed = "equal, not behind";

  test("relays all of them in one update, again and again, while their windows fill and move on", async () => {
    const ids = videos(4);
    for (let round = 0; round < 8; round += 1) {
      for (const [n, id] of ids.entries()) await post(id, n);
      expect(await relayBatch(context, ids)).toEqual([]);
      expect(await states(ids)).toEqual([relayed, relayed, relayed, relayed]);
    }
    const shown = (await context.realtime.read(paths.comments(ids[3] ?? ""))) as object;
    expect(Object.keys(shown)).toHaveLength(WINDOW_SIZE);
  });

  test("relays a video whose quarantined comment has changed since, and the purge deletes what is outdated", async () => {
    const [video = ""] = videos(1);
    const [outdated = "", current = ""] = await post(video, 2);
    const quarantined_at = new Date(Date.now() - 2 * 3_600_000);
    const quarantine = (comment_id: string, seq: number) =>
      context.db
        .insertInto("quarantined_comments")
        .values({ comment_id, video_id: video, seq, reason: "", quarantined_at })
        .execute();
    await quarantine(outdated, 99);
    expect(await relayBatch(context, [video])).toEqual([]);

    await quarantine(current, 2);
    await runPurge(context);
    const left = await context.db
      .selectFrom("quarantined_comments")
      .select("comment_id")
      .where("video_id", "=", video)
      .execute();
    expect(left).toEqual([{ comment_id: current }]);
    // Control: what is quarantined as it is now keeps the video out.
    await post(video);
    expect(await relayBatch(context, [video])).toEqual([video]);
  });

  test("leaves videos with an edit, a deletion, a rebuild or more changes than the window, and relays the others", async () => {
    const [plain = "", edited = "", deleted = "", rebuilt = "", full = "", quiet = ""] = videos(6);
    const ids = [plain, edited, deleted, rebuilt, full, quiet, "never-seen"];
    for (const id of ids.slice(0, 6)) await post(id);
    expect(await relayBatch(context, ids)).toEqual([]);

    await post(plain);
    const [toEdit = ""] = await post(edited);
    await ada.call("PATCH", `/videos/${edited}/comments/${toEdit}`, { content: "otherwise" }, { "if-match": '"1"' });
    const [toDelete = ""] = await post(deleted);
    await ada.delete(deleted, toDelete);
    await requestRebuild(context.db, rebuilt);
    await post(full, WINDOW_SIZE + 1);
    const left = await relayBatch(context, ids);
    expect(left.toSorted()).toEqual([edited, deleted, rebuilt, full].toSorted());
    expect(await states([plain, quiet])).toEqual([relayed, relayed]);
    for (const id of left) await relayVideo(context, id);
    expect(new Set(await states(left))).toEqual(new Set([relayed]));
  });

  test("leaves a video with more changes than a batch takes of one, and relays the others", async () => {
    const [large = "", small = ""] = videos(2);
    for (const id of [large, small]) await post(id);
    await relayBatch(wide, [large, small]);
    const content = "😀".repeat(2_000);
    for (let n = 0; n < 100; n += 1) await ada.post(large, content);
    await post(small);
    expect(await relayBatch(wide, [large, small])).toEqual([large]);
    await relayVideo(wide, large);
    expect((await findVideo(context.db, large))?.is_behind).toBe(false);
  });

  test("takes at most 500 changes, and leaves the video that would exceed them", async () => {
    const ids = videos(32);
    for (let n = 0; n < 16; n += 1) await Promise.all(ids.map((id) => post(id)));
    const left = await relayBatch(wide, ids);
    expect(left).toHaveLength(1);
    for (const id of left) await relayVideo(wide, id);
    const found = await Promise.all(ids.map((id) => findVideo(context.db, id)));
    expect(new Set(found.map((video) => video?.is_behind))).toEqual(new Set([false]));
  });

  test("writes nothing and leaves all videos when the fence of one is elsewhere", async () => {
    const [good = "", ahead = ""] = videos(2);
    for (const id of [good, ahead]) await post(id);
    await relayBatch(context, [good, ahead]);
    // As after a death of the process between the write and the mark.
    await context.db.updateTable("videos").set({ applied_seq: 0 }).where("id", "=", ahead).execute();
    for (const id of [good, ahead]) await post(id);
    expect((await relayBatch(context, [good, ahead])).toSorted()).toEqual([good, ahead].toSorted());
    expect(await states([good])).toEqual(["equal, behind"]);
    for (const id of [good, ahead]) await relayVideo(context, id);
    expect(await states([good, ahead])).toEqual([relayed, relayed]);
  });

  test("writes each change once when it runs eight times at once", async () => {
    const ids = videos(6);
    for (const id of ids) await post(id, 2);
    const left = await Promise.all(Array.from({ length: 8 }, () => relayBatch(context, ids)));
    for (const id of new Set(left.flat())) await relayVideo(context, id);
    expect(new Set(await states(ids))).toEqual(new Set([relayed]));
  });
});
