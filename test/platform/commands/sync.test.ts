import { beforeEach, describe, expect, test } from "@jest/globals";
import { spawn } from "node:child_process";
import { randomUUID } from "node:crypto";
import { once } from "node:events";
import { text } from "node:stream/consumers";
import { paths } from "../../../functions/src/contract/realtime-paths.ts";
import { relayVideo } from "../../../functions/src/relay/videos/relay-video.ts";
import { quarantineComment } from "../../../functions/src/tables/sync/quarantined-comments.ts";
import { takeSeq } from "../../../functions/src/tables/comments/videos.ts";
import { rtdbHost } from "../../support/app/processes/process-env.ts";
import { runScript } from "../../support/app/processes/script.ts";
import { useFreshApp } from "../../support/app/use-app.ts";
import { administer as administerAt } from "../../support/realtime/administrator.ts";
import { RULES } from "../../support/realtime/rules.ts";
import { until } from "../../support/until.ts";

// A Realtime Database of its own, since the command compares everything in it. No inline relay: only the command relays.
const app = useFreshApp({ rules: RULES, users: { ada: "user" }, env: { INLINE_RELAY_DEADLINE_MS: "0" } });
const { context } = app;
const { ada } = app.users;
let video: string;
beforeEach(() => {
  video = app.newVideoId();
});

const sync = (args: string, env: Record<string, string> = {}) =>
  runScript("sync", args.split(" ").filter(Boolean), { ...app.processEnv, ...env });

const json = async (args: string) => {
  const { code, out } = await sync(`${args} --json`);
  return { code, data: JSON.parse(out) as Record<string, unknown> };
};

const post = async (content: string) => (await ada.post(video, content)).body.comment;

async function shown(): Promise<string[]> {
  const comments = (await context.realtime.read(paths.comments(video))) as Record<string, { content: string }>;
  return Object.values(comments ?? {}).map(({ content }) => content);
}

/** Writes as an administrator, as in the console. */
const administer = (values: Record<string, unknown>) => administerAt("PATCH", "", values, rtdbHost(context.config));

describe("node scripts/sync.ts status", () => {
  test("says how far the Realtime Database is behind, and exits with 2 if more than two minutes", async () => {
    await post("one");
    await post("two");
    const young = await sync("status");
    expect(young).toMatchObject({ code: 0, out: expect.stringContaining("behind      1 videos, 2 changes") });
    expect(young.out).toContain("behind      1 users, 1 changes");
    expect(young.out).toContain(`${video}  at change 0 of 2`);

    const { db } = context;
    await db
      .updateTable("videos")
      .set({ behind_since: new Date(Date.now() - 180_000) })
      .where("id", "=", video)
      .execute();
    const { code, data } = await json("status");
    expect([code, data]).toEqual([
      2,
      {
        backlog: {
          videos: { count: 1, changes: 2, oldest_seconds: expect.any(Number) },
          users: { count: 1, changes: 1, oldest_seconds: expect.any(Number) },
        },
        quarantined: 0,
        behind: [{ id: video, seq: 2, applied_seq: 0, seconds: expect.any(Number) }],
      },
    ]);
    await relayVideo(context, video);
    expect(await sync("status")).toMatchObject({ code: 0, out: expect.stringContaining("behind      0 videos") });
  });

  test("exits with 2 if a user is behind for more than two minutes", async () => {
    const behindSince = new Date(Date.now() - 180_000);
    await context.db.updateTable("user_mirrors").set({ behind_since: behindSince }).execute();
    expect((await sync("status")).code).toBe(2);
    await context.userRelay.runTask({ user_id: ada.id });
    expect(await sync("status")).toMatchObject({ code: 0, out: expect.stringContaining("behind      0 users") });
  });
});

describe("node scripts/sync.ts quarantine and retry", () => {
  test("quarantine lists what is refused and exits with 2; retry relays what is not refused any more", async () => {
    expect(await sync("quarantine")).toMatchObject({ code: 0, out: "No comment is in quarantine.\n" });
    const { id, seq } = await post("one");
    await quarantineComment(context.db, { comment_id: id, video_id: video, seq, reason: "a bad day" });
    await relayVideo(context, video);
    expect(await shown()).toEqual([]);
    const quarantined = await sync("quarantine");
    expect([quarantined.code, quarantined.out]).toEqual([
      2,
      expect.stringMatching(`^${video}  ${id}  change 1  .*  a bad day\n$`),
    ]);
    expect(await json("quarantine")).toMatchObject({ code: 2, data: [{ video_id: video, comment_id: id, seq: 1 }] });

    await ada.post("another", "two");
    expect(await sync("retry another")).toMatchObject({ code: 0, out: "0 videos tried again\n" });
    expect(await shown()).toEqual([]);
    expect(await sync(`retry ${video}`)).toMatchObject({ code: 0, out: "1 videos tried again\n" });
    expect([await shown(), (await sync("quarantine")).code]).toEqual([["one"], 0]);
  });

  test("retry quarantines again what is refused again", async () => {
    await post("one");
    const id = `z.${randomUUID().slice(2)}`;
    await context.db.transaction().execute(async (transaction) => {
      const seq = await takeSeq(transaction, video);
      const row = { id, video_id: video, user_id: ada.id, content: "refused", seq };
      await transaction.insertInto("comments").values(row).execute();
    });
    await relayVideo(context, video);
    expect(await sync("retry")).toMatchObject({ code: 0, out: "1 videos tried again\n" });
    expect(await json("quarantine")).toMatchObject({ code: 2, data: [{ comment_id: id }] });
    expect(await shown()).toEqual(["one"]);
  });
});

describe("node scripts/sync.ts rebuild and epoch", () => {
  test.each(["rebuild", "epoch"])("%s writes the whole live state of one video, or of all", async (command) => {
    const { id } = await post("one");
    await relayVideo(context, video);
    await ada.post("other", "two");
    await administer({ [`comments/${video}/${id}`]: null });
    expect(await sync(`${command} ${video}`)).toMatchObject({ code: 0, out: expect.stringMatching(/^1 videos /) });
    expect(await shown()).toEqual(["one"]);
    expect(await json(`${command} --all`)).toEqual({ code: 0, data: ["other", video].toSorted() });
    expect(await context.realtime.read(paths.comments("other"))).not.toBeNull();
  });

  test("epoch begins one later than the Realtime Database holds", async () => {
    await post("one");
    await relayVideo(context, video);
    const fence = { epoch: 7, from: 0, to: 40, at: 1 };
    await administer({ [paths.sync(video)]: fence, [`comments/${video}/later`]: { content: "of another time" } });
    expect(await sync(`reconcile ${video} --dry-run`)).toMatchObject({
      code: 2,
      out: expect.stringContaining("ahead"),
    });
    // A command that leaves something to do has failed.
    expect([(await sync(`reconcile ${video}`)).code, (await sync("reconcile --dry-run")).code]).toEqual([1, 2]);
    expect(await sync("reconcile")).toMatchObject({ code: 1, out: expect.stringContaining("1 ahead of MySQL") });
    expect((await sync(`epoch ${video}`)).code).toBe(0);
    expect(await context.realtime.read(paths.sync(video))).toMatchObject({ epoch: 8 });
    expect(await shown()).toEqual(["one"]);
  });

  test.each(["rebuild", "epoch"])("%s takes either a known video or --all", async (command) => {
    const [none, both, unknown] = await Promise.all([
      sync(command),
      sync(`${command} ${video} --all`),
      sync(`${command} nowhere`),
    ]);
    const message = "Name a video, or say --all.\n";
    expect([none, both]).toEqual([
      { code: 1, out: "", error: message },
      { code: 1, out: "", error: message },
    ]);
    expect(unknown).toEqual({ code: 3, out: "", error: "There is no video nowhere.\n" });
  });
});

test("a rebuild says that the Realtime Database is away, and is done later", async () => {
  await post("one");
  await relayVideo(context, video);
  const { code, out, error } = await sync(`rebuild ${video}`, { FIREBASE_DATABASE_EMULATOR_HOST: "127.0.0.1:1" });
  expect([code, out, error]).toEqual([1, "", expect.stringMatching(/^127\.0\.0\.1:1: no answer .*RTDB_URL.*\n$/m)]);
  expect(error).not.toMatch(/^ {4}at /m);
  expect((await json("status")).data).toMatchObject({ behind: [{ id: video, seq: 2, applied_seq: 1 }] });
});

describe("node scripts/sync.ts reconcile", () => {
  test("--dry-run says what differs, changes nothing and exits with 2; without it everything is repaired", async () => {
    const { id } = await post("one");
    await post("two");
    await relayVideo(context, video);
    await administer({ [`comments/${video}/${id}`]: null, [`comments/${video}/stranger`]: { content: "forged" } });
    const forged = await shown();

    const dry = await sync("reconcile --dry-run");
    expect(dry).toMatchObject({
      code: 2,
      out: expect.stringContaining(`${video}  drift  1 missing, 1 extra, 0 stale`),
    });
    expect(dry.out).toContain("\n1 videos compared, 1 differed (1 missing, 1 extra, 0 stale)\n");
    expect(dry.out).toContain("\n1 users compared, 0 differed\n");
    expect(await sync(`reconcile ${video} --dry-run`)).toMatchObject({
      code: 2,
      out: `${video}  drift  1 missing, 1 extra, 0 stale\n`,
    });
    expect(await shown()).toEqual(forged);

    expect(await json("reconcile")).toMatchObject({
      code: 0,
      data: { videos: { compared: 1, drifted: 1, missing: 1, extra: 1 }, users: { compared: 1, drifted: 0 } },
    });
    expect(await shown()).toEqual(["one", "two"]);
    expect(await sync(`reconcile ${video} --dry-run`)).toMatchObject({
      code: 0,
      out: expect.stringContaining("equal"),
    });
  });

  test("videos that MySQL does not know are listed, and removed with --prune only", async () => {
    await post("one");
    await relayVideo(context, video);
    const change = { id: "x", deleted: true };
    await administer({
      "comments/unknown/x": { content: "from nowhere" },
      [paths.change("unknown", 1)]: change,
      [paths.sync("fence-only")]: { epoch: 1, from: 0, to: 3, at: 1 },
    });
    for (const args of ["reconcile --dry-run", "reconcile"]) {
      const { code, out } = await sync(args);
      expect([code, out]).toEqual([
        2,
        expect.stringContaining("fence-only  unknown to MySQL\nunknown  unknown to MySQL\n"),
      ]);
    }
    expect(await context.realtime.read(paths.comments("unknown"))).not.toBeNull();
    expect(await sync("reconcile --prune --dry-run")).toMatchObject({ code: 1, out: "" });

    const refused = await sync("reconcile --prune");
    expect([refused.code, refused.out]).toEqual([1, ""]);
    expect(refused.error).toMatch(
      /^ {2}fence-only\n {2}unknown\nNothing was done\. This removes 2 videos .*--yes.*\n$/,
    );
    expect(await context.realtime.read(paths.comments("unknown"))).not.toBeNull();

    const pruned = await json("reconcile --prune --yes");
    expect(pruned).toMatchObject({ code: 0, data: { unknown: ["fence-only", "unknown"] } });
    for (const path of [paths.comments("unknown"), paths.changes("unknown"), paths.sync("fence-only")])
      expect(await context.realtime.read(path)).toBeNull();
    expect(await shown()).toEqual(["one"]);
    // Nothing is left to ask about.
    expect(await sync("reconcile --prune")).toMatchObject({ code: 0 });
  });
});

test("node scripts/sync.ts watch relays videos and users that are behind, until it is told to end", async () => {
  await post("one");
  const child = spawn(process.execPath, ["scripts/sync.ts", "watch"], { env: app.processEnv, stdio: "pipe" });
  const [ended, output] = [once(child, "close"), text(child.stdout)];
  await until("the comment", async () => (await shown()).length > 0);
  const online = paths.online(ada.id);
  await until("the user", async () => (await context.realtime.read(online)) !== null);
  child.kill("SIGTERM");
  expect([(await ended)[0], await output]).toEqual([0, "Ended.\n"]);
});
