import { afterAll, beforeAll, beforeEach, describe, expect, test } from "@jest/globals";
import { sql } from "kysely";
import { randomUUID } from "node:crypto";
import { createApp } from "../../../functions/src/app.ts";
import type { Comment } from "../../../functions/src/contract/comment.ts";
import { changeKey } from "../../../functions/src/contract/realtime-paths.ts";
import { rebuildVideo } from "../../../functions/src/services/operation/sync.ts";
import { relayVideo } from "../../../functions/src/relay/videos/relay-video.ts";
import { checkInvariants } from "../../faults/invariants.ts";
import { startListeners } from "../../faults/listeners.ts";
import type { Written } from "../../faults/load.ts";
import { administer } from "../../support/administrator.ts";
import type { Client } from "../../support/client.ts";
import { createUser } from "../../support/client.ts";
import type { TestContext } from "../../support/context.ts";
import { createTestContext } from "../../support/context.ts";
import { environment } from "../../support/environment.ts";
import { until } from "../../support/until.ts";

let context: TestContext;
let ada: Client;
beforeAll(async () => {
  context = await createTestContext();
  const app = createApp(context);
  ada = await createUser((path, init) => app.request(path, init));
});
afterAll(() => context.close());

describe("the fault suite's check of the end state", () => {
  let video: string;
  let written: Written[];
  let count = 0;

  beforeEach(async () => {
    video = `v-${randomUUID()}`;
    written = [];
    for (const _ of [1, 2, 3]) {
      const name = `comment ${(count += 1)} `;
      const { id } = (await ada.post(video, name)).body.comment;
      written.push({ by: ada, videoId: video, name, id, version: 1, content: name });
    }
    const [one, two] = written;
    const content = `${one!.name}version 2 `;
    await ada.call("PATCH", `/videos/${video}/comments/${one!.id!}`, { content }, { "if-match": '"1"' });
    Object.assign(one!, { version: 2, content });
    await ada.delete(video, two!.id!);
    two!.deleted = true;
  });

  /** Relays what the test changed past the API, so that the mirror equals MySQL, and checks the state. */
  async function check(): Promise<string[]> {
    await rebuildVideo(context, video);
    await relayVideo(context, video);
    const system = { db: context.db, rtdbHost: environment("FIREBASE_DATABASE_EMULATOR_HOST"), videos: [video] };
    return checkInvariants(system, written);
  }

  test("finds nothing when all acknowledged writes are there", async () => {
    expect(await check()).toEqual([]);
  });

  test("accepts an edit without a response as done or not done, and only that edit", async () => {
    const [one] = written;
    const content = `${one!.name}version 3 `;
    one!.unanswered = content;
    expect(await check()).toEqual([]);
    await sql`UPDATE comments SET version = 3, content = ${content} WHERE id = ${one!.id!}`.execute(context.db);
    expect(await check()).toEqual([]);
    one!.unanswered = "something else";
    expect(await check()).toEqual([expect.stringContaining("acknowledged at version 2 and is another 3")]);
  });

  test.each([
    ["a lost edit", "UPDATE comments SET version = 1, content = 'comment' WHERE id = ?", 0, "is another 1"],
    ["the lost text of an edit", "UPDATE comments SET content = 'comment' WHERE id = ?", 0, "is another 2"],
    ["an edit that was made twice", "UPDATE comments SET version = 3 WHERE id = ?", 0, "is another 3"],
    ["a lost comment", "DELETE FROM comments WHERE id = ?", 2, "is lost"],
    ["a deleted comment that is back", "UPDATE comments SET deleted_at = NULL WHERE id = ?", 1, "is back"],
  ])("finds %s", async (_, statement, which, found) => {
    const [before = "", after = ""] = statement.split("?");
    await sql`${sql.raw(before)}${written[which]!.id!}${sql.raw(after)}`.execute(context.db);
    expect(await check()).toEqual([expect.stringContaining(found)]);
  });

  test("finds a comment that was posted twice, even if one copy was edited since", async () => {
    await ada.post(video, written[0]!.name);
    expect(await check()).toEqual([expect.stringContaining("was posted more than once")]);
  });

  test("finds a difference in the Realtime Database", async () => {
    await check();
    await administer("PATCH", `comments/${video}/${written[0]!.id!}`, { version: 1 });
    const system = { db: context.db, rtdbHost: environment("FIREBASE_DATABASE_EMULATOR_HOST"), videos: [video] };
    expect(await checkInvariants(system, written)).toEqual([expect.stringContaining("is stale")]);
  });
});

describe("the fault suite's listeners", () => {
  const comment = (seq: number, version: number) => ({ id: "c", seq, version, content: "x" }) as Comment;
  const at = (video: string, values: object) =>
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
  ])("report %s, and nothing before", async (_, wrong, complaint) => {
    const video = `v-${randomUUID()}`;
    const host = environment("FIREBASE_DATABASE_EMULATOR_HOST");
    const listeners = startListeners(host, environment("GCLOUD_PROJECT"), [video]);
    try {
      const right = { "comments/$/c": comment(5, 2), "changes/$": { [changeKey(5)]: comment(5, 2) } };
      // Each hears at once that there is nothing.
      await until("both to listen", () => listeners.heard >= 2);
      await at(video, { ...right, "sync/$": { epoch: 1, from: 4, to: 5 } });
      await until("both to hear of it", () => listeners.heard >= 4);
      // A comment that leaves the window and comes back does not go back.
      await at(video, { "comments/$/c": null });
      await at(video, { "comments/$/c": comment(5, 2), "sync/$/to": 6 });
      await until("both to hear of it", () => listeners.heard >= 6);
      expect(listeners.violations).toEqual([]);
      await at(video, wrong);
      await until("the complaint", () => listeners.violations.length > 0);
      expect(listeners.violations[0]).toContain(complaint);
    } finally {
      await listeners.close();
    }
  });
});
