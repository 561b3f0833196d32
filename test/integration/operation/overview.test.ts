import { expect, test } from "@jest/globals";
import { sql } from "kysely";
import type { Overview } from "../../../functions/src/contract/operation.ts";
import { createContext } from "../../../functions/src/create-context.ts";
import { relayVideo } from "../../../functions/src/relay/videos/relay-video.ts";
import { runMaintenance } from "../../../functions/src/services/operation/maintenance.ts";
import { insertMinuteCounts } from "../../../functions/src/tables/operation/minute-counts.ts";
import { createMinuteCounts } from "../../../functions/src/telemetry/minute-counts.ts";
import { noQueue } from "../../support/app/queue.ts";
import { useApp } from "../../support/app/use-app.ts";

// Only the test relays.
const env = { INLINE_RELAY_DEADLINE_MS: "0" };
const app = useApp({ users: { admin: "admin", ada: "user" }, env, parts: { videoQueue: noQueue } });
const { admin, ada } = app.users;

const overview = async () => (await admin.call<Overview>("GET", "/admin/overview")).body;
const add = (metric: string, label: string, count: number) => insertMinuteCounts(app.db, [{ metric, label, count }]);
const countOf = (counts: Overview["drift"], label: string) => counts.find((one) => one.label === label)?.count;

test("a change that was relayed by one instance is in the overview of another", async () => {
  const before = (await overview()).latency.count;
  const other = createContext(app.context.config);
  const video = app.newVideoId();
  await ada.post(video, "one");
  await relayVideo(other, video);
  // Control: what an instance has not written yet is not there.
  expect((await overview()).latency.count).toBe(before);
  await other.close();
  expect((await overview()).latency).toMatchObject({ count: before + 1, p50_ms: expect.any(Number) });
});

test("the counts of two writers add up, by label, the largest first", async () => {
  await Promise.all([
    add("drift", "videos missing", 2),
    add("drift", "videos missing", 3),
    add("drift", "users stale", 1),
  ]);
  const { drift } = await overview();
  expect(drift.slice(0, 2)).toEqual([
    { label: "videos missing", count: 5 },
    { label: "users stale", count: 1 },
  ]);
});

test("a refusal by a limit is counted under the limit's name", async () => {
  const counts = createMinuteCounts((some) => insertMinuteCounts(app.db, some));
  for (let n = 0; n < 3; n += 1) counts.add("limits_hit", "register");
  expect(countOf((await overview()).limits_hit, "register")).toBeUndefined();
  await counts.close();
  expect(countOf((await overview()).limits_hit, "register")).toBe(3);
});

test("counts that cannot be written are written with the next ones", async () => {
  let isAway = true;
  const counts = createMinuteCounts(async (some) => {
    if (isAway) throw new Error("away");
    await insertMinuteCounts(app.db, some);
  });
  counts.add("alert", "breaker");
  await counts.close();
  isAway = false;
  counts.add("alert", "breaker");
  await counts.close();
  expect(countOf((await overview()).alerts, "breaker")).toBe(2);
});

test("an hour is shown, and a day is kept", async () => {
  await sql`DELETE FROM minute_counts`.execute(app.db);
  for (const minutes of [59, 61, 23 * 60, 25 * 60]) {
    await add("sync_latency", "100", 1);
    await sql`UPDATE minute_counts SET minute = minute - INTERVAL ${minutes} MINUTE WHERE minute > NOW() - INTERVAL 2 MINUTE`.execute(
      app.db,
    );
  }
  expect((await overview()).latency.minutes.length).toBeLessThanOrEqual(1);
  await runMaintenance(app.context);
  expect(
    await app.db.selectFrom("minute_counts").select("count").where("metric", "=", "sync_latency").execute(),
  ).toHaveLength(3);
});

test("who watches is summed over all videos, and the largest come first", async () => {
  for (const [video_id, viewers] of [
    ["few", 2],
    ["many", 40],
  ] as const)
    await app.db.insertInto("audiences").values({ video_id, viewers }).execute();
  const { audience } = await overview();
  expect(audience).toMatchObject({ videos: 2, viewers: 42, largest: [{ video_id: "many" }, { video_id: "few" }] });
});

test("nobody but an admin sees it", async () => {
  expect((await ada.call("GET", "/admin/overview")).status).toBe(403);
});

test("MySQL that is too slow for the readiness is in the overview as away, and the overview comes all the same", async () => {
  const { dependencies } = app.context;
  const { mysql } = dependencies;
  dependencies.mysql = async () => false;
  try {
    expect((await app.anonymous.call("GET", "/ready")).status).toBe(503);
    expect(await admin.call("GET", "/admin/overview")).toMatchObject({
      status: 200,
      body: { dependencies: { mysql: "away" }, audience: expect.anything() },
    });
  } finally {
    dependencies.mysql = mysql;
  }
});
