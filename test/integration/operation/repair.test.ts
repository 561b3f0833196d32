import { expect, test } from "@jest/globals";
import { sql } from "kysely";
import type { Context } from "../../../functions/src/context.ts";
import type { ComparedSubject, ReconcilePage, VideoSync } from "../../../functions/src/contract/operation.ts";
import type { UserSession } from "../../../functions/src/contract/account.ts";
import type { Problem } from "../../../functions/src/contract/problems.ts";
import { paths } from "../../../functions/src/contract/realtime-paths.ts";
import { relayVideo } from "../../../functions/src/relay/videos/relay-video.ts";
import { reconcileNextPage } from "../../../functions/src/services/operation/repair.ts";
import { useApp } from "../../support/app/use-app.ts";
import { administer } from "../../support/realtime/administrator.ts";

const app = useApp({ users: { admin: "admin", ada: "user" } });
const { admin, ada } = app.users;

const syncOf = async (video: string) => (await admin.call<VideoSync>("GET", `/admin/videos/${video}/sync`)).body;

test("a rebuild can be followed to its end", async () => {
  const video = app.newVideoId();
  await ada.post(video, "one");
  await admin.call("POST", `/admin/videos/${video}/rebuild`);
  await relayVideo(app.context, video);
  expect(await syncOf(video)).toMatchObject({ seq: 2, applied_seq: 2, is_behind: false, is_rebuilding: false });
  expect((await admin.call("GET", "/admin/videos/unknown/sync")).status).toBe(404);
});

test("a comparison of one video finds drift and repairs it only when it is told to", async () => {
  const video = app.newVideoId();
  await ada.post(video, "one");
  await relayVideo(app.context, video);
  await administer("DELETE", paths.comments(video));
  const compare = async (repair: boolean) =>
    (await admin.call<ComparedSubject>("POST", `/admin/videos/${video}/reconcile`, { repair })).body;
  expect(await compare(false)).toEqual({ id: video, outcome: "drift", missing: 1, extra: 0, stale: 0 });
  expect(await compare(true)).toMatchObject({ outcome: "drift" });
  expect(await compare(true)).toMatchObject({ outcome: "equal" });
});

test("a comment whose video could not be rebuilt stays in quarantine, so a second retry finds it", async () => {
  const video = app.newVideoId();
  const { id, seq } = (await ada.post(video, "one")).body.comment;
  await app.db
    .insertInto("quarantined_comments")
    .values({ comment_id: id, video_id: video, seq, reason: "refused" })
    .execute();
  const retry = () => admin.call("POST", "/admin/quarantine/retry", { video_id: video });
  await sql`CREATE TRIGGER no_rebuild BEFORE UPDATE ON videos FOR EACH ROW SIGNAL SQLSTATE '45000'`.execute(app.db);
  const failed = await retry();
  await sql`DROP TRIGGER no_rebuild`.execute(app.db);
  expect(failed.status).toBe(500);
  expect(await retry()).toMatchObject({ status: 200, body: { video_ids: [video] } });
});

test("a repair that only a new epoch makes possible says so", async () => {
  const video = app.newVideoId();
  await ada.post(video, "one");
  await relayVideo(app.context, video);
  await administer("PUT", paths.sync(video), { epoch: 7, from: 0, to: 40, at: 1 });
  // The relay meets the later epoch when it has something to write.
  await ada.post(video, "two");
  const refused = await admin.call<Problem>("POST", `/admin/videos/${video}/reconcile`, { repair: true });
  expect(refused).toMatchObject({
    status: 503,
    body: { code: "unavailable", detail: expect.stringContaining("begin a new epoch") },
  });
});

test("a comparison of all goes page by page to the end, and finds each that differs", async () => {
  const video = app.newVideoId();
  await ada.post(video, "one");
  await relayVideo(app.context, video);
  const rows = Array.from({ length: 60 }, (_, n) => ({ id: `page-${String(n).padStart(3, "0")}` }));
  await app.db.insertInto("videos").values(rows).execute();
  await administer("DELETE", paths.comments(video));
  const pages: ReconcilePage[] = [];
  let cursor: string | undefined;
  do {
    const { body } = await admin.call<ReconcilePage>("POST", "/admin/reconcile", {
      subject: "videos",
      repair: true,
      ...(cursor !== undefined && { cursor }),
    });
    pages.push(body);
    cursor = body.next_cursor ?? undefined;
  } while (cursor !== undefined);
  expect(pages.length).toBeGreaterThan(1);
  expect(pages.flatMap(({ drifted }) => drifted.map(({ id }) => id))).toContain(video);
  const { count } = await app.db
    .selectFrom("videos")
    .select((select) => select.fn.countAll<string>().as("count"))
    .executeTakeFirstOrThrow();
  expect(pages.reduce((sum, { compared }) => sum + compared, 0)).toBe(Number(count));
  // The first page tells how many there are.
  expect(pages.map(({ total }) => total)).toEqual([Number(count), ...pages.slice(1).map(() => null)]);
});

test("the first page tells how many there were before it, so that none created meanwhile seems to be missed", async () => {
  const { videoRelay } = app.context;
  const { count } = await app.db
    .selectFrom("videos")
    .select((select) => select.fn.countAll<string>().as("count"))
    .executeTakeFirstOrThrow();
  const context: Context = {
    ...app.context,
    videoRelay: {
      ...videoRelay,
      async reconcilePage(page) {
        const lastId = await videoRelay.reconcilePage(page);
        await app.db.insertInto("videos").values({ id: app.newVideoId() }).execute();
        return lastId;
      },
    },
  };
  const { total } = await reconcileNextPage(context, { subject: "videos", repair: false });
  expect(total).toBe(Number(count));
});

test("an admin sees a user's sessions and ends them", async () => {
  const user = await app.user();
  const sessions = async () =>
    (await admin.call<{ sessions: UserSession[] }>("GET", `/users/${user.id}/sessions`)).body.sessions;
  expect(await sessions()).toHaveLength(1);
  expect((await admin.call("DELETE", `/users/${user.id}/sessions`)).body).toEqual({ ended: 1 });
  expect(await sessions()).toEqual([]);
  expect(await user.isSignedIn()).toBe(false);
  expect(await app.audit("user.sign_out", user.id)).toHaveLength(1);
});
