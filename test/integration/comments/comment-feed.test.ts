import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { randomUUID } from "node:crypto";
import { sql } from "kysely";
import { createConnection } from "mysql2/promise";
import { createApp } from "../../../functions/src/app.ts";
import type { Comment } from "../../../functions/src/contract/comment.ts";
import type { ChangePage, CommentPage } from "../../../functions/src/contract/comment.ts";
import { purge } from "../../../functions/src/services/operation/purge.ts";
import { listNewest } from "../../../functions/src/tables/comments/comments.ts";
import type { Client, Reply } from "../../support/client.ts";
import { createUser } from "../../support/client.ts";
import type { TestContext } from "../../support/context.ts";
import { createTestContext } from "../../support/context.ts";

let context: TestContext;
let ada: Client;
let grace: Client;
const newVideo = () => `v-${randomUUID()}`;

beforeAll(async () => {
  context = await createTestContext({ env: { INLINE_RELAY_DEADLINE_MS: "0" } });
  const app = createApp(context);
  const send = (path: string, init: RequestInit) => app.request(path, init);
  ada = await createUser(send);
  grace = await createUser(send);
});
afterAll(() => context.close());

function changes(video: string, query: string, headers = {}): Promise<Reply<ChangePage & { code: string }>> {
  return ada.call("GET", `/videos/${video}/changes?${query}`, undefined, headers);
}

async function postMany(video: string, count: number): Promise<Comment[]> {
  const posted: Comment[] = [];
  for (let n = 0; n < count; n += 1) posted.push((await ada.post(video, `${n}`)).body.comment);
  return posted;
}

function edit(video: string, id: string, content: string) {
  return ada.call("PATCH", `/videos/${video}/comments/${id}`, { content }, { "if-match": "*" });
}

describe("the feed of changes", () => {
  test("tells each comment once, as it now stands, in the order of the last changes", async () => {
    const video = newVideo();
    const [a, b, c] = await postMany(video, 3);
    await edit(video, a!.id, "edited");
    await ada.delete(video, b!.id);
    const { body } = await changes(video, "after=0");
    expect(body).toMatchObject({
      changes: [
        { id: c!.id, seq: 3, content: "2" },
        { id: a!.id, seq: 4, content: "edited", edited: true },
        { id: b!.id, seq: 5, deleted: true },
      ],
      seq: 5,
      up_to_date: true,
    });
    expect((await changes(video, "after=4")).body).toMatchObject({ changes: [{ id: b!.id }], up_to_date: true });
    expect((await changes(video, "after=5")).body).toEqual({ changes: [], seq: 5, up_to_date: true });
  });

  test("read page by page while many write, it misses nothing and never goes back", async () => {
    const video = newVideo();
    const known = await postMany(video, 10);
    const state = new Map<string, string>();
    let after = 0;
    let isWriting = true;
    const writer = async (n: number) => {
      for (let i = 0; i < 20; i += 1) {
        if (i % 4 === 3) await ada.delete(video, known[n * 3 + (i >> 3)]!.id);
        else if (i % 2 === 1) await edit(video, known[9]!.id, `edit ${n}.${i}`);
        else await grace.post(video, `post ${n}.${i}`);
      }
    };
    const writers = Promise.all([0, 1, 2].map(writer)).then(() => (isWriting = false));
    for (;;) {
      const isLast = !isWriting;
      const { body } = await changes(video, `after=${after}&limit=3`);
      let previous = after;
      for (const change of body.changes) {
        expect(change.seq).toBeGreaterThan(previous);
        previous = change.seq;
        if ("deleted" in change) state.delete(change.id);
        else state.set(change.id, change.content);
      }
      expect(body.seq).toBeGreaterThanOrEqual(previous);
      after = body.seq;
      if (isLast && body.up_to_date) break;
    }
    await writers;
    const list = await ada.call<CommentPage>("GET", `/videos/${video}/comments?limit=100`);
    expect(state).toEqual(new Map(list.body.comments.map(({ id, content }) => [id, content])));
    expect(after).toBe(list.body.seq);
  });

  test("ends at its floor: once tombstones are purged, whoever comes from before is told to read the list again", async () => {
    const video = newVideo();
    const [a, b] = await postMany(video, 3);
    await ada.delete(video, a!.id); // change 4
    await ada.delete(video, b!.id); // change 5
    await sql`UPDATE comments SET deleted_at = NOW(3) - INTERVAL 31 DAY WHERE id = ${a!.id}`.execute(context.db);

    // What listeners have not been told of stays.
    await sql`UPDATE videos SET applied_seq = 3 WHERE id = ${video}`.execute(context.db);
    await purge(context);
    expect((await changes(video, "after=3")).body.changes).toHaveLength(2);

    await sql`UPDATE videos SET applied_seq = 5 WHERE id = ${video}`.execute(context.db);
    await purge(context);
    for (const after of [0, 3]) {
      expect(await changes(video, `after=${after}`)).toMatchObject({ status: 410, body: { code: "must_refetch" } });
    }
    expect((await changes(video, "after=4")).body).toMatchObject({ changes: [{ id: b!.id, deleted: true }], seq: 5 });
    expect((await ada.list(video)).body.comments).toHaveLength(1);
    const left = await context.db.selectFrom("comments").select("id").where("id", "=", a!.id).execute();
    expect(left).toEqual([]);
  });

  test("of a client from the future, which MySQL has lost, is 410 too", async () => {
    const video = newVideo();
    await postMany(video, 2);
    expect((await changes(video, "after=3")).status).toBe(410);
    expect((await changes(newVideo(), "after=0")).body).toEqual({ changes: [], seq: 0, up_to_date: true });
  });
});

describe("a reader that says what it has", () => {
  test("gets 304 while it still holds, and the new state after any change", async () => {
    const video = newVideo();
    const [first] = await postMany(video, 2);
    for (const path of [`/videos/${video}/comments?limit=1`, `/videos/${video}/changes?after=0`]) {
      const read = (tag?: string) => ada.call("GET", path, undefined, tag ? { "if-none-match": tag } : {});
      const { headers } = await read();
      const tag = headers.get("etag")!;
      expect(await read(tag)).toMatchObject({ status: 304, body: undefined });
      expect((await read(`W/${tag}, "other"`)).status).toBe(304);
      expect((await read(tag)).headers.get("video-seq")).toBe(headers.get("video-seq"));
      await edit(video, first!.id, randomUUID());
      const changed = await read(tag);
      expect(changed.status).toBe(200);
      expect(changed.headers.get("etag")).not.toBe(tag);
    }
    const path = `/videos/${video}/comments/${first!.id}`;
    expect((await ada.call("GET", path, undefined, { "if-none-match": '"3"' })).status).toBe(304);
    expect((await ada.call("GET", path, undefined, { "if-none-match": '"1"' })).status).toBe(200);
  });

  test("gets its 304 without a look at the comments", async () => {
    const video = newVideo();
    await postMany(video, 1);
    const path = `/videos/${video}/comments`;
    const tag = (await ada.call("GET", path)).headers.get("etag")!;
    const locker = await createConnection(context.config.mysql.url);
    try {
      await locker.query("LOCK TABLES comments WRITE");
      expect((await ada.call("GET", path, undefined, { "if-none-match": tag })).status).toBe(304);
      // The control: who does look waits for the lock.
      let isRead = false;
      const read = ada.call("GET", path, undefined, { "if-none-match": '"1-0-0"' }).then(() => (isRead = true));
      await ada.call("GET", path, undefined, { "if-none-match": tag });
      expect(isRead).toBe(false);
      await locker.query("UNLOCK TABLES");
      await read;
    } finally {
      await locker.end();
    }
  });

  test("never gets less than its Min-Video-Seq", async () => {
    const video = newVideo();
    const [first] = await postMany(video, 2);
    const paths = [`/comments`, `/comments/${first!.id}`, `/changes?after=0`].map((path) => `/videos/${video}${path}`);
    for (const path of paths) {
      const read = (seq: string) => ada.call("GET", path, undefined, { "min-video-seq": seq });
      expect([(await read("2")).status, (await read("2")).headers.get("video-seq")]).toEqual([200, "2"]);
      expect(await read("3")).toMatchObject({ status: 410, body: { code: "must_refetch" } });
      expect((await read("-1")).status).toBe(400);
    }
  });
});

interface Step {
  ids: string[];
  /** Undefined at the end. */
  next: string | undefined;
}

/**
 * What is seen of a walk through all pages while 50 comments come and 20 of 60 go.
 * @param read a page of 5 from the place that the page before gave as its next
 */
async function walk(read: (video: string, from: string | undefined) => Promise<Step>) {
  const video = newVideo();
  const before = await postMany(video, 60);
  const going = before.filter((_, n) => n % 3 === 1).toReversed();
  const staying = before.filter((_, n) => n % 3 !== 1);
  const seen: string[] = [];
  let from: string | undefined;
  let churn: Promise<unknown>[] = [];
  do {
    const [page] = await Promise.all([read(video, from), ...churn]);
    seen.push(...page.ids);
    from = page.next;
    // While the next page is read.
    const leaving = going.splice(0, 2);
    churn = leaving.map(({ id }) => ada.delete(video, id));
    if (leaving.length > 0) for (let n = 0; n < 5; n += 1) churn.push(grace.post(video, "new"));
  } while (from !== undefined);
  await Promise.all(churn);
  return {
    twice: seen.length - new Set(seen).size,
    missed: staying.filter(({ id }) => !seen.includes(id)).length,
    stillToGo: going.length,
  };
}

const WHOLE = { twice: 0, missed: 0, stillToGo: 0 };

test("a walk through the pages while 50 come and 20 go misses none that stays and shows none twice", async () => {
  const seen = await walk(async (video, from) => {
    const query = from === undefined ? "" : `&cursor=${from}`;
    const { body } = await ada.call<CommentPage>("GET", `/videos/${video}/comments?limit=5${query}`);
    return { ids: body.comments.map(({ id }) => id), next: body.next_cursor ?? undefined };
  });
  expect(seen).toEqual(WHOLE);
});

test("the control: the same walk by OFFSET fails", async () => {
  const seen = await walk(async (video, from = "0") => {
    const rows = await listNewest(context.db, video, { limit: 5, offset: Number(from) });
    return { ids: rows.map(({ id }) => id), next: rows.length < 5 ? undefined : String(Number(from) + 5) };
  });
  expect(seen).not.toEqual(WHOLE);
  expect(seen.twice).toBeGreaterThan(0);
});
