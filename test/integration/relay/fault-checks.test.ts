import { beforeEach, describe, expect, test } from "@jest/globals";
import { sql } from "kysely";
import { randomUUID } from "node:crypto";
import type { Comment } from "../../../functions/src/contract/comment.ts";
import { changeKey } from "../../../functions/src/contract/realtime-paths.ts";
import { rebuildVideo } from "../../../functions/src/services/operation/sync.ts";
import { relayVideo } from "../../../functions/src/relay/comments/relay.ts";
import { checkInvariants } from "../../faults/invariants.ts";
import { startListeners } from "../../faults/listeners.ts";
import type { Written } from "../../faults/load.ts";
import { administer } from "../../support/realtime/administrator.ts";
import { useApp } from "../../support/app/use-app.ts";
import { environment } from "../../support/environment.ts";
import { until } from "../../support/until.ts";

const app = useApp({ users: { ada: "user" } });
const { context } = app;
const { ada } = app.users;

describe("the fault suite's last look", () => {
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

  /** After what was done behind the API's back was relayed, so that only what was acknowledged can tell. */
  async function look(): Promise<string[]> {
    await rebuildVideo(context, video);
    await relayVideo(context, video);
    const system = { db: context.db, rtdbHost: environment("FIREBASE_DATABASE_EMULATOR_HOST"), videos: [video] };
    return checkInvariants(system, written);
  }

  test("finds nothing where all that was acknowledged is there", async () => {
    expect(await look()).toEqual([]);
  });

  test("takes an edit that was not answered as it comes, and only that", async () => {
    const [one] = written;
    const content = `${one!.name}version 3 `;
    one!.unanswered = content;
    expect(await look()).toEqual([]);
    await sql`UPDATE comments SET version = 3, content = ${content} WHERE id = ${one!.id!}`.execute(context.db);
    expect(await look()).toEqual([]);
    one!.unanswered = "something else";
    expect(await look()).toEqual([expect.stringContaining("acknowledged at version 2 and is another 3")]);
  });

  test.each([
    ["an edit taken back", "UPDATE comments SET version = 1, content = 'comment' WHERE id = ?", 0, "is another 1"],
    ["an edit's text lost", "UPDATE comments SET content = 'comment' WHERE id = ?", 0, "is another 2"],
    ["an edit done twice", "UPDATE comments SET version = 3 WHERE id = ?", 0, "is another 3"],
    ["a comment lost", "DELETE FROM comments WHERE id = ?", 2, "is lost"],
    ["a deleted one back", "UPDATE comments SET deleted_at = NULL WHERE id = ?", 1, "is back"],
  ])("finds %s", async (_, statement, which, found) => {
    const [before = "", after = ""] = statement.split("?");
    await sql`${sql.raw(before)}${written[which]!.id!}${sql.raw(after)}`.execute(context.db);
    expect(await look()).toEqual([expect.stringContaining(found)]);
  });

  test("finds a comment that was posted twice, though one was edited since", async () => {
    await ada.post(video, written[0]!.name);
    expect(await look()).toEqual([expect.stringContaining("was posted more than once")]);
  });

  test("finds what the Realtime Database holds otherwise", async () => {
    await look();
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
  ])("complain of %s, and of nothing before", async (_, wrong, complaint) => {
    const video = `v-${randomUUID()}`;
    const host = environment("FIREBASE_DATABASE_EMULATOR_HOST");
    const listeners = startListeners(host, environment("GCLOUD_PROJECT"), [video]);
    try {
      const right = { "comments/$/c": comment(5, 2), "changes/$": { [changeKey(5)]: comment(5, 2) } };
      // Each is told at once that nothing is there.
      await until("both to listen", () => listeners.heard >= 2);
      await at(video, { ...right, "sync/$": { epoch: 1, from: 4, to: 5 } });
      await until("both to hear of it", () => listeners.heard >= 4);
      // Out of the window and in again is no going back.
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
