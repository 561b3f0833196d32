import { describe, expect, test } from "@jest/globals";
import { sql } from "kysely";
import { randomUUID } from "node:crypto";
import { createAlerts } from "../../../functions/src/alerts/alerts.ts";
import { runTask } from "../../../functions/src/relay/mechanism/task.ts";
import { relayVideo } from "../../../functions/src/relay/videos/relay-video.ts";
import { createVideoSubjects } from "../../../functions/src/relay/videos/video-subjects.ts";
import { takeSeq } from "../../../functions/src/tables/comments/videos.ts";
import { noQueue } from "../../support/app/queue.ts";
import { startApp, useApp } from "../../support/app/use-app.ts";
import { until } from "../../support/until.ts";

const webhook = new URL("https://example.com");

describe("an alert", () => {
  const app = useApp({ users: { ada: "user" } });
  const { context } = app;
  const { ada } = app.users;

  test("is sent once by many instances with one problem: to the log, as Error Reporting reads it, and to the webhook", async () => {
    const sent: string[] = [];
    const send = async (_: URL, body: string) => void sent.push(body);
    const instances = Array.from({ length: 5 }, () => createAlerts({ ...context, webhook, send }));
    for (const alerts of [...instances, ...instances]) {
      alerts.raise("backlog", { key: "videos", message: "behind", fields: { count: 3 } });
    }
    await Promise.all(instances.map((alerts) => alerts.flush()));
    expect(sent.map((body) => JSON.parse(body))).toEqual([
      { alert: "backlog", message: "behind", count: 3, runbook: "docs/operate.md#backlog" },
    ]);
    const logged = context.logged.filter((line) => line.includes('"alert":"backlog"'));
    expect(logged).toHaveLength(1);
    expect(JSON.parse(logged[0]!)).toMatchObject({
      severity: "ERROR",
      message: "behind",
      "@type": expect.stringContaining("ReportedErrorEvent"),
    });
  });

  test("is sent for each key of its own", async () => {
    const sent: string[] = [];
    const alerts = createAlerts({ ...context, webhook, send: async (_, body) => void sent.push(body) });
    for (const key of ["videos", "users", "videos"]) alerts.raise("refused", { key, message: key, fields: {} });
    await alerts.flush();
    expect(sent.map((body) => (JSON.parse(body) as { message: string }).message).toSorted()).toEqual([
      "users",
      "videos",
    ]);
  });

  test("fails nothing when its webhook fails", async () => {
    const send = () => Promise.reject(new Error("no"));
    const alerts = createAlerts({ ...context, webhook, send });
    alerts.raise("drift", { message: "drift", fields: {} });
    await expect(alerts.flush()).resolves.toBeUndefined();
    expect(context.logged.join()).toContain("alert not delivered");
  });

  test("does not make its caller wait for the webhook", async () => {
    const { promise: answered, resolve: answer } = Promise.withResolvers<void>();
    const sent: string[] = [];
    const send = (_: URL, body: string) => {
      sent.push(body);
      return answered;
    };
    const alerts = createAlerts({ ...context, webhook, send });
    const video = app.newVideoId();
    const id = `z.${randomUUID().slice(2)}`;
    await context.db.transaction().execute(async (transaction) => {
      const seq = await takeSeq(transaction, video);
      const row = { id, video_id: video, user_id: ada.id, content: "refused", seq };
      await transaction.insertInto("comments").values(row).execute();
    });
    await relayVideo({ ...context, alerts }, video);
    await until("the message", () => sent.length > 0);
    expect(sent.map((body) => JSON.parse(body))).toMatchObject([
      { alert: "quarantine", video_id: video, comment_id: id },
    ]);

    let isFlushed = false;
    const flushing = alerts.flush().then(() => (isFlushed = true));
    await relayVideo({ ...context, alerts }, video);
    expect(isFlushed).toBe(false);
    answer();
    await flushing;
    expect(sent).toHaveLength(1);
  });

  test("is sent once for a task that is refused at each try, and again in a quarter of an hour", async () => {
    await using refusing = await startApp({ rules: '{ "rules": {} }', env: { INLINE_RELAY_DEADLINE_MS: "0" } });
    const grace = await refusing.user();
    const video = app.newVideoId();
    await grace.post(video, "one");
    const sent: string[] = [];
    const send = async (_: URL, body: string) => void sent.push(body);
    const alerts = createAlerts({ ...refusing.context, webhook, send });
    const subjects = createVideoSubjects({ ...refusing.context, alerts });
    const parts = { ...refusing.context, alerts, subjects, queue: noQueue };
    const tryTask = async (times: number) => {
      for (let retryCount = 0; retryCount < times; retryCount += 1) {
        expect(await runTask(parts, { video_id: video }, retryCount)).toBe(false);
      }
      await alerts.flush();
    };
    await tryTask(5);
    expect(sent.map((body) => JSON.parse(body))).toMatchObject([
      { alert: "refused", subject: "videos", video_id: video },
    ]);
    await sql`UPDATE alerts SET sent_at = sent_at - INTERVAL 16 MINUTE`.execute(refusing.context.db);
    await tryTask(2);
    expect(sent).toHaveLength(2);
  });
});
