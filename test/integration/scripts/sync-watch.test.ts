import { afterEach, beforeEach, expect, test } from "@jest/globals";
import { type ChildProcess, spawn } from "node:child_process";
import { randomUUID } from "node:crypto";
import { once } from "node:events";
import { sql } from "kysely";
import { paths } from "../../../functions/src/contract/realtime-paths.ts";
import { relayVideo } from "../../../functions/src/relay/videos/relay-video.ts";
import { type RtdbServer, startRtdbServer } from "../../../rtdb-server/server.ts";
import type { App } from "../../support/app/app.ts";
import { startApp } from "../../support/app/use-app.ts";
import { RULES } from "../../support/realtime/rules.ts";
import { until } from "../../support/until.ts";

let rtdb: RtdbServer;
let app: App<"ada">;
let watch: ChildProcess;

beforeEach(async () => {
  rtdb = await startRtdbServer({ rules: RULES });
  const env = { FIREBASE_DATABASE_EMULATOR_HOST: `${rtdb.host}:${rtdb.port}`, INLINE_RELAY_DEADLINE_MS: "0" };
  app = await startApp({ users: { ada: "user" }, env });
});

afterEach(async () => {
  if (watch.exitCode === null) {
    watch.kill("SIGTERM");
    await once(watch, "exit");
  }
  await app.close();
  await rtdb.close();
});

function startWatch(): void {
  watch = spawn(process.execPath, ["scripts/sync.ts", "watch"], { env: app.processEnv, stdio: "ignore" });
}

const isShown = async (video: string): Promise<boolean> =>
  (await app.context.realtime.read(paths.comments(video)).catch(() => null)) !== null;

test("watch fills a Realtime Database that was away as soon as it is back, though no comparison is due", async () => {
  const video = app.newVideoId();
  await app.users.ada.post(video, "one");
  await relayVideo(app.context, video);
  const { host, port } = rtdb;

  // What the scheduled comparison takes next is what it has not compared for longest. With these times it takes nothing.
  await sql`UPDATE videos SET reconciled_at = NOW(3) + INTERVAL 1 DAY`.execute(app.db);
  await sql`UPDATE user_mirrors SET reconciled_at = NOW(3) + INTERVAL 1 DAY`.execute(app.db);
  await rtdb.close();
  startWatch();
  rtdb = await startRtdbServer({ host, port, rules: RULES });
  await until("the first fill", () => isShown(video));

  for (let restart = 0; restart < 2; restart += 1) {
    await rtdb.close();
    rtdb = await startRtdbServer({ host, port, rules: RULES });
    await until("the refill", () => isShown(video));
  }
});

test("watch deletes what the scheduled functions delete: old idempotency keys and old tombstones", async () => {
  const video = app.newVideoId();
  const key = randomUUID();
  const { ada } = app.users;
  const { id } = (await ada.post(video, "one", key)).body.comment;
  await ada.delete(video, id);
  await relayVideo(app.context, video);
  await sql`UPDATE idempotency_keys SET inserted_at = NOW(3) - INTERVAL 25 HOUR`.execute(app.db);
  await sql`UPDATE comments SET deleted_at = NOW(3) - INTERVAL 1000 DAY WHERE id = ${id}`.execute(app.db);
  const left = async (): Promise<number> => {
    const keys = await app.db.selectFrom("idempotency_keys").select("idempotency_key").execute();
    const comments = await app.db.selectFrom("comments").select("id").execute();
    return keys.length + comments.length;
  };
  expect(await left()).toBe(2);
  startWatch();
  await until("the purge", async () => (await left()) === 0);
});
