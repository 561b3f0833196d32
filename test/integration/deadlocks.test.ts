import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { randomUUID } from "node:crypto";
import { sql } from "kysely";
import { createApp } from "../../functions/src/app.ts";
import { Client, createUser } from "../support/client.ts";
import type { TestContext } from "../support/context.ts";
import { createTestContext } from "../support/context.ts";
import type { ApiProcess } from "../support/api.ts";
import { startApi } from "../support/api.ts";

const WRITERS = 64;
const ROUNDS = 2;

let context: TestContext;
let other: ApiProcess;
let clients: Client[];

beforeAll(async () => {
  context = await createTestContext({ env: { MYSQL_CONNECTIONS: "32" } });
  other = await startApi(context.config, { MYSQL_CONNECTIONS: "32" });
  const app = createApp(context);
  const users: Client[] = [];
  for (let n = 0; n < 8; n += 1) users.push(await createUser((path, init) => app.request(path, init)));
  // Each user writes through both instances at once.
  clients = Array.from({ length: WRITERS }, (_, n) => {
    const user = users[n % users.length]!;
    return n % 2 ? user : new Client(other.send, user.session);
  });
}, 60_000);
afterAll(async () => {
  await other.close();
  await context.close();
});

test.each([1, 100])(
  "64 writers who post, edit and delete on %i videos are told of no deadlock, and every number is used",
  async (count) => {
    const videos = Array.from({ length: count }, () => `v-${randomUUID()}`);
    const statuses = new Map<string, number>();
    const note = (what: string, status: number) =>
      statuses.set(`${what} ${status}`, (statuses.get(`${what} ${status}`) ?? 0) + 1);

    await Promise.all(
      clients.map(async (client, n) => {
        for (let round = 0; round < ROUNDS; round += 1) {
          const video = videos[(n + round * 7) % videos.length]!;
          const posted = await client.post(video, `by ${n}`);
          note("post", posted.status);
          if (posted.status !== 201)
            throw new Error(
              JSON.stringify([posted.body, context.logged.filter((line) => line.includes("error")).slice(-3)]),
            );
          const path = `/videos/${video}/comments/${posted.body.comment.id}`;
          const [edited] = await Promise.all([
            client.call("PATCH", path, { content: "edited" }, { "if-match": '"1"' }),
            round % 2
              ? client.delete(video, posted.body.comment.id).then(({ status }) => note("delete", status))
              : undefined,
          ]);
          note("edit", edited.status);
        }
      }),
    );
    const total = WRITERS * ROUNDS;
    expect([statuses.get("post 201"), statuses.get("delete 204")]).toEqual([total, total / 2]);
    // An edit may come after the delete of the same comment; nothing else is in its way.
    const edits = ["edit 200", "edit 404", "edit 412"].map((name) => statuses.get(name) ?? 0);
    expect(edits.reduce((sum, n) => sum + n)).toBe(total);

    const { rows } = await sql<{ seq: string; changes: string }>`
    SELECT CAST(SUM(v.seq) AS UNSIGNED) AS seq,
      (SELECT CAST(SUM(version) AS UNSIGNED) FROM comments WHERE video_id IN (${sql.join(videos)})) AS changes
    FROM videos v WHERE id IN (${sql.join(videos)})`.execute(context.db);
    expect(Number(rows[0]!.seq)).toBe(Number(rows[0]!.changes));
  },
  60_000,
);
