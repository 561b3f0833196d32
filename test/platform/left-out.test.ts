import { beforeAll, describe, expect, test } from "@jest/globals";
import { migrate } from "../../scripts/platform/mysql/migrations.ts";
import { withDatabase } from "../../scripts/platform/mysql/database.ts";
import { migrations } from "../../scripts/platform/paths.ts";
import { withPort } from "../support/app/api-on.ts";
import type { Client } from "../support/app/client.ts";
import { useApp } from "../support/app/use-app.ts";
import { type ReplicatedApi, useReplicated } from "../support/app/use-replicated.ts";
import { createUser } from "../support/app/users.ts";
import { openConnection } from "../support/mysql/connection.ts";
import { canReplicate } from "../support/mysql/replicated.ts";
import { until } from "../support/until.ts";

/** A database of the same form, with a heartbeat of its own. */
async function fillOther(url: string): Promise<void> {
  await migrate(url, migrations);
  const connection = await openConnection(url);
  await connection.query("INSERT INTO heartbeats VALUES (1, 'other', NOW(3))");
  await connection.end();
}

interface Ready {
  status: string;
  dependencies: { mysql: string; mysql_replicas: string[] };
}

(canReplicate ? describe : describe.skip)(
  "a replica is left out, no request fails, and it is taken back by itself",
  () => {
    // A connection to a silent replica is held until its deadline.
    const app = useApp({ env: { MYSQL_TIMEOUT_MS: "3000" } });
    const replicated = useReplicated(app);
    let api: ReplicatedApi;
    let ada: Client;

    beforeAll(async () => {
      api = replicated.openApi({ maxLagSeconds: 2 });
      ada = await createUser(api.send);
    });

    const leftOut = (reason: string) =>
      api.logged.filter((line) => line.includes('"replica left out"') && line.includes(`"reason":"${reason}"`)).length;
    const alerts = () => api.logged.filter((line) => line.includes('"alert":"replicas"')).length;
    const ready = async () => (await api.anonymous.call<Ready>("GET", "/ready")).body;

    /** Everything that may be read on a replica, signed out; what was just posted must be there. */
    async function expectReads(video: string): Promise<void> {
      const { headers, body } = await ada.post(video, "hello");
      const { id } = body.comment;
      const minSeq = { "min-video-seq": headers.get("video-seq")! };
      const paths = ["/comments", `/comments/${id}`, "/changes?after=0"];
      const replies = await Promise.all(
        paths.flatMap((path) => [
          api.anonymous.call("GET", `/videos/${video}${path}`),
          api.anonymous.call("GET", `/videos/${video}${path}`, undefined, minSeq),
        ]),
      );
      expect(replies.map(({ status }) => status)).toEqual(replies.map(() => 200));
      for (const reply of replies) expect(JSON.stringify(reply.body)).toContain(id);
    }

    test.each([
      [
        "whose SQL thread stops",
        "lagging",
        () => replicated.servers.onReplica("STOP REPLICA SQL_THREAD"),
        () => replicated.servers.onReplica("START REPLICA SQL_THREAD"),
      ],
      ["that lags by 10 s", "lagging", () => replicated.servers.delay(10), () => replicated.servers.delay(0)],
      ["that was promoted", "read_write", () => replicated.servers.promote(), () => replicated.servers.demote()],
      [
        "that takes writes by mistake",
        "read_write",
        () => replicated.servers.onReplica("SET GLOBAL read_only = 0"),
        () => replicated.servers.onReplica("SET GLOBAL read_only = 1"),
      ],
      [
        "that refuses connections",
        "away",
        async () => {
          replicated.proxy.refuse(true);
          replicated.proxy.cut();
        },
        async () => replicated.proxy.refuse(false),
      ],
      [
        "that is silent",
        "away",
        async () => {
          replicated.proxy.silence(true);
          replicated.proxy.freeze();
        },
        async () => replicated.proxy.silence(false),
      ],
    ] as const)("%s", async (_, reason, breakIt, mendIt) => {
      const video = app.newVideoId();
      await expectReads(video);
      await api.untilUsed(video);
      await api.context.db.deleteFrom("alerts").execute();
      const [leftOutBefore, alertsBefore] = [leftOut(reason), alerts()];
      await breakIt();
      await until(`the replica to be left out as ${reason}`, async () => {
        await expectReads(video);
        return leftOut(reason) > leftOutBefore;
      });
      await until("the alert", async () => {
        await expectReads(video);
        return alerts() > alertsBefore;
      });
      await until("readiness to tell that the replica alone is away", async () => {
        const { status, dependencies } = await ready();
        return status === "degraded" && dependencies.mysql === "ok" && dependencies.mysql_replicas[0] === "away";
      });
      const served = await api.reads("replica", "served");
      await expectReads(video);
      expect(await api.reads("replica", "served")).toBe(served);

      await mendIt();
      await api.untilUsed(video);
      await until("readiness", async () => (await ready()).status === "ok");
      await expectReads(video);
    });

    test.each([
      ["of another database", "foreign", fillOther],
      ["without the tables", "failed", async () => {}],
    ])("a server %s is never used", async (_, reason, fill) => {
      const name = `other_${reason}_${process.pid}`;
      const other = withDatabase(replicated.servers.primaryUrl, name);
      await replicated.servers.onPrimary(`CREATE DATABASE ${name}`);
      await fill(other);
      const replicaUrl = withDatabase(withPort(replicated.servers.replicaUrl, replicated.proxy.port), name);
      const wrong = replicated.openApi({ maxLagSeconds: 2, replicaUrl });
      const video = app.newVideoId();
      await ada.post(video, "hello");
      await until("the replica to be left out", async () => {
        expect((await wrong.anonymous.list(video)).body.comments).toHaveLength(1);
        return wrong.logged.some((line) => line.includes(`"reason":"${reason}"`));
      });
      expect(await wrong.reads("replica", "served")).toBe(0);
      await replicated.servers.onPrimary(`DROP DATABASE ${name}`);
    });
  },
);
