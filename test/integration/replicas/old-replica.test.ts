import { beforeAll, beforeEach, describe, expect, test } from "@jest/globals";
import { exportComments } from "../../../functions/src/services/transfer/export-comments.ts";
import type { Client } from "../../support/app/client.ts";
import { useApp } from "../../support/app/use-app.ts";
import { type ReplicatedApi, useReplicated } from "../../support/app/use-replicated.ts";
import { createUser, createUserOf, updateUser } from "../../support/app/users.ts";
import { canReplicate } from "../../support/mysql/replicated.ts";
import { until } from "../../support/until.ts";

/** Far longer than a test takes: what the replica shows may be old, and it is used all the time. */
const NEVER_TOO_OLD = 3_600;

const seqOf = ({ headers }: { headers: Headers }) => headers.get("video-seq")!;

(canReplicate ? describe : describe.skip)("a replica that stands still", () => {
  const app = useApp();
  const replicated = useReplicated(app);
  let writer: ReplicatedApi;
  let reader: ReplicatedApi;
  let ada: Client;
  let moderator: Client;
  let grace: Client;

  beforeAll(async () => {
    writer = replicated.openApi({ maxLagSeconds: NEVER_TOO_OLD });
    ada = await createUser(writer.send);
    grace = await createUser(writer.send);
    moderator = await createUserOf(writer.context, writer.send, "moderator");
  });

  let video: string;
  /** What the replica has: one comment, which is then edited, and a second comment that comes later. */
  let old: { id: string; seq: string };

  const contents = async (client: Client, headers: Record<string, string> = {}) => {
    const path = `/videos/${video}/comments`;
    const { body } = await client.call<{ comments: { content: string }[] }>("GET", path, undefined, headers);
    return body.comments.map(({ content }) => content);
  };

  async function prepare(): Promise<void> {
    await replicated.servers.onReplica("START REPLICA SQL_THREAD");
    // Each test has a reader of its own, which knows of no change.
    reader = replicated.openApi({ maxLagSeconds: NEVER_TOO_OLD });
    video = app.newVideoId();
    const posted = await ada.post(video, "first");
    old = { id: posted.body.comment.id, seq: seqOf(posted) };
    // Signed out and without a number: answered by the replica once that is known to be one.
    await until("the comment on the replica", async () => {
      await reader.untilUsed(video);
      return (await contents(reader.anonymous)).length === 1;
    });
    await writer.untilUsed(video);
    await replicated.servers.onReplica("STOP REPLICA SQL_THREAD");
  }
  beforeEach(prepare);

  const isLeftOut = () =>
    [reader, writer].some(({ logged }) => logged.some((line) => line.includes('"replica left out"')));

  /** A test that is run again, from its start, if the replica was left out meanwhile: on a slow machine it answers too late at times. */
  const whileUsed = (work: () => Promise<void>) => async () => {
    for (let attempt = 1; ; attempt += 1) {
      for (const { logged } of [reader, writer]) logged.length = 0;
      try {
        return await work();
      } catch (error) {
        if (attempt === 5 || !isLeftOut()) throw error;
      }
      await prepare();
    }
  };

  test(
    "shows its own state to a reader who is signed out and names no change",
    whileUsed(async () => {
      await ada.post(video, "second");
      expect(await contents(reader.anonymous)).toEqual(["first"]);
      expect((await reader.anonymous.changes(video, "?after=0")).body.changes).toHaveLength(1);
      expect((await reader.anonymous.read(video, old.id)).body.comment.content).toBe("first");
    }),
  );

  test("is not asked for somebody who is signed in and names no change: they see what they wrote elsewhere", async () => {
    await ada.post(video, "second");
    expect(await contents(ada.through(reader.send))).toEqual(["second", "first"]);
  });

  test(
    "does not answer a reader who names a change that it lacks, whatever they read",
    whileUsed(async () => {
      const seq = seqOf(await ada.edit(video, old.id, "edited"));
      const headers = { "min-video-seq": seq };
      const get = (path: string) => reader.anonymous.call("GET", `/videos/${video}${path}`, undefined, headers);
      for (const path of ["/comments", `/comments/${old.id}`, "/changes?after=0"]) {
        const reply = await get(path);
        expect([reply.status, seqOf(reply)]).toEqual([200, seq]);
        expect(JSON.stringify(reply.body)).toContain("edited");
      }
      expect(await reader.reads("replica", "behind")).toBeGreaterThan(0);
      // Control: with a change that it has, the replica answers.
      const another = replicated.openApi({ maxLagSeconds: NEVER_TOO_OLD });
      await another.untilUsed(app.newVideoId());
      expect(await contents(another.anonymous, { "min-video-seq": old.seq })).toEqual(["first"]);
    }),
  );

  test(
    "does not take a reader back behind what this instance has shown to another reader",
    whileUsed(async () => {
      const seq = seqOf(await ada.post(video, "second"));
      expect(await contents(reader.anonymous)).toEqual(["first"]);
      expect(await contents(reader.anonymous, { "min-video-seq": seq })).toEqual(["second", "first"]);
      // Nobody names a change, and the kept page of the replica's state is not served any more.
      expect(await contents(reader.anonymous)).toEqual(["second", "first"]);
    }),
  );

  test(
    "does not bring back a comment on the instance that has deleted it",
    whileUsed(async () => {
      await ada.delete(video, old.id);
      expect(await contents(writer.anonymous)).toEqual([]);
      expect((await writer.anonymous.read(video, old.id)).status).toBe(404);
      // Control: the replica still has it.
      expect(await contents(reader.anonymous)).toEqual(["first"]);
    }),
  );

  test("does not decide that something is missing: a new comment, or a later change", async () => {
    const posted = await ada.post(video, "second");
    expect((await reader.anonymous.read(video, posted.body.comment.id)).status).toBe(200);
    const feed = await reader.anonymous.changes(video, `?after=${seqOf(posted)}`);
    expect([feed.status, feed.body.up_to_date]).toEqual([200, true]);
    expect((await reader.anonymous.changes(video, "?after=1000000")).body.code).toBe("must_refetch");
  });

  test("decides nothing about rights: sessions, roles, bans and held comments are read on the primary", async () => {
    await moderator.configure(video, { hold_for_review: true });
    const { body } = await grace.post(video, "for review");
    const read = (client: Client) =>
      client
        .through(reader.send)
        .call("GET", `/videos/${video}/comments/${body.comment.id}`, undefined, { "min-video-seq": old.seq });
    expect((await read(grace)).status).toBe(200);
    expect((await read(ada)).status).toBe(404);
    await updateUser(writer.context, ada, { role: "moderator" });
    expect((await read(ada)).status).toBe(200);
    await updateUser(writer.context, ada, { role: "user" });

    const banned = await moderator.call("PUT", `/moderation/bans/${grace.id}`, { video_id: video, reason: "x" });
    expect(banned.status).toBeLessThan(300);
    expect((await grace.through(reader.send).post(video, "again")).body.code).toBe("banned");
    const session = await ada.onDevice("another");
    await session.signOut();
    expect((await read(session)).status).toBe(401);
  });

  test("is good for an export, as of the change that the header names", async () => {
    const read = () =>
      exportComments(reader.context, video, async (header, comments) => {
        const found: string[] = [];
        for await (const comment of comments) found.push(("content" in comment ? comment.content : "") ?? "");
        return { seq: header.seq, count: header.comments, found };
      });
    await whileUsed(async () => {
      await ada.post(video, "second");
      expect(await read()).toEqual({ seq: Number(old.seq), count: 1, found: ["first"] });
    })();
    // Control: without the replica it is as of now.
    replicated.proxy.refuse(true);
    replicated.proxy.cut();
    expect(await read()).toEqual({ seq: Number(old.seq) + 1, count: 2, found: ["first", "second"] });
    replicated.proxy.refuse(false);
  });
});
