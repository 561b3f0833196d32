import { describe, expect, test } from "@jest/globals";
import { randomUUID } from "node:crypto";
import { changeKey, paths } from "../../../functions/src/contract/realtime-paths.ts";
import { reconcileVideo } from "../../../functions/src/relay/videos/reconcile-video.ts";
import { relayVideo } from "../../../functions/src/relay/videos/relay-video.ts";
import type { SyncStatus } from "../../../functions/src/contract/operation.ts";
import { beginVideoEpoch, retryQuarantined } from "../../../functions/src/services/operation/repair.ts";
import { runPurge } from "../../../functions/src/services/operation/purge.ts";
import { listQuarantinedComments } from "../../../functions/src/services/operation/sync.ts";
import { findVideo, takeSeq } from "../../../functions/src/tables/comments/videos.ts";
import { requestRebuild } from "../../../functions/src/tables/sync/video-mirrors.ts";
import { noQueue } from "../../support/app/queue.ts";
import { useApp } from "../../support/app/use-app.ts";
import { administer } from "../../support/realtime/administrator.ts";

describe("the relay of videos", () => {
  // No inline relay and no queue: only the test relays.
  const env = { INLINE_RELAY_DEADLINE_MS: "0" };
  const app = useApp({ users: { ada: "user" }, env, windowSize: 3, parts: { videoQueue: noQueue } });
  const { context } = app;
  const { ada } = app.users;

  const post = async (video: string, content: string) => (await ada.post(video, content)).body.comment;
  const shown = async (video: string) => {
    const comments = (await context.realtime.read(paths.comments(video))) as Record<string, { content: string }> | null;
    return Object.values(comments ?? {}).map(({ content }) => content);
  };
  const compare = (video: string) => reconcileVideo(context, video, { repair: false });
  const alerts = (name: string) => context.logged.filter((line) => line.includes(`"alert":"${name}"`));

  /** Inserts a comment whose id is no key of the Realtime Database. The API would never make one. */
  async function insertRefused(video: string): Promise<string> {
    const id = `z.${randomUUID().slice(2)}`;
    await context.db.transaction().execute(async (transaction) => {
      const seq = await takeSeq(transaction, video);
      const row = { id, video_id: video, user_id: ada.id, content: "refused", seq };
      await transaction.insertInto("comments").values(row).execute();
    });
    return id;
  }

  test("leaves nothing of a deleted comment, not even in the changes before its deletion", async () => {
    const video = app.newVideoId();
    const secret = await post(video, "a secret");
    await relayVideo(context, video);
    await ada.delete(video, secret.id);
    await relayVideo(context, video);
    const changes = await context.realtime.read(paths.changes(video));
    expect(changes).toEqual({ [changeKey(2)]: { id: secret.id, deleted: true } });
  });

  test("takes no purged tombstone for drift, neither the last change nor an earlier one", async () => {
    const video = app.newVideoId();
    const [one, two] = [await post(video, "one"), await post(video, "two")];
    const purge = async (id: string) => {
      await ada.delete(video, id);
      await relayVideo(context, video);
      const deleted_at = new Date(Date.now() - (context.config.tombstoneDays + 1) * 86_400_000);
      await context.db.updateTable("comments").set({ deleted_at }).where("id", "=", id).execute();
      expect((await runPurge(context)).tombstones).toBe(1);
    };
    await purge(one.id);
    expect(await compare(video)).toMatchObject({ outcome: "equal" });
    await purge(two.id);
    const three = await post(video, "three");
    await relayVideo(context, video);
    expect(await compare(video)).toMatchObject({ outcome: "equal" });

    // Control: it is drift where nothing was purged, and of a comment that is not deleted.
    await administer("PATCH", "", {
      [paths.change(video, 3)]: { id: three.id, deleted: true },
      [paths.change(video, 5)]: { id: one.id, deleted: true },
    });
    const drift = { outcome: "drift", extra: [changeKey(3)], stale: [changeKey(5)] };
    expect(await compare(video)).toMatchObject(drift);
  });

  test("quarantines a comment that is refused, alerts once, and relays the others", async () => {
    const video = app.newVideoId();
    await post(video, "one");
    await relayVideo(context, video);
    const id = await insertRefused(video);
    await post(video, "two");
    await relayVideo(context, video);
    await relayVideo(context, video);
    expect(await shown(video)).toEqual(["one", "two"]);
    const quarantined = await listQuarantinedComments(context);
    expect(quarantined.find(({ comment_id }) => comment_id === id)).toMatchObject({ video_id: video, seq: 2 });
    await context.alerts.flush();
    expect(alerts("quarantine").filter((line) => line.includes(id))).toHaveLength(1);
    expect(await compare(video)).toMatchObject({ outcome: "equal" });

    // Tried again, it is refused again, and the whole state is written without it.
    expect(await retryQuarantined(context, video)).toEqual([video]);
    await relayVideo(context, video);
    expect(await shown(video)).toEqual(["one", "two"]);
    expect((await listQuarantinedComments(context)).map(({ comment_id }) => comment_id)).toContain(id);
  });

  test("finds, names and repairs drift that somebody else made: missing, extra, stale", async () => {
    const video = app.newVideoId();
    const [one, two] = [await post(video, "one"), await post(video, "two")];
    await relayVideo(context, video);
    await administer("PATCH", "", {
      [paths.comment(video, one.id)]: null,
      [`${paths.comment(video, two.id)}/content`]: "forged",
      [paths.comment(video, "stranger")]: { content: "planted" },
    });
    expect(await compare(video)).toMatchObject({
      outcome: "drift",
      missing: [one.id],
      extra: ["stranger"],
      stale: [two.id],
    });
    expect(await shown(video)).toContain("planted");
    await reconcileVideo(context, video, { repair: true });
    expect(await shown(video)).toEqual(["one", "two"]);
    expect(await compare(video)).toMatchObject({ outcome: "equal" });
  });

  test("repairs drift in two rounds at once while comments are posted, and finds none where there is none", async () => {
    const video = app.newVideoId();
    await post(video, "zero");
    await relayVideo(context, video);
    await administer("PUT", paths.comment(video, "stranger"), { content: "planted" });
    const posting = (async () => {
      for (let count = 0; count < 20; count += 1) {
        await post(video, `comment ${count}`);
        await relayVideo(context, video);
      }
    })();
    const repair = async () => {
      for (let count = 0; count < 10; count += 1) await reconcileVideo(context, video, { repair: true });
    };
    await Promise.all([posting, repair(), repair()]);
    await relayVideo(context, video);
    expect(await compare(video)).toMatchObject({ outcome: "equal" });
    expect(await shown(video)).toEqual(["comment 17", "comment 18", "comment 19"]);
  });

  test("fills a wiped mirror again in a round, and one with a damaged fence", async () => {
    const [wiped, damaged] = [app.newVideoId(), app.newVideoId()];
    for (const video of [wiped, damaged]) {
      await post(video, "one");
      await relayVideo(context, video);
    }
    await administer("PATCH", "", {
      [paths.sync(wiped)]: null,
      [paths.comments(wiped)]: null,
      [paths.changes(wiped)]: null,
      [paths.sync(damaged)]: "not a fence",
      [paths.comments(damaged)]: null,
    });
    await context.videoRelay.reconcileRound(10_000);
    expect([await shown(wiped), await shown(damaged)]).toEqual([["one"], ["one"]]);
    await context.alerts.flush();
    expect(alerts("drift")).toHaveLength(1);
  });

  test("is not kept from a rebuild by relays of single changes at the same time", async () => {
    const video = app.newVideoId();
    await post(video, "one");
    await relayVideo(context, video);
    await administer("DELETE", paths.comments(video));
    await post(video, "two");
    await requestRebuild(context.db, video);
    await Promise.all(Array.from({ length: 8 }, () => relayVideo(context, video)));
    expect(await shown(video)).toEqual(["one", "two"]);
  });

  test("says when MySQL was restored to an earlier time, and a new epoch repairs it", async () => {
    const video = app.newVideoId();
    const kept = await post(video, "kept");
    for (const content of ["lost one", "lost two"]) await post(video, content);
    await relayVideo(context, video);
    await context.db.deleteFrom("comments").where("video_id", "=", video).where("id", "!=", kept.id).execute();
    await context.db.updateTable("videos").set({ seq: 1, applied_seq: 1 }).where("id", "=", video).execute();
    expect(await compare(video)).toMatchObject({ outcome: "ahead" });
    await post(video, "new");
    await expect(relayVideo(context, video)).rejects.toThrow("begin a new epoch");

    await beginVideoEpoch(context, video);
    expect(await shown(video)).toEqual(["kept", "new"]);
    expect(await compare(video)).toMatchObject({ outcome: "equal" });
  });

  test("relays in the sweep itself what has no task, while the queue takes none", async () => {
    const video = app.newVideoId();
    await post(video, "one");
    const { relayed } = await context.videoRelay.sweep(10_000);
    expect(relayed).toBeGreaterThan(0);
    expect(await shown(video)).toEqual(["one"]);
    const row = await findVideo(context.db, video);
    expect(row?.applied_seq).toBe(row?.seq);
  });

  test("has routes for an operator that show the backlog and request a rebuild", async () => {
    const video = app.newVideoId();
    await post(video, "one");
    const admin = await app.admin();
    const status = (await admin.call<SyncStatus>("GET", "/admin/sync")).body;
    expect(status.backlog.videos).toMatchObject({ count: 1, changes: 1 });
    // The sign-ins of the test's users, whose relay is off too.
    expect(status.backlog.users).toMatchObject({ count: 2, changes: 2 });
    expect(status.behind).toMatchObject([{ id: video, seq: 1, applied_seq: 0 }]);
    expect((await admin.call("POST", `/admin/videos/${video}/rebuild`)).status).toBe(202);
    expect((await admin.call("POST", `/admin/videos/${app.newVideoId()}/rebuild`)).status).toBe(404);
    await relayVideo(context, video);
    expect(await shown(video)).toEqual(["one"]);
    const after = (await admin.call<SyncStatus>("GET", "/admin/sync")).body;
    expect(after.backlog.videos).toMatchObject({ count: 0, changes: 0 });
    const { body } = await admin.call<{ quarantined: unknown[] }>("GET", "/admin/quarantine");
    expect(body.quarantined).not.toHaveLength(0);
  });
});
