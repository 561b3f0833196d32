import { describe, expect, test } from "@jest/globals";
import { replicas } from "../../../scripts/doctor/database/replicas.ts";
import { root } from "../../../scripts/platform/paths.ts";
import { useApp } from "../../support/app/use-app.ts";
import { useReplicated } from "../../support/app/use-replicated.ts";
import { canReplicate } from "../../support/mysql/replicated.ts";
import { until } from "../../support/until.ts";

(canReplicate ? describe : describe.skip)("the doctor", () => {
  const replicated = useReplicated(useApp());

  async function faults(): Promise<string[]> {
    const { primaryUrl, replicaUrl } = replicated.servers;
    const surroundings = {
      root,
      nodeVersion: process.version,
      env: { MYSQL_REPLICA_URLS: replicaUrl },
      settings: {},
      settingsProblem: undefined,
      project: undefined,
    };
    const found = await replicas(surroundings, primaryUrl);
    return found.filter(({ status }) => status !== "ok").map(({ message }) => message);
  }

  test("finds a real replica well, and one that was promoted not", async () => {
    const { servers } = replicated;
    await servers.onPrimary("REPLACE INTO heartbeats VALUES (1, 'one', NOW(3))");
    await until("the heartbeat on the replica", async () => (await faults()).length === 0);
    await servers.promote();
    expect(await faults()).toEqual([expect.stringContaining("it takes writes")]);
    await servers.demote();
  });
});
