import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { randomUUID } from "node:crypto";
import { openDatabase } from "../../../functions/src/database/open-database.ts";
import { createSharedQueries } from "../../../functions/src/batching/shared-queries.ts";
import { openCounters } from "../../../functions/src/limits/open-counters.ts";
import { createLimits } from "../../../functions/src/limits/limits.ts";
import { ALLOWANCES } from "../../../functions/src/limits/allowances.ts";
import { openRedis } from "../../../functions/src/redis/open-redis.ts";
import { type RedisServer, hasRedis, startRedis } from "../../faults/system/redis.ts";
import { until } from "../../support/until.ts";

(hasRedis() ? describe : describe.skip)("with counters in Redis", () => {
  let server: RedisServer;
  let instances: ReturnType<typeof open>[];

  beforeAll(async () => {
    server = await startRedis();
    instances = [open(server.url), open(server.url)];
    for (const { ping } of instances) await until("an instance to reach Redis", () => ping().catch(() => undefined));
  });
  afterAll(async () => {
    await Promise.all(instances.map(({ close }) => close()));
    await server.kill();
  });

  const { points } = ALLOWANCES.refresh.valid.session;
  /** How many of these requests, alternating between the instances, are within the limit. */
  const countAllowed = async (requests: number, session: string) => {
    const outcomes = await Promise.allSettled(
      Array.from({ length: requests }, (_, n) => instances[n % 2]!.limits.count("refresh", "valid", { session })),
    );
    return outcomes.filter(({ status }) => status === "fulfilled").length;
  };

  test("two instances share their counts, and forgetting a count forgets it for both", async () => {
    const session = randomUUID();
    expect(await countAllowed(points + 10, session)).toBe(points);
    await expect(instances[1]!.limits.count("refresh", "valid", { session })).rejects.toMatchObject({
      code: "rate_limited",
    });
    await instances[0]!.limits.forget("refresh", "valid", { session });
    expect(await countAllowed(2, session)).toBe(2);
  });

  test("another installation on the same Redis has counts of its own", async () => {
    const session = randomUUID();
    expect(await countAllowed(points + 1, session)).toBe(points);
    const other = open(server.url, "elsewhere");
    await until("the other installation to reach Redis", () => other.ping().catch(() => undefined));
    await other.limits.count("refresh", "valid", { session });
    await other.close();
  });

  test("each instance counts for itself while Redis is stopped, its connections still open, and counts there again later", async () => {
    noted.length = 0;
    server.freeze();
    expect(await countAllowed(2 * points + 10, randomUUID())).toBe(2 * points);
    expect(noted).toContain("away");
    for (const { ping } of instances) await expect(ping()).rejects.toBeInstanceOf(Error);
    noted.length = 0;
    server.resume();
    await until("each instance to say so", () => noted.filter((event) => event === "ready").length >= 2);
    // One instance may have said it twice.
    for (const { ping } of instances) await until("an instance to reach Redis", () => ping().catch(() => undefined));
    expect(await countAllowed(points + 10, randomUUID())).toBe(points);
  });

  test("each instance counts for itself while Redis is away, and no request waits for Redis", async () => {
    await server.kill();
    expect(await countAllowed(2 * points + 10, randomUUID())).toBe(2 * points);
  });
});

const noted: string[] = [];
const hooks = { onAway: () => void noted.push("away"), onReady: () => void noted.push("ready") };

function open(url: string, installation = "here") {
  // Port 9 is closed: with Redis nothing is counted in MySQL.
  const db = openDatabase({ url: "mysql://root@127.0.0.1:9/x", connections: 1 });
  const redis = openRedis(url, hooks);
  const store = openCounters(redis, { db, shareQuery: createSharedQueries(db), scope: [installation] });
  return { limits: createLimits(store, 1), ping: redis.ping, close: redis.close };
}
