import { beforeAll, describe, expect, test } from "@jest/globals";
import { randomUUID } from "node:crypto";
import { paths } from "../../../functions/src/contract/realtime-paths.ts";
import { reconcileVideo } from "../../../functions/src/relay/comments/reconcile.ts";
import { relayVideo } from "../../../functions/src/relay/comments/relay.ts";
import { relayTogether } from "../../../functions/src/relay/comments/together.ts";
import { findVideo } from "../../../functions/src/tables/comments/videos.ts";
import { requestRebuild } from "../../../functions/src/tables/sync/videos-sync.ts";
import type { TestContext } from "../../support/app/context.ts";
import { useApp } from "../../support/app/use-app.ts";

const WINDOW = 5;

describe("several videos relayed together", () => {
  const app = useApp({
    users: { ada: "user" },
    // Nothing is relayed but what the test relays.
    env: { INLINE_RELAY_DEADLINE_MS: "0", RTDB_WINDOW: String(WINDOW) },
    parts: { queue: { enqueue: async () => {} } },
  });
  const { context } = app;
  const { ada } = app.users;
  /** With room for more than one update can take. */
  let wide: TestContext;
  beforeAll(() => {
    wide = { ...context, window: 500 };
  });

  const videos = (count: number) => Array.from({ length: count }, () => `together-${randomUUID()}`);
  const post = async (video: string, count = 1) => {
    const ids: string[] = [];
    for (let n = 0; n < count; n += 1) ids.push((await ada.post(video, `comment ${n}`)).body.comment.id);
    return ids;
  };
  /** As if each video's run had been asked for by all of its changes that are not applied. */
  const together = async (inContext: TestContext, ids: string[]) => {
    const found = await Promise.all(ids.map((id) => findVideo(context.db, id)));
    const known = found.filter((video) => video !== undefined);
    return relayTogether(
      inContext,
      known.map(({ id: videoId, applied_seq, seq: last }) => ({ videoId, first: applied_seq + 1, last })),
    );
  };
  const states = async (ids: string[]) =>
    Promise.all(
      ids.map(async (id) => {
        const { outcome } = await reconcileVideo(context, id, { repair: false });
        const video = await findVideo(context.db, id);
        return `${outcome}, ${video?.is_behind ? "behind" : "up to date"}`;
      }),
    );
  const fine = "equal, up to date";

  test("all are brought up in one update, time and again, as their windows fill and move on", async () => {
    const ids = videos(4);
    for (let round = 0; round < 8; round += 1) {
      for (const [n, id] of ids.entries()) await post(id, n);
      expect(await together(context, ids)).toEqual([]);
      expect(await states(ids)).toEqual([fine, fine, fine, fine]);
    }
    const shown = (await context.realtime.read(paths.comments(ids[3] ?? ""))) as object;
    expect(Object.keys(shown)).toHaveLength(WINDOW);
  });

  test("what was edited, deleted, is to be rebuilt or is more than the window is left for itself, and the others go on", async () => {
    const [plain = "", edited = "", deleted = "", rebuilt = "", full = "", quiet = ""] = videos(6);
    const ids = [plain, edited, deleted, rebuilt, full, quiet, "never-seen"];
    for (const id of ids.slice(0, 6)) await post(id);
    expect(await together(context, ids)).toEqual([]);

    await post(plain);
    const [toEdit = ""] = await post(edited);
    await ada.call("PATCH", `/videos/${edited}/comments/${toEdit}`, { content: "otherwise" }, { "if-match": '"1"' });
    const [toDelete = ""] = await post(deleted);
    await ada.delete(deleted, toDelete);
    await requestRebuild(context.db, rebuilt);
    await post(full, WINDOW + 1);
    const left = await together(context, ids);
    expect(left.toSorted()).toEqual([edited, deleted, rebuilt, full].toSorted());
    expect(await states([plain, quiet])).toEqual([fine, fine]);
    for (const id of left) await relayVideo(context, id);
    expect(new Set(await states(left))).toEqual(new Set([fine]));
  });

  test("what came in more changes than go together is left for itself, and the others go on", async () => {
    const [large = "", small = ""] = videos(2);
    for (const id of [large, small]) await post(id);
    await together(wide, [large, small]);
    const content = "😀".repeat(2_000);
    for (let n = 0; n < 100; n += 1) await ada.post(large, content);
    await post(small);
    expect(await together(wide, [large, small])).toEqual([large]);
    await relayVideo(wide, large);
    expect((await findVideo(context.db, large))?.is_behind).toBe(false);
  });

  test("no more than 500 changes go together, and whose would be more is left for itself", async () => {
    const ids = videos(32);
    for (let n = 0; n < 16; n += 1) await Promise.all(ids.map((id) => post(id)));
    const left = await together(wide, ids);
    expect(left).toHaveLength(1);
    for (const id of left) await relayVideo(wide, id);
    const found = await Promise.all(ids.map((id) => findVideo(context.db, id)));
    expect(new Set(found.map((video) => video?.is_behind))).toEqual(new Set([false]));
  });

  test("when one's fence stands elsewhere nothing is written, and all are left for themselves", async () => {
    const [good = "", ahead = ""] = videos(2);
    for (const id of [good, ahead]) await post(id);
    await together(context, [good, ahead]);
    // As if the process had died between the write and the mark.
    await context.db.updateTable("videos").set({ applied_seq: 0 }).where("id", "=", ahead).execute();
    for (const id of [good, ahead]) await post(id);
    expect((await together(context, [good, ahead])).toSorted()).toEqual([good, ahead].toSorted());
    expect(await states([good])).toEqual(["equal, behind"]);
    for (const id of [good, ahead]) await relayVideo(context, id);
    expect(await states([good, ahead])).toEqual([fine, fine]);
  });

  test("run eight times at once, each change is written once", async () => {
    const ids = videos(6);
    for (const id of ids) await post(id, 2);
    const left = await Promise.all(Array.from({ length: 8 }, () => together(context, ids)));
    for (const id of new Set(left.flat())) await relayVideo(context, id);
    expect(new Set(await states(ids))).toEqual(new Set([fine]));
  });
});
