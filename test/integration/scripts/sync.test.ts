import { beforeEach, describe, expect, test } from "@jest/globals";
import { spawn } from "node:child_process";
import { randomUUID } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { root } from "../../../scripts/platform/paths.ts";
import { paths } from "../../../functions/src/contract/realtime-paths.ts";
import { relayVideo } from "../../../functions/src/relay/comments/relay.ts";
import { parkComment } from "../../../functions/src/tables/sync/parked-comments.ts";
import { takeSeq } from "../../../functions/src/tables/comments/videos.ts";
import type { Client } from "../../support/app/client.ts";
import { useFreshApp } from "../../support/app/use-app.ts";
import { createUser } from "../../support/app/users.ts";
import { until } from "../../support/until.ts";

const rules = readFileSync(join(root, "database.rules.json"), "utf8");
// A Realtime Database of its own: the command compares all that is in it. No inline relay: what is relayed, the command relays.
const world = useFreshApp({ rules, env: { INLINE_RELAY_DEADLINE_MS: "0" } });
let ada: Client;
let video: string;

beforeEach(async () => {
  ada = await createUser(world.send);
  video = `v-${randomUUID()}`;
});

function start(args: string[], env: Record<string, string> = {}) {
  const child = spawn(process.execPath, ["scripts/sync.ts", ...args], { env: { ...world.processEnv, ...env } });
  const said = { out: "", error: "" };
  child.stdout.on("data", (chunk: Buffer) => (said.out += chunk.toString()));
  child.stderr.on("data", (chunk: Buffer) => (said.error += chunk.toString()));
  const ended = new Promise<number | null>((resolve) => child.once("close", resolve));
  return { child, said, ended };
}

async function sync(args: string, env: Record<string, string> = {}) {
  const { said, ended } = start(args.split(" ").filter(Boolean), env);
  return { code: await ended, ...said };
}

const json = async (args: string) => {
  const { code, out } = await sync(`${args} --json`);
  return { code, data: JSON.parse(out) as Record<string, unknown> };
};

const post = async (content: string) => (await ada.post(video, content)).body.comment;

async function shown(): Promise<string[]> {
  const comments = (await world.context.realtime.read(paths.comments(video))) as Record<string, { content: string }>;
  return Object.values(comments ?? {}).map(({ content }) => content);
}

/** What a hand in the console can do. */
async function administer(values: Record<string, unknown>): Promise<void> {
  const url = new URL(world.context.config.realtime.url);
  url.pathname = "/.json";
  const headers = { authorization: "Bearer owner" };
  const response = await fetch(url, { method: "PATCH", headers, body: JSON.stringify(values) });
  expect(response.status).toBe(200);
}

describe("node scripts/sync.ts status", () => {
  test("says how far the Realtime Database is behind, and ends with 2 when it is for more than two minutes", async () => {
    await post("one");
    await post("two");
    const young = await sync("status");
    expect(young).toMatchObject({ code: 0, out: expect.stringContaining("behind   1 videos, 2 changes") });
    expect(young.out).toContain(`${video}  at 0 of 2`);

    const { db } = world.context;
    await db
      .updateTable("comments")
      .set({ updated_at: new Date(Date.now() - 180_000) })
      .where("video_id", "=", video)
      .execute();
    const { code, data } = await json("status");
    expect([code, data]).toEqual([
      2,
      {
        backlog: { videos: 1, changes: 2, oldest_seconds: expect.any(Number) },
        parked: 0,
        behind: [{ id: video, seq: 2, applied_seq: 0, seconds: expect.any(Number) }],
      },
    ]);
    await relayVideo(world.context, video);
    expect(await sync("status")).toMatchObject({ code: 0, out: expect.stringContaining("behind   0 videos") });
  });
});

describe("node scripts/sync.ts parked and retry", () => {
  test("parked names what is refused and ends with 2; retry brings what is refused no longer", async () => {
    expect(await sync("parked")).toMatchObject({ code: 0, out: "Nothing is parked.\n" });
    const { id, seq } = await post("one");
    await parkComment(world.context.db, { comment_id: id, video_id: video, seq, reason: "a bad day" });
    await relayVideo(world.context, video);
    expect(await shown()).toEqual([]);
    const parked = await sync("parked");
    expect([parked.code, parked.out]).toEqual([
      2,
      expect.stringMatching(`^${video}  ${id}  change 1  .*  a bad day\n$`),
    ]);
    expect(await json("parked")).toMatchObject({ code: 2, data: [{ video_id: video, comment_id: id, seq: 1 }] });

    expect(await sync("retry another")).toMatchObject({ code: 0, out: "0 videos tried again\n" });
    expect(await shown()).toEqual([]);
    expect(await sync(`retry ${video}`)).toMatchObject({ code: 0, out: "1 videos tried again\n" });
    expect([await shown(), (await sync("parked")).code]).toEqual([["one"], 0]);
  });

  test("what is refused again is parked again", async () => {
    await post("one");
    const id = `z.${randomUUID().slice(2)}`;
    await world.context.db.transaction().execute(async (transaction) => {
      const seq = await takeSeq(transaction, video);
      const row = { id, video_id: video, user_id: ada.session!.user.id, content: "refused", seq };
      await transaction.insertInto("comments").values(row).execute();
    });
    await relayVideo(world.context, video);
    expect(await sync("retry")).toMatchObject({ code: 0, out: "1 videos tried again\n" });
    expect(await json("parked")).toMatchObject({ code: 2, data: [{ comment_id: id }] });
    expect(await shown()).toEqual(["one"]);
  });
});

describe("node scripts/sync.ts rebuild and epoch", () => {
  test.each(["rebuild", "epoch"])("%s writes the whole live state, of one video or of all", async (command) => {
    const { id } = await post("one");
    await relayVideo(world.context, video);
    await ada.post("other", "two");
    await administer({ [`comments/${video}/${id}`]: null });
    expect(await sync(`${command} ${video}`)).toMatchObject({ code: 0, out: expect.stringMatching(/^1 videos /) });
    expect(await shown()).toEqual(["one"]);
    expect(await json(`${command} --all`)).toEqual({ code: 0, data: ["other", video].toSorted() });
    expect(await world.context.realtime.read(paths.comments("other"))).not.toBeNull();
  });

  test("epoch goes past the one that the Realtime Database holds", async () => {
    await post("one");
    const fence = { epoch: 7, from: 0, to: 40, at: 1 };
    await administer({ [paths.sync(video)]: fence, [`comments/${video}/later`]: { content: "of another time" } });
    expect(await sync(`reconcile ${video} --dry-run`)).toMatchObject({
      code: 2,
      out: expect.stringContaining("ahead"),
    });
    expect((await sync(`epoch ${video}`)).code).toBe(0);
    expect(await world.context.realtime.read(paths.sync(video))).toMatchObject({ epoch: 8 });
    expect(await shown()).toEqual(["one"]);
  });

  test.each(["rebuild", "epoch"])("%s wants a video that there is, or --all, and not both", async (command) => {
    const [none, both, unknown] = await Promise.all([
      sync(command),
      sync(`${command} ${video} --all`),
      sync(`${command} nowhere`),
    ]);
    const question = "Name a video, or say --all.\n";
    expect([none, both]).toEqual([
      { code: 1, out: "", error: question },
      { code: 1, out: "", error: question },
    ]);
    expect(unknown).toEqual({ code: 1, out: "", error: "There is no video nowhere.\n" });
  });
});

test("a rebuild for which the Realtime Database is away says so, and is remembered", async () => {
  await post("one");
  await relayVideo(world.context, video);
  const { code, out, error } = await sync(`rebuild ${video}`, { FIREBASE_DATABASE_EMULATOR_HOST: "127.0.0.1:1" });
  expect([code, out, error]).toEqual([1, "", expect.stringMatching(/^127\.0\.0\.1:1: no answer .*RTDB_URL.*\n$/m)]);
  expect(error).not.toMatch(/^ {4}at /m);
  expect((await json("status")).data).toMatchObject({ behind: [{ id: video, seq: 2, applied_seq: 1 }] });
});

describe("node scripts/sync.ts reconcile", () => {
  test("--dry-run says what differs, changes nothing and ends with 2; without it all is repaired", async () => {
    const { id } = await post("one");
    await post("two");
    await relayVideo(world.context, video);
    await administer({ [`comments/${video}/${id}`]: null, [`comments/${video}/stranger`]: { content: "forged" } });
    const forged = await shown();

    const dry = await sync("reconcile --dry-run");
    expect(dry).toMatchObject({
      code: 2,
      out: expect.stringContaining(`${video}  drift  1 missing, 1 extra, 0 stale`),
    });
    expect(dry.out).toMatch(/\n1 videos compared, 1 differed \(1 missing, 1 extra, 0 stale\)\n$/);
    expect(await sync(`reconcile ${video} --dry-run`)).toMatchObject({
      code: 2,
      out: `${video}  drift  1 missing, 1 extra, 0 stale\n`,
    });
    expect(await shown()).toEqual(forged);

    expect(await json("reconcile")).toMatchObject({ code: 0, data: { videos: 1, drifted: 1, missing: 1, extra: 1 } });
    expect(await shown()).toEqual(["one", "two"]);
    expect(await sync(`reconcile ${video} --dry-run`)).toMatchObject({
      code: 0,
      out: expect.stringContaining("equal"),
    });
  });

  test("videos that MySQL does not know are named, and removed with --prune alone", async () => {
    await post("one");
    await relayVideo(world.context, video);
    const change = { id: "x", deleted: true };
    await administer({
      "comments/ghost/x": { content: "from nowhere" },
      [paths.change("ghost", 1)]: change,
      [paths.sync("fence-only")]: { epoch: 1, from: 0, to: 3, at: 1 },
    });
    for (const args of ["reconcile --dry-run", "reconcile"]) {
      const { code, out } = await sync(args);
      expect([code, out]).toEqual([
        2,
        expect.stringContaining("fence-only  unknown to MySQL\nghost  unknown to MySQL\n"),
      ]);
    }
    expect(await world.context.realtime.read(paths.comments("ghost"))).not.toBeNull();
    expect(await sync("reconcile --prune --dry-run")).toMatchObject({ code: 1, out: "" });

    expect(await json("reconcile --prune")).toMatchObject({ code: 0, data: { unknown: ["fence-only", "ghost"] } });
    for (const path of [paths.comments("ghost"), paths.changes("ghost"), paths.sync("fence-only")])
      expect(await world.context.realtime.read(path)).toBeNull();
    expect(await shown()).toEqual(["one"]);
  });
});

test("node scripts/sync.ts watch brings up what is behind, until it is told to end", async () => {
  await post("one");
  const { child, said, ended } = start(["watch"]);
  await until("the comment", async () => (await shown()).length > 0);
  child.kill("SIGTERM");
  expect([await ended, said.out]).toEqual([0, "Ended.\n"]);
});
