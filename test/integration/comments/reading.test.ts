import { describe, expect, test } from "@jest/globals";
import { randomUUID } from "node:crypto";
import { sql } from "kysely";
import type { Comment } from "../../../functions/src/contract/comment.ts";
import { runPurge } from "../../../functions/src/services/operation/purge.ts";
import { listNewest } from "../../../functions/src/tables/comments/comments.ts";
import { commentPath } from "../../support/app/client.ts";
import { useApp } from "../../support/app/use-app.ts";

const app = useApp({ users: { ada: "user", grace: "user" }, env: { INLINE_RELAY_DEADLINE_MS: "0" } });
const { ada, grace } = app.users;

async function postMany(video: string, count: number): Promise<Comment[]> {
  const posted: Comment[] = [];
  for (let n = 0; n < count; n += 1) posted.push((await ada.post(video, `${n}`)).body.comment);
  return posted;
}

describe("the feed of changes", () => {
  test("has each comment once, in its current state, in the order of the last changes", async () => {
    const video = app.newVideoId();
    const [a, b, c] = await postMany(video, 3);
    await ada.edit(video, a!.id, "edited");
    await ada.delete(video, b!.id);
    const { body } = await ada.changes(video, "?after=0");
    expect(body).toMatchObject({
      changes: [
        { id: c!.id, seq: 3, content: "2" },
        { id: a!.id, seq: 4, content: "edited", edited: true },
        { id: b!.id, seq: 5, deleted: true },
      ],
      seq: 5,
      up_to_date: true,
    });
    expect((await ada.changes(video, "?after=4")).body).toMatchObject({ changes: [{ id: b!.id }], up_to_date: true });
    expect((await ada.changes(video, "?after=5")).body).toEqual({ changes: [], seq: 5, up_to_date: true });
  });

  test("misses nothing and never goes back when it is read in pages while many write", async () => {
    const video = app.newVideoId();
    const known = await postMany(video, 10);
    let isWriting = true;
    const write = async (writer: number) => {
      for (let i = 0; i < 20; i += 1) {
        if (i % 4 === 3) await ada.delete(video, known[writer * 3 + (i >> 3)]!.id);
        else if (i % 2 === 1) await ada.edit(video, known[9]!.id, `edit ${writer}.${i}`);
        else await grace.post(video, `post ${writer}.${i}`);
      }
    };
    const writes = Promise.all([0, 1, 2].map(write)).then(() => (isWriting = false));

    const state = new Map<string, string>();
    let after = 0;
    let isDone = false;
    while (!isDone) {
      const wasWriting = isWriting;
      const { body } = await ada.changes(video, `?after=${after}&limit=3`);
      let previous = after;
      for (const change of body.changes) {
        expect(change.seq).toBeGreaterThan(previous);
        previous = change.seq;
        if ("deleted" in change) state.delete(change.id);
        else state.set(change.id, change.content);
      }
      expect(body.seq).toBeGreaterThanOrEqual(previous);
      after = body.seq;
      isDone = !wasWriting && body.up_to_date;
    }
    await writes;
    const { body } = await ada.list(video, "?limit=100");
    expect(state).toEqual(new Map(body.comments.map(({ id, content }) => [id, content])));
    expect(after).toBe(body.seq);
  });

  test("tells a reader older than the purged tombstones to read the list again, and keeps what is not relayed yet", async () => {
    const video = app.newVideoId();
    const [a, b] = await postMany(video, 3);
    await ada.delete(video, a!.id); // change 4
    await ada.delete(video, b!.id); // change 5
    await sql`UPDATE comments SET deleted_at = NOW(3) - INTERVAL 31 DAY WHERE id = ${a!.id}`.execute(app.db);

    // The mirror does not have change 4 yet, so its tombstone stays.
    await sql`UPDATE videos SET applied_seq = 3 WHERE id = ${video}`.execute(app.db);
    await runPurge(app.context);
    expect((await ada.changes(video, "?after=3")).body.changes).toHaveLength(2);

    await sql`UPDATE videos SET applied_seq = 5 WHERE id = ${video}`.execute(app.db);
    await runPurge(app.context);
    for (const after of [0, 3]) {
      const reply = await ada.changes(video, `?after=${after}`);
      expect(reply).toMatchObject({ status: 410, body: { code: "must_refetch" } });
    }
    const { body } = await ada.changes(video, "?after=4");
    expect(body).toMatchObject({ changes: [{ id: b!.id, deleted: true }], seq: 5 });
    expect((await ada.list(video)).body.comments).toHaveLength(1);
    const left = await app.db.selectFrom("comments").select("id").where("id", "=", a!.id).execute();
    expect(left).toEqual([]);
  });

  test("is 410 for a reader ahead of MySQL, as after a restore, and empty for an unknown video", async () => {
    const video = app.newVideoId();
    await postMany(video, 2);
    expect((await ada.changes(video, "?after=3")).status).toBe(410);
    const unknown = await ada.changes(app.newVideoId(), "?after=0");
    expect(unknown.body).toEqual({ changes: [], seq: 0, up_to_date: true });
  });
});

describe("a conditional read", () => {
  const readIf = (path: string, tag: string) => ada.call("GET", path, undefined, { "if-none-match": tag });

  test("gets 304 while its ETag matches, and the new state after any change", async () => {
    const video = app.newVideoId();
    const [first] = await postMany(video, 2);
    for (const path of [`/videos/${video}/comments?limit=1`, `/videos/${video}/changes?after=0`]) {
      const { headers } = await ada.call("GET", path);
      const tag = headers.get("etag")!;
      expect(await readIf(path, tag)).toMatchObject({ status: 304, body: undefined });
      expect((await readIf(path, `W/${tag}, "other"`)).status).toBe(304);
      expect((await readIf(path, tag)).headers.get("video-seq")).toBe(headers.get("video-seq"));
      await ada.edit(video, first!.id, randomUUID());
      const changed = await readIf(path, tag);
      expect(changed.status).toBe(200);
      expect(changed.headers.get("etag")).not.toBe(tag);
    }
    const path = commentPath(video, first!.id);
    expect((await readIf(path, '"3"')).status).toBe(304);
    expect((await readIf(path, '"1"')).status).toBe(200);
  });

  test("gets its 304 without a query on the comments", async () => {
    const video = app.newVideoId();
    await postMany(video, 1);
    const path = `/videos/${video}/comments`;
    const tag = (await ada.call("GET", path)).headers.get("etag")!;
    await using lock = await app.lockTable("comments");
    expect((await readIf(path, tag)).status).toBe(304);

    // Control: a read that does query the comments waits for the lock.
    let isRead = false;
    const read = readIf(path, '"1-0-0"').then(() => (isRead = true));
    await readIf(path, tag);
    expect(isRead).toBe(false);
    await lock.release();
    await read;
  });
});

test("a read with Min-Video-Seq never gets an older state", async () => {
  const video = app.newVideoId();
  const [first] = await postMany(video, 2);
  const paths = [`/comments`, `/comments/${first!.id}`, `/changes?after=0`].map((path) => `/videos/${video}${path}`);
  for (const path of paths) {
    const read = (seq: string) => ada.call("GET", path, undefined, { "min-video-seq": seq });
    expect([(await read("2")).status, (await read("2")).headers.get("video-seq")]).toEqual([200, "2"]);
    expect(await read("3")).toMatchObject({ status: 410, body: { code: "must_refetch" } });
    expect((await read("-1")).status).toBe(400);
  }
});

describe("pages read while 50 comments come and 20 go", () => {
  interface Step {
    ids: string[];
    /** Where the next page starts; undefined after the last. */
    next: string | undefined;
  }

  /** Reads all pages of a video with 60 comments. `read` gives the 5 comments that start at `from`. */
  async function walk(read: (video: string, from: string | undefined) => Promise<Step>) {
    const video = app.newVideoId();
    const before = await postMany(video, 60);
    const leaving = before.filter((_, n) => n % 3 === 1).toReversed();
    const staying = before.filter((_, n) => n % 3 !== 1);
    const seen: string[] = [];
    let from: string | undefined;
    let writes: Promise<unknown>[] = [];
    do {
      const [page] = await Promise.all([read(video, from), ...writes]);
      seen.push(...page.ids);
      from = page.next;
      // These run while the next page is read.
      const deleted = leaving.splice(0, 2);
      writes = deleted.map(({ id }) => ada.delete(video, id));
      if (deleted.length > 0) for (let n = 0; n < 5; n += 1) writes.push(grace.post(video, "new"));
    } while (from !== undefined);
    await Promise.all(writes);
    return {
      repeated: seen.length - new Set(seen).size,
      missed: staying.filter(({ id }) => !seen.includes(id)).length,
      notDeletedYet: leaving.length,
    };
  }

  const WHOLE = { repeated: 0, missed: 0, notDeletedYet: 0 };

  test("miss no comment that stays, and repeat none", async () => {
    const seen = await walk(async (video, from) => {
      const { body } = await ada.list(video, `?limit=5${from === undefined ? "" : `&cursor=${from}`}`);
      return { ids: body.comments.map(({ id }) => id), next: body.next_cursor ?? undefined };
    });
    expect(seen).toEqual(WHOLE);
  });

  test("control: by OFFSET they do repeat comments", async () => {
    const seen = await walk(async (video, from = "0") => {
      const rows = await listNewest(app.db, video, { limit: 5, offset: Number(from) });
      return { ids: rows.map(({ id }) => id), next: rows.length < 5 ? undefined : String(Number(from) + 5) };
    });
    expect(seen).not.toEqual(WHOLE);
    expect(seen.repeated).toBeGreaterThan(0);
  });
});
