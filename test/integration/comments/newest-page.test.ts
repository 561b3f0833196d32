import { expect, test } from "@jest/globals";
import { sql } from "kysely";
import { useApp } from "../../support/app/use-app.ts";
import { metric } from "../../support/metric.ts";

/** Two instances: what one writes, the other has a page of in its memory. */
const app = useApp({ users: { ada: "user", grace: "user" }, processes: 1 });
const { context } = app;
const { ada, grace } = app.users;
const elsewhere = () => grace.through(app.processes[0]!);

const contents = async (video: string, query = "") =>
  (await ada.list(video, query)).body.comments.map(({ content }) => content);

test("a page shows each post, edit and deletion that another instance has acknowledged", async () => {
  const video = app.newVideoId();
  const writer = elsewhere();
  for (let n = 0; n < 8; n += 1) {
    const { body } = await writer.post(video, `post ${n}`);
    expect((await contents(video))[0]).toBe(`post ${n}`);
    await writer.edit(video, body.comment.id, `edit ${n}`);
    expect((await contents(video))[0]).toBe(`edit ${n}`);
    if (n % 2 === 0) continue;
    await writer.delete(video, body.comment.id);
    expect(await contents(video)).not.toContain(`edit ${n}`);
  }
});

test("while many write on two instances, a reader who sends back what they saw never gets an older page", async () => {
  const video = app.newVideoId();
  const writing = { isOver: false };
  const writers = [ada, elsewhere(), grace, elsewhere()];
  const write = async (n: number) => {
    for (let post = 0; post < 10; post += 1) await writers[n]!.post(video, `${n}.${post}`);
  };
  const writes = Promise.all(writers.map((_, n) => write(n))).finally(() => (writing.isOver = true));
  const read = async () => {
    let seen = 0;
    while (!writing.isOver) {
      const { status, body } = await app.anonymous.list(video, "?limit=100");
      expect(status).toBe(200);
      expect(body.seq).toBeGreaterThanOrEqual(seen);
      // Without deletions there are as many comments as changes.
      expect(body.comments).toHaveLength(body.seq);
      seen = body.seq;
    }
  };
  await Promise.all([read(), read(), read(), writes]);
  expect(await contents(video, "?limit=100")).toHaveLength(40);
});

test("after a restore of MySQL, a page of the history that was lost is not served under a number that was given twice", async () => {
  const video = app.newVideoId();
  await ada.post(video, "kept");
  const { body } = await ada.post(video, "lost");
  expect(await contents(video)).toEqual(["lost", "kept"]);
  await context.db.deleteFrom("comments").where("id", "=", body.comment.id).execute();
  await context.db
    .updateTable("videos")
    .set({ seq: 1, epoch: sql`epoch + 1` })
    .where("id", "=", video)
    .execute();
  await ada.post(video, "new");
  expect(await contents(video)).toEqual(["new", "kept"]);
});

test("the second reader of a page is answered from memory", async () => {
  const video = app.newVideoId();
  await ada.post(video, "hello");
  const first = await ada.list(video);
  const hits = await metric(context, "page_cache_look_ups_total", { outcome: "hit" });
  const second = await grace.list(video);
  expect(second.body).toEqual(first.body);
  expect(second.headers.get("etag")).toBe(first.headers.get("etag"));
  expect(await metric(context, "page_cache_look_ups_total", { outcome: "hit" })).toBe((hits ?? 0) + 1);
});
