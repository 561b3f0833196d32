import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { randomUUID } from "node:crypto";
import { changeKey, paths } from "../../../functions/src/contract/realtime-paths.ts";
import { createApp } from "../../../functions/src/app.ts";
import { reconcileVideo } from "../../../functions/src/relay/comments/reconcile.ts";
import { relayVideo } from "../../../functions/src/relay/comments/relay.ts";
import { reconcileRound } from "../../../functions/src/relay/comments/rounds.ts";
import { sweep } from "../../../functions/src/relay/comments/sweep.ts";
import { beginVideoEpoch, parkedComments, retryParked } from "../../../functions/src/services/operation/sync.ts";
import { findVideo, takeSeq } from "../../../functions/src/tables/comments/videos.ts";
import { requestRebuild } from "../../../functions/src/tables/sync/videos-sync.ts";
import type { QuarantineList, SyncStatus } from "../../../functions/src/contract/operation.ts";
import type { Client, Send } from "../../support/client.ts";
import { createUser } from "../../support/client.ts";
import type { TestContext } from "../../support/context.ts";
import { createTestContext } from "../../support/context.ts";
import { administer } from "../../support/administrator.ts";

const noQueue = { enqueue: () => Promise.reject(new Error("no queue in this test")) };

describe("the relay", () => {
  let context: TestContext;
  let ada: Client;
  let send: Send;

  beforeAll(async () => {
    // No inline relay and no queue: what is relayed here, the test relays.
    const env = { INLINE_RELAY_DEADLINE_MS: "0", RTDB_WINDOW: "3" };
    context = await createTestContext({ env, parts: { queue: noQueue } });
    const app = createApp(context);
    send = (path, init) => app.request(path, init);
    ada = await createUser(send);
  });
  afterAll(() => context.close());

  const newVideo = () => `relay-${randomUUID()}`;
  const post = async (video: string, content: string) => (await ada.post(video, content)).body.comment;
  const shown = async (video: string) => {
    const comments = (await context.realtime.read(paths.comments(video))) as Record<string, { content: string }> | null;
    return Object.values(comments ?? {}).map(({ content }) => content);
  };
  const compare = (video: string) => reconcileVideo(context, video, { repair: false });
  const alerts = (name: string) => context.logged.filter((line) => line.includes(`"alert":"${name}"`));

  /** A comment with an id that is no key there; only a hand in the database can make one. */
  async function plantRefused(video: string): Promise<string> {
    const id = `z.${randomUUID().slice(2)}`;
    await context.db.transaction().execute(async (transaction) => {
      const seq = await takeSeq(transaction, video);
      const row = { id, video_id: video, user_id: ada.session!.user.id, content: "refused", seq };
      await transaction.insertInto("comments").values(row).execute();
    });
    return id;
  }

  test("of a deleted comment nothing is left there, not even in the changes before its deletion", async () => {
    const video = newVideo();
    const secret = await post(video, "a secret");
    await relayVideo(context, video);
    await ada.delete(video, secret.id);
    await relayVideo(context, video);
    const changes = await context.realtime.read(paths.changes(video));
    expect(changes).toEqual({ [changeKey(2)]: { id: secret.id, deleted: true } });
  });

  test("a comment that is refused is parked and told once, and the others go on", async () => {
    const video = newVideo();
    await post(video, "one");
    await relayVideo(context, video);
    const id = await plantRefused(video);
    await post(video, "two");
    await relayVideo(context, video);
    await relayVideo(context, video);
    expect(await shown(video)).toEqual(["one", "two"]);
    const parked = await parkedComments(context);
    expect(parked.find(({ comment_id }) => comment_id === id)).toMatchObject({ video_id: video, seq: 2 });
    await context.alerts.settle();
    expect(alerts("parked").filter((line) => line.includes(id))).toHaveLength(1);
    expect(await compare(video)).toMatchObject({ outcome: "equal" });

    // Tried again, it is refused again, and the whole state is written without it.
    expect(await retryParked(context, video)).toEqual([video]);
    await relayVideo(context, video);
    expect(await shown(video)).toEqual(["one", "two"]);
    expect((await parkedComments(context)).map(({ comment_id }) => comment_id)).toContain(id);
  });

  test("drift by a stranger's hand is found, named and repaired: missing, extra, stale", async () => {
    const video = newVideo();
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

  test("two rounds at once, while comments are posted, find no drift where there is none, and repair what there is", async () => {
    const video = newVideo();
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

  test("a wiped database is filled again by a round, and a damaged fence too", async () => {
    const [wiped, damaged] = [newVideo(), newVideo()];
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
    await reconcileRound(context, 10_000);
    expect([await shown(wiped), await shown(damaged)]).toEqual([["one"], ["one"]]);
    await context.alerts.settle();
    expect(alerts("drift")).toHaveLength(1);
  });

  test("a rebuild asked for is not undone by a relay under way with single changes", async () => {
    const video = newVideo();
    await post(video, "one");
    await relayVideo(context, video);
    await administer("DELETE", paths.comments(video));
    await post(video, "two");
    await requestRebuild(context.db, video);
    await Promise.all(Array.from({ length: 8 }, () => relayVideo(context, video)));
    expect(await shown(video)).toEqual(["one", "two"]);
  });

  test("after MySQL was restored to an earlier time, nothing is lost silently, and a new epoch puts it right", async () => {
    const video = newVideo();
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

  test("a sweep brings up what nobody woke, even where the queue takes no tasks", async () => {
    const video = newVideo();
    await post(video, "one");
    const { relayed } = await sweep(context, 10_000);
    expect(relayed).toBeGreaterThan(0);
    expect(await shown(video)).toEqual(["one"]);
    const row = await findVideo(context.db, video);
    expect(row?.applied_seq).toBe(row?.seq);
  });

  test("the operator's routes tell what MySQL knows, and rebuild", async () => {
    const video = newVideo();
    await post(video, "one");
    const admin = await createUser(send);
    await context.db.updateTable("users").set({ role: "admin" }).where("id", "=", admin.session!.user.id).execute();
    const status = (await admin.call<SyncStatus>("GET", "/admin/sync")).body;
    expect(status.backlog).toMatchObject({ videos: 1, changes: 1 });
    expect(status.behind).toMatchObject([{ id: video, seq: 1, applied_seq: 0 }]);
    expect((await admin.call("POST", `/admin/videos/${video}/rebuild`)).status).toBe(202);
    expect((await admin.call("POST", `/admin/videos/${newVideo()}/rebuild`)).status).toBe(404);
    await relayVideo(context, video);
    expect(await shown(video)).toEqual(["one"]);
    expect((await admin.call<SyncStatus>("GET", "/admin/sync")).body.backlog).toMatchObject({ videos: 0, changes: 0 });
    expect((await admin.call<QuarantineList>("GET", "/admin/quarantine")).body.quarantined).not.toHaveLength(0);
  });
});
