import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { Redis } from "ioredis";
import { createContext } from "../../../functions/src/create-context.ts";
import type { Context } from "../../../functions/src/context.ts";
import { listComments } from "../../../functions/src/services/comments/read-comments.ts";
import { type RedisServer, hasRedis, startRedis } from "../../faults/system/redis.ts";
import { useApp } from "../../support/app/use-app.ts";
import { metric } from "../../support/metric.ts";
import { until } from "../../support/until.ts";

(hasRedis() ? describe : describe.skip)("two instances with Redis", () => {
  const env: Record<string, string> = {};
  let server: RedisServer;
  let prober: Redis;
  beforeAll(async () => {
    server = await startRedis();
    prober = new Redis(server.url);
    await prober.ping();
    env["REDIS_URL"] = server.url;
  });
  const app = useApp({ users: { ada: "user" }, env });
  const { ada } = app.users;
  let other: Context;
  beforeAll(async () => {
    other = createContext(app.context.config, { log: app.context.log });
    for (const { dependencies } of [app.context, other]) await until("Redis", () => dependencies.redis?.());
  });
  afterAll(async () => {
    await other.close();
    prober.disconnect();
    await server.kill();
  });

  const list = (context: Context, videoId: string) => listComments(context, videoId, { limit: 20 });
  const foundInRedis = async () => (await metric(other, "page_cache_look_ups_total", { outcome: "shared" })) ?? 0;

  test("the second is served the page that the first loaded, until the video changes", async () => {
    const video = app.newVideoId();
    await ada.post(video, "first");
    const page = await list(app.context, video);
    await until("the page in Redis", async () => (await prober.keys("newest-page:*")).length === 1);
    // Past the API, so under the same tag: who reads MySQL shows it.
    await app.db.updateTable("comments").set({ content: "from MySQL" }).where("video_id", "=", video).execute();
    const before = await foundInRedis();
    expect(await list(other, video)).toEqual(page);
    expect(await foundInRedis()).toBe(before + 1);
    // Control: under another tag the page in Redis counts as missing.
    await ada.post(video, "second");
    expect(await list(other, video)).toMatchObject({ json: expect.stringMatching(/second.*from MySQL/) });
    expect(await foundInRedis()).toBe(before + 1);
  });

  test("an erased text is gone from Redis with the next read of its page, and within a minute in any case", async () => {
    const video = app.newVideoId();
    const { body } = await ada.post(video, "to be erased");
    await prober.flushall();
    await list(app.context, video);
    const [key = ""] = await until("the page in Redis", async () => {
      const keys = await prober.keys("newest-page:*");
      return keys.length > 0 ? keys : undefined;
    });
    expect(await prober.get(key)).toContain("to be erased");
    const seconds = await prober.ttl(key);
    expect(seconds).toBeGreaterThan(0);
    expect(seconds).toBeLessThanOrEqual(60);
    await ada.delete(video, body.comment.id);
    await list(other, video);
    await until("the page without the text", async () => !(await prober.get(key))?.includes("to be erased"));
  });
});
