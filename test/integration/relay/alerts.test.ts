import { describe, expect, test } from "@jest/globals";
import { sql } from "kysely";
import { randomUUID } from "node:crypto";
import { createAlerts } from "../../../functions/src/alerts/alerts.ts";
import { relayVideo } from "../../../functions/src/relay/comments/relay.ts";
import { runRelayTask } from "../../../functions/src/relay/comments/task.ts";
import { takeSeq } from "../../../functions/src/tables/comments/videos.ts";
import { startApp, useApp } from "../../support/app/use-app.ts";
import { createUser } from "../../support/app/users.ts";
import { until } from "../../support/until.ts";

describe("alerts", () => {
  const { context, send } = useApp();

  test("many instances with one trouble send one message, in the log as Error Reporting reads it and to the webhook", async () => {
    const sent: string[] = [];
    const send = async (_: URL, body: string) => void sent.push(body);
    const instances = Array.from({ length: 5 }, () => createAlerts(context, new URL("https://example.com"), send));
    for (const alerts of [...instances, ...instances]) alerts.raise("backlog", "", "behind", { videos: 3 });
    await Promise.all(instances.map((alerts) => alerts.settle()));
    expect(sent.map((body) => JSON.parse(body))).toEqual([{ alert: "backlog", message: "behind", videos: 3 }]);
    const logged = context.logged.filter((line) => line.includes('"alert":"backlog"'));
    expect(logged).toHaveLength(1);
    expect(JSON.parse(logged[0]!)).toMatchObject({
      severity: "ERROR",
      message: "behind",
      "@type": expect.stringContaining("ReportedErrorEvent"),
    });
  });

  test("a webhook that fails, fails nobody", async () => {
    const alerts = createAlerts(context, new URL("https://example.com"), () => Promise.reject(new Error("no")));
    alerts.raise("drift", "", "drift", {});
    await expect(alerts.settle()).resolves.toBeUndefined();
    expect(context.logged.join()).toContain("alert not delivered");
  });

  test("who raises one does not wait for the webhook", async () => {
    const { promise: answered, resolve: answer } = Promise.withResolvers<void>();
    const sent: string[] = [];
    const alerts = createAlerts(context, new URL("https://example.com"), (_, body) => {
      sent.push(body);
      return answered;
    });
    const ada = await createUser(send);
    const video = `v-${randomUUID()}`;
    const id = `z.${randomUUID().slice(2)}`;
    await context.db.transaction().execute(async (transaction) => {
      const seq = await takeSeq(transaction, video);
      const row = { id, video_id: video, user_id: ada.session!.user.id, content: "refused", seq };
      await transaction.insertInto("comments").values(row).execute();
    });
    await relayVideo({ ...context, alerts }, video);
    await until("the message", () => sent.length > 0);
    expect(sent.map((body) => JSON.parse(body))).toMatchObject([{ alert: "parked", video_id: video, comment_id: id }]);

    let settled = false;
    const settling = alerts.settle().then(() => (settled = true));
    await relayVideo({ ...context, alerts }, video);
    expect(settled).toBe(false);
    answer();
    await settling;
    expect(sent).toHaveLength(1);
  });

  test("a task that is refused each time it is tried is one message, and another in a quarter of an hour", async () => {
    const world = await startApp({ rules: '{ "rules": {} }', env: { INLINE_RELAY_DEADLINE_MS: "0" } });
    try {
      const ada = await createUser(world.send);
      const video = `v-${randomUUID()}`;
      await ada.post(video, "one");
      const sent: string[] = [];
      const alerts = createAlerts(
        world.context,
        new URL("https://example.com"),
        async (_, body) => void sent.push(body),
      );
      const tryIt = async (times: number) => {
        for (let retry = 0; retry < times; retry += 1)
          expect(await runRelayTask({ ...world.context, alerts }, { video_id: video }, retry)).toBe(false);
        await alerts.settle();
      };
      await tryIt(5);
      expect(sent.map((body) => JSON.parse(body))).toMatchObject([{ alert: "refused", video_id: video }]);
      await sql`UPDATE alerts SET sent_at = sent_at - INTERVAL 16 MINUTE`.execute(world.context.db);
      await tryIt(2);
      expect(sent).toHaveLength(2);
    } finally {
      await world.close();
    }
  });
});
