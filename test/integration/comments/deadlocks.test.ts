import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { randomUUID } from "node:crypto";
import { sql } from "kysely";
import { createApp } from "../../../functions/src/app.ts";
import type { Reply } from "../../support/client.ts";
import { Client, createUser } from "../../support/client.ts";
import type { TestContext } from "../../support/context.ts";
import { createTestContext } from "../../support/context.ts";
import type { ApiProcess } from "../../support/api.ts";
import { startApi } from "../../support/api.ts";

const WRITERS = 64;
const ROUNDS = 6;

let context: TestContext;
let other: ApiProcess;
let clients: Client[];

beforeAll(async () => {
  // 64 writers wait for one row: long on a slow disk, and that is no deadlock.
  const env = { MYSQL_CONNECTIONS: "32", MYSQL_POST_LOCK_SECONDS: "30" };
  context = await createTestContext({ env });
  other = await startApi(context.config, env);
  const app = createApp(context);
  const users: Client[] = [];
  for (let n = 0; n < 8; n += 1) users.push(await createUser((path, init) => app.request(path, init)));
  // Each user writes through both instances at once.
  clients = Array.from({ length: WRITERS }, (_, n) => {
    const user = users[n % users.length]!;
    return n % 2 ? user : new Client(other.send, user.session);
  });
});
afterAll(async () => {
  await other.close();
  await context.close();
});

test.each([1, 100])(
  "64 writers who post, edit and delete on %i videos are told of no deadlock, and every number is used",
  async (count) => {
    const videos = Array.from({ length: count }, () => `v-${randomUUID()}`);
    const statuses = new Map<string, number>();
    const unexpected: unknown[] = [];
    // An edit may come after the delete of the same comment; nothing else is in anybody's way.
    const allowed = new Set(["post 201", "delete 204", "edit 200", "edit 404", "edit 412"]);
    const note = (what: string, { status, body }: Reply<unknown>) => {
      const name = `${what} ${status}`;
      statuses.set(name, (statuses.get(name) ?? 0) + 1);
      if (!allowed.has(name)) unexpected.push([name, body]);
    };

    await Promise.all(
      clients.map(async (client, n) => {
        for (let round = 0; round < ROUNDS; round += 1) {
          const video = videos[(n + round * 7) % videos.length]!;
          const posted = await client.post(video, `by ${n}`);
          note("post", posted);
          if (posted.status !== 201) continue;
          const path = `/videos/${video}/comments/${posted.body.comment.id}`;
          const [edited] = await Promise.all([
            client.call("PATCH", path, { content: "edited" }, { "if-match": '"1"' }),
            round % 2
              ? client.delete(video, posted.body.comment.id).then((deleted) => note("delete", deleted))
              : undefined,
          ]);
          note("edit", edited);
        }
      }),
    );
    const total = WRITERS * ROUNDS;
    // What was logged says why; the other process writes its own to standard error.
    expect([unexpected, context.logged.filter((line) => line.includes('"status":5'))]).toEqual([[], []]);
    expect([statuses.get("post 201"), statuses.get("delete 204")]).toEqual([total, total / 2]);

    const { rows } = await sql<{ seq: string; changes: string }>`
    SELECT CAST(SUM(v.seq) AS UNSIGNED) AS seq,
      (SELECT CAST(SUM(version) AS UNSIGNED) FROM comments WHERE video_id IN (${sql.join(videos)})) AS changes
    FROM videos v WHERE id IN (${sql.join(videos)})`.execute(context.db);
    expect(Number(rows[0]!.seq)).toBe(Number(rows[0]!.changes));
  },
);
