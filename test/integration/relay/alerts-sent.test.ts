import { expect, test } from "@jest/globals";
import { mkdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { local } from "../../../scripts/platform/paths.ts";
import { buildFunctions } from "../../faults/system/build.ts";
import { createFleet } from "../../faults/system/fleet.ts";
import { useApp } from "../../support/app/use-app.ts";
import { processEnv } from "../../support/app/processes/process-env.ts";
import { pause } from "../../support/delays.ts";
import { countLockWaits, holdTransaction } from "../../support/mysql/locks.ts";
import { administer } from "../../support/realtime/administrator.ts";
import { until } from "../../support/until.ts";

const app = useApp({ users: { ada: "user" } });
const { context } = app;
const { ada } = app.users;

test("a scheduled run ends only when its alerts are sent, since the instance may have no CPU afterwards", async () => {
  const folder = join(local, `alerts-${process.pid}`);
  mkdirSync(folder, { recursive: true });
  await using started = new AsyncDisposableStack();
  started.defer(() => rmSync(folder, { recursive: true }));
  const logged: unknown[] = [];
  const fleet = createFleet({
    source: await buildFunctions(join(folder, "build")),
    folder,
    env: Object.fromEntries(
      Object.entries(processEnv(context.config)).filter((entry): entry is [string, string] => entry[1] !== undefined),
    ),
    onLog: ({ alert }) => logged.push(alert),
  });
  started.defer(() => fleet.close());
  const { url } = await fleet.start("reconcile");

  /** Whether the run had answered, and logged its alert, while the claim of the alert waited; undefined if nobody saw it wait. */
  async function lookWhileItWaits(): Promise<{ wasAnswered: boolean; wasLogged: boolean } | undefined> {
    await context.db.deleteFrom("alerts").execute();
    logged.length = 0;
    const video = app.newVideoId();
    await ada.post(video, "hello");
    await app.relay(video);
    await administer("DELETE", `comments/${video}`);
    const claim = "INSERT INTO alerts (name, sent_at) VALUES ('drift:videos', '1971-01-01')";
    await using lock = await holdTransaction(context.config.mysql.url, claim, []);
    let isAnswered = false;
    const answer = fetch(url, { method: "POST" }).finally(() => (isAnswered = true));
    await until("the run to claim its alert", async () => isAnswered || (await countLockWaits(context.db)) > 0);
    await pause(300);
    const seen = { wasAnswered: isAnswered, wasLogged: logged.includes("drift") };
    // The claim waits for 2 s. A slow machine may look after that.
    const isWaiting = (await countLockWaits(context.db)) > 0;
    await lock.release();
    await answer;
    await until("the log of the run", () => logged.includes("drift"));
    return isWaiting ? seen : undefined;
  }

  const seen = await until("a look at a run that waits", lookWhileItWaits);
  expect(seen).toEqual({ wasAnswered: false, wasLogged: false });
});
