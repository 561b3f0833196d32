import { beforeEach, describe, expect, test } from "@jest/globals";
import { sql } from "kysely";
import type { Comment } from "../../../functions/src/contract/comment.ts";
import { changeKey } from "../../../functions/src/contract/realtime-paths.ts";
import { rebuildVideo } from "../../../functions/src/services/operation/repair.ts";
import { relayVideo } from "../../../functions/src/relay/videos/relay-video.ts";
import { findBrokenWrites } from "../../faults/checks/durable.ts";
import { startListeners } from "../../faults/checks/listeners.ts";
import { findEarlyMarks } from "../../faults/checks/marks.ts";
import { compareVideo } from "../../faults/checks/mirror.ts";
import type { SentComment } from "../../faults/load.ts";
import type { Violation } from "../../faults/violations.ts";
import { administer } from "../../support/realtime/administrator.ts";
import { useApp } from "../../support/app/use-app.ts";
import { environment } from "../../support/environment.ts";
import { until } from "../../support/until.ts";

const app = useApp({ users: { ada: "user" } });
const { context } = app;
const { ada } = app.users;
let video: string;
beforeEach(() => {
  video = app.newVideoId();
});

/** What the checks need of the fault suite's system. */
const system = () => ({
  db: context.db,
  rtdbHost: environment("FIREBASE_DATABASE_EMULATOR_HOST"),
  videos: [video],
  damage: { videos: new Set<string>(), withRefused: new Set<string>(), isWiped: false },
});

let count = 0;
async function post(): Promise<SentComment> {
  count += 1;
  const name = `comment ${count} `;
  const { id } = (await ada.post(video, name)).body.comment;
  return { author: ada, videoId: video, name, id, version: 1, content: name, isDeleted: false };
}

describe("the fault suite's check of acknowledged writes", () => {
  let edited: SentComment;
  let deleted: SentComment;
  let posted: SentComment;

  beforeEach(async () => {
    [edited, deleted, posted] = [await post(), await post(), await post()];
    const content = `${edited.name}version 2 `;
    await ada.call("PATCH", `/videos/${video}/comments/${edited.id!}`, { content }, { "if-match": '"1"' });
    Object.assign(edited, { version: 2, content });
    await ada.delete(video, deleted.id!);
    deleted.isDeleted = true;
  });

  async function findBroken(): Promise<string[]> {
    const rows = await context.db.selectFrom("comments").selectAll().where("video_id", "=", video).execute();
    return findBrokenWrites(rows, [edited, deleted, posted]);
  }

  test("finds nothing when every acknowledged write is there", async () => {
    expect(await findBroken()).toEqual([]);
  });

  test("accepts an unacknowledged edit, whether it happened or not, and no other", async () => {
    const content = `${edited.name}version 3 `;
    edited.nextContent = content;
    expect(await findBroken()).toEqual([]);
    await sql`UPDATE comments SET version = 3, content = ${content} WHERE id = ${edited.id!}`.execute(context.db);
    expect(await findBroken()).toEqual([]);
    edited.nextContent = "something else";
    expect(await findBroken()).toEqual([expect.stringContaining("acknowledged at version 2 and is now another")]);
  });

  test.each([
    ["an edit taken back", "UPDATE comments SET version = 1, content = 'comment' WHERE id = ?", "another version 1"],
    ["an edit's text lost", "UPDATE comments SET content = 'comment' WHERE id = ?", "another version 2"],
    ["an edit done twice", "UPDATE comments SET version = 3 WHERE id = ?", "another version 3"],
    ["a comment lost", "DELETE FROM comments WHERE id = ?", "is lost"],
  ])("finds %s", async (_, statement, expected) => {
    const [before = "", after = ""] = statement.split("?");
    await sql`${sql.raw(before)}${edited.id!}${sql.raw(after)}`.execute(context.db);
    expect(await findBroken()).toEqual([expect.stringContaining(expected)]);
  });

  test("finds a deleted comment that is back", async () => {
    await sql`UPDATE comments SET deleted_at = NULL WHERE id = ${deleted.id!}`.execute(context.db);
    expect(await findBroken()).toEqual([expect.stringContaining("is back")]);
  });

  test("finds a comment that was posted twice, though one copy was edited", async () => {
    await ada.post(video, edited.name);
    expect(await findBroken()).toEqual([expect.stringContaining("was posted more than once")]);
  });
});

describe("the fault suite's comparison with the mirror", () => {
  let comment: SentComment;
  beforeEach(async () => {
    comment = await post();
    await rebuildVideo(context, video);
    await relayVideo(context, video);
  });

  test("finds no difference after the relay", async () => {
    expect(await compareVideo(system(), video)).toEqual({ isMoving: false, differences: [] });
  });

  test.each([
    ["a stale comment", () => ({ [`comments/${video}/${comment.id!}/version`]: 7 }), "is stale"],
    ["a missing comment", () => ({ [`comments/${video}/${comment.id!}`]: null }), "is missing"],
    ["a comment too many", () => ({ [`comments/${video}/stranger`]: { content: "x" } }), "should not be"],
    ["a missing change", () => ({ [`changes/${video}`]: null }), "is missing"],
  ])("finds %s", async (_, values, expected) => {
    await administer("PATCH", "", values());
    const { isMoving, differences } = await compareVideo(system(), video);
    expect([isMoving, differences[0]]).toEqual([false, expect.stringContaining(expected)]);
  });

  test("says that a video moves while a change waits for the relay", async () => {
    await sql`UPDATE videos SET seq = seq + 1 WHERE id = ${video}`.execute(context.db);
    expect(await compareVideo(system(), video)).toMatchObject({ isMoving: true });
  });
});

test("the fault suite finds a mark that is ahead of the fence, and none before", async () => {
  await post();
  await relayVideo(context, video);
  const findOwn = async () => (await findEarlyMarks(system())).filter((text) => text.startsWith(video));
  expect(await findOwn()).toEqual([]);
  await sql`UPDATE videos SET seq = 2, applied_seq = 2 WHERE id = ${video}`.execute(context.db);
  expect(await findOwn()).toEqual([`${video} is marked up to 2, its fence is at 1`]);
});

describe("the fault suite's listeners", () => {
  const comment = (seq: number, version: number) => ({ id: "c", seq, version, content: "x" }) as Comment;
  const write = (values: object) =>
    administer(
      "PATCH",
      "",
      Object.fromEntries(Object.entries(values).map(([place, value]) => [place.replace("$", video), value])),
    );

  test.each([
    ["a version that goes back", { "comments/$/c": comment(5, 1) }, "went back from version 2 to 1"],
    [
      "a version that goes back among the changes",
      { "changes/$": { [changeKey(6)]: comment(6, 1) } },
      "from version 2 to 1",
    ],
    ["a change that goes back", { "comments/$/c": comment(4, 2) }, "went back from change 5 to 4"],
    ["a fence that goes back", { "sync/$/to": 4 }, "fence of"],
  ])("report %s, and nothing before", async (_, wrong, expected) => {
    const violations: Violation[] = [];
    const listeners = startListeners(system(), (invariant, text) => violations.push({ invariant, text }));
    try {
      const right = { "comments/$/c": comment(5, 2), "changes/$": { [changeKey(5)]: comment(5, 2) } };
      // A listener first hears that nothing is there.
      await until("both to listen", () => listeners.moves >= 2);
      await write({ ...right, "sync/$": { epoch: 1, from: 4, to: 5 } });
      await until("both to hear of it", () => listeners.moves >= 4);
      // A comment may leave the window and come back.
      await write({ "comments/$/c": null });
      await write({ "comments/$/c": comment(5, 2), "sync/$/to": 6 });
      await until("both to hear of it", () => listeners.moves >= 6);
      expect(violations).toEqual([]);
      await write(wrong);
      await until("the violation", () => violations.length > 0);
      expect(violations[0]).toEqual({ invariant: "order", text: expect.stringContaining(expected) });
    } finally {
      await listeners.close();
    }
  });
});
