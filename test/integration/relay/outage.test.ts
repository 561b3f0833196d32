import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { readFence } from "../../../functions/src/realtime/fence.ts";
import { root } from "../../../scripts/platform/paths.ts";
import { findFreePorts } from "../../../scripts/platform/ports/ports.ts";
import { createTestQueue } from "../../support/app/queue.ts";
import { useApp } from "../../support/app/use-app.ts";
import { until } from "../../support/until.ts";

/** The Realtime Database server as a process that can be killed. It keeps nothing. */
async function spawnRtdb(port: number): Promise<ChildProcess> {
  const args = ["rtdb-server/main.ts", "--port", String(port), "--rules", "database.rules.json"];
  const child = spawn(process.execPath, args, { cwd: root, stdio: "ignore" });
  await until("the Realtime Database server", () =>
    fetch(`http://127.0.0.1:${port}/`).then(
      () => true,
      () => false,
    ),
  );
  return child;
}

async function kill(child: ChildProcess): Promise<void> {
  child.kill("SIGKILL");
  await once(child, "exit");
}

// Below the ports that systems hand out: nobody takes it while the server is away.
const port = (await findFreePorts()).rtdb;

describe("after the Realtime Database was killed and started again, empty", () => {
  const queue = createTestQueue();
  let rtdb: ChildProcess;
  // These hooks come before the app's own: the queue stops before the app closes.
  beforeAll(async () => {
    rtdb = await spawnRtdb(port);
  });
  afterAll(async () => {
    await queue.stop();
    await kill(rtdb);
  });
  const env = { FIREBASE_DATABASE_EMULATOR_HOST: `127.0.0.1:${port}`, INLINE_RELAY_DEADLINE_MS: "0" };
  const app = useApp({ users: { ada: "user" }, env, parts: { videoQueue: queue } });
  const { context } = app;
  const { ada } = app.users;

  test("comments posted while it was away arrive with all others", async () => {
    const video = app.newVideoId();
    const contents = async () => {
      const value = await context.realtime.read(`comments/${video}`);
      return Object.values((value ?? {}) as Record<string, { content: string }>).map(({ content }) => content);
    };
    const post = async (text: string) => expect((await ada.post(video, text)).status).toBe(201);

    await post("before");
    await kill(rtdb);
    await post("while it is away");
    rtdb = await spawnRtdb(port);
    await post("after");
    // Control: only the queue's tasks relay them.
    expect(await contents()).toEqual([]);

    queue.deliver(context);
    await until("all three comments", async () => (await contents()).length === 3);
    expect(await contents()).toEqual(["before", "while it is away", "after"]);
    expect(await readFence(context.realtime, video)).toEqual({ epoch: 1, to: 3 });
  });

  test("comments that it lost come back with the next change, though MySQL took them for applied", async () => {
    const video = app.newVideoId();
    await ada.post(video, "one");
    await until("the first to be applied", async () => (await readFence(context.realtime, video)).to === 1);
    await kill(rtdb);
    rtdb = await spawnRtdb(port);
    await ada.post(video, "two");
    await until(
      "both comments",
      async () => Object.keys((await context.realtime.read(`comments/${video}`)) ?? {}).length === 2,
    );
  });
});
