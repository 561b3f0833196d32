import { describe, expect, test } from "@jest/globals";
import { randomUUID } from "node:crypto";
import { sql } from "kysely";
import { runPurge } from "../../../functions/src/services/operation/purge.ts";
import type { App } from "../../support/app/app.ts";
import type { Client } from "../../support/app/client.ts";
import { startApp, useApp } from "../../support/app/use-app.ts";

const OPTIONS = { users: { ada: "user" as const }, processes: 1 };
const app = useApp(OPTIONS);

/** Ada in this process and in the other one. */
function clientsOf({ users, processes }: App<"ada">): [Client, Client] {
  return [users.ada, users.ada.through(processes[0]!)];
}

/** Sends one request 20 times at once, alternating between the processes. */
async function postAtOnce(clients: [Client, Client], video: string) {
  const content = randomUUID();
  const key = randomUUID();
  const replies = await Promise.all(Array.from({ length: 20 }, (_, n) => clients[n % 2]!.post(video, content, key)));
  const responses = replies.map(({ body, headers }) =>
    JSON.stringify([body, ...["location", "etag", "video-seq"].map((name) => headers.get(name))]),
  );
  const { comments } = (await clients[0].list(video)).body;
  return {
    statuses: Array.from(new Set(replies.map(({ status }) => status))),
    differentResponses: new Set(responses).size,
    comments: comments.filter((comment) => comment.content === content).length,
  };
}

const ONCE = { statuses: [201], differentResponses: 1, comments: 1 };

describe("an Idempotency-Key", () => {
  test("used 20 times at once in two processes makes one comment and equal responses, 8 times", async () => {
    // The lock timeout exceeds what a commit takes on a slow machine: a request that waits in vain gets 409.
    await using patient = await startApp({ ...OPTIONS, env: { MYSQL_POST_LOCK_SECONDS: "30" } });
    const clients = clientsOf(patient);
    const video = patient.newVideoId();
    for (let round = 0; round < 8; round += 1) expect(await postAtOnce(clients, video)).toEqual(ONCE);
    expect((await clients[0].list(video)).body.seq).toBe(8);
  });

  test("control: the same check fails without the table's unique key", async () => {
    await using broken = await startApp(OPTIONS);
    // Otherwise the repetitions in this process would wait for the first one.
    broken.context.runUnlessRunning = (_, work) => work();
    await sql`ALTER TABLE idempotency_keys DROP PRIMARY KEY,
      ADD PRIMARY KEY (user_id, idempotency_key, comment_id)`.execute(broken.db);
    const seen = await postAtOnce(clientsOf(broken), broken.newVideoId());
    expect(seen).not.toEqual(ONCE);
    expect(seen.statuses).toEqual([201]);
    expect(seen.comments).toBeGreaterThan(1);
  });

  test("is required: a post without one is refused", async () => {
    const { ada } = app.users;
    const video = app.newVideoId();
    const reply = await ada.call("POST", `/videos/${video}/comments`, { content: "x" });
    expect(reply).toMatchObject({ status: 400, body: { code: "idempotency_key_required" } });
    expect((await ada.list(video)).body.seq).toBe(0);
  });

  test("of a request that still runs gets 409 in any process, and works once that request has failed", async () => {
    const [here, there] = clientsOf(app);
    const video = app.newVideoId();
    const key = randomUUID();
    // A request that has claimed the key, and neither commits nor rolls back.
    await using running = await app.holdTransaction("INSERT INTO idempotency_keys VALUES (?, ?, ?, '{}', ?, NOW(3))", [
      here.id,
      key,
      Buffer.alloc(32),
      app.context.newId(),
    ]);
    for (const refused of await Promise.all([here.post(video, "slow", key), there.post(video, "slow", key)])) {
      expect(refused).toMatchObject({ status: 409, body: { code: "idempotency_key_in_use" } });
      expect(refused.headers.get("retry-after")).toBe("1");
    }
    await running.release();
    const posted = await here.post(video, "slow", key);
    expect(posted.status).toBe(201);
    expect((await there.post(video, "slow", key)).body).toEqual(posted.body);
    expect((await here.list(video)).body.seq).toBe(1);
  });

  test("gives the first response even after an edit and a delete, and the table keeps none of the content", async () => {
    const [here, there] = clientsOf(app);
    const video = app.newVideoId();
    const key = randomUUID();
    const posted = await here.post(video, "a secret", key);
    const { id } = posted.body.comment;
    await here.edit(video, id, "another");
    expect((await there.post(video, "a secret", key)).body).toEqual(posted.body);
    await here.delete(video, id);
    expect((await there.post(video, "a secret", key)).body).toEqual(posted.body);
    const row = await app.db
      .selectFrom("idempotency_keys")
      .selectAll()
      .where("idempotency_key", "=", key)
      .executeTakeFirstOrThrow();
    expect(JSON.stringify(row)).not.toContain("secret");
  });

  test("is forgotten after a day, and not before", async () => {
    const { ada } = app.users;
    const video = app.newVideoId();
    const [recent, old] = [randomUUID(), randomUUID()];
    const first = await ada.post(video, "x", old);
    const second = await ada.post(video, "x", recent);
    const age = (key: string, hours: number) =>
      sql`UPDATE idempotency_keys SET inserted_at = NOW(3) - INTERVAL ${hours} HOUR
        WHERE idempotency_key = ${key}`.execute(app.db);
    await age(recent, 23);
    await age(old, 25);
    await runPurge(app.context);
    expect((await ada.post(video, "x", recent)).body).toEqual(second.body);
    expect((await ada.post(video, "x", old)).body.comment.id).not.toBe(first.body.comment.id);
  });
});
