import { beforeAll, expect, test } from "@jest/globals";
import { randomUUID } from "node:crypto";
import { sql } from "kysely";
import type { Client, Reply } from "../../support/app/client.ts";
import { useApp } from "../../support/app/use-app.ts";
import { until } from "../../support/until.ts";

const WRITERS = 64;
const ROUNDS = 6;

// 64 writers wait for one row. On a slow disk that takes longer than the default timeout, without any deadlock.
const app = useApp({ env: { MYSQL_CONNECTIONS: "32", MYSQL_POST_LOCK_SECONDS: "30" }, processes: 1 });
let writers: Client[];

/**
 * Repeats a write as a client does. On a slow disk an edit or a deletion may wait for the row for longer than its 2 s without any
 * deadlock.
 */
const patiently = <T>(send: () => Promise<Reply<T>>) =>
  until("a response", async () => {
    const reply = await send();
    return reply.status === 503 ? undefined : reply;
  });

beforeAll(async () => {
  const users: Client[] = [];
  for (let n = 0; n < 8; n += 1) users.push(await app.user());
  // Each user writes through both processes at once.
  writers = Array.from({ length: WRITERS }, (_, n) => {
    const user = users[n % users.length]!;
    return n % 2 ? user : user.through(app.processes[0]!);
  });
});

test.each([
  ["one video", 1],
  ["100 videos", 100],
])("64 writers who post, edit and delete on %s see no deadlock, and use every change number", async (_, count) => {
  const videos = Array.from({ length: count }, () => app.newVideoId());
  const outcomes = new Map<string, number>();
  const unexpected: unknown[] = [];
  // An edit may come after the delete of the same comment. Nothing else is in the way.
  const expected = new Set(["post 201", "delete 204", "edit 200", "edit 404", "edit 412"]);
  const record = (operation: string, { status, body }: Reply<unknown>) => {
    const outcome = `${operation} ${status}`;
    outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1);
    if (!expected.has(outcome)) unexpected.push([outcome, body]);
  };

  await Promise.all(
    writers.map(async (writer, n) => {
      for (let round = 0; round < ROUNDS; round += 1) {
        const video = videos[(n + round * 7) % videos.length]!;
        const key = randomUUID();
        const posted = await patiently(() => writer.post(video, `by ${n}`, key));
        record("post", posted);
        if (posted.status !== 201) continue;
        const { id } = posted.body.comment;
        const edit = async () => record("edit", await patiently(() => writer.edit(video, id, "edited", '"1"')));
        const remove = async () => record("delete", await patiently(() => writer.delete(video, id)));
        await Promise.all(round % 2 ? [edit(), remove()] : [edit()]);
      }
    }),
  );
  const total = WRITERS * ROUNDS;
  // This process's log says why a request failed; the other process writes its own to standard error.
  const failures = app.context.logged.filter((line) => line.includes('"status":5') || /deadlock/i.test(line));
  const inTheWay = (line: string) => line.includes('"status":503') && !/deadlock/i.test(line);
  expect([unexpected, failures.filter((line) => !inTheWay(line))]).toEqual([[], []]);
  expect([outcomes.get("post 201"), outcomes.get("delete 204")]).toEqual([total, total / 2]);
  // The writes try again after a deadlock, so no response shows it. Two counts of limits may meet in one.
  const page = (await app.context.metricsPage!()).split("\n");
  expect(page.filter((line) => line.includes("ER_LOCK_DEADLOCK") && !line.includes("rate_limits"))).toEqual([]);

  const { rows } = await sql<{ seq: string; changes: string }>`
    SELECT CAST(SUM(v.seq) AS UNSIGNED) AS seq,
      (SELECT CAST(SUM(version) AS UNSIGNED) FROM comments WHERE video_id IN (${sql.join(videos)})) AS changes
    FROM videos v WHERE id IN (${sql.join(videos)})`.execute(app.db);
  expect(Number(rows[0]!.seq)).toBe(Number(rows[0]!.changes));
});
