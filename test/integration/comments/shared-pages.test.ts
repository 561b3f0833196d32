import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { Redis } from "ioredis";
import { createContext } from "../../../functions/src/create-context.ts";
import type { Context } from "../../../functions/src/context.ts";
import { listComments } from "../../../functions/src/services/comments/read-comments.ts";
import { type RedisServer, hasRedis, startRedis } from "../../faults/system/redis.ts";
import { useApp } from "../../support/app/use-app.ts";
import { pause } from "../../support/delays.ts";
import { metric } from "../../support/metric.ts";
import { until } from "../../support/until.ts";

type Listed = Awaited<ReturnType<typeof listComments>>;

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

  /** Whether Redis has a page of this video soon. An instance that got a late answer keeps none for a second. */
  async function isKeptSoon(video: string): Promise<boolean> {
    for (let n = 0; n < 50; n += 1) {
      if ((await prober.keys(`newest-page:*${video}`)).length > 0) return true;
      await pause(20);
    }
    return false;
  }

  /**
   * What both instances list of a video, if the second found it in Redis. Each attempt takes a new video: an instance does not ask again
   * for what it has, and on a slow machine Redis may answer too late.
   */
  async function sharePage(): Promise<{ video: string; loaded: Listed; served: Listed } | undefined> {
    const video = app.newVideoId();
    await ada.post(video, "first");
    const loaded = await list(app.context, video);
    if (!(await isKeptSoon(video))) return undefined;
    // Past the API, so under the same tag: who reads MySQL shows it.
    await app.db.updateTable("comments").set({ content: "from MySQL" }).where("video_id", "=", video).execute();
    const before = await foundInRedis();
    const served = await list(other, video);
    return (await foundInRedis()) === before + 1 ? { video, loaded, served } : undefined;
  }

  test("the second is served the page that the first loaded, until the video changes", async () => {
    const { video, loaded, served } = await until("a page that is found in Redis", sharePage);
    expect(served).toEqual(loaded);
    // Control: under another tag the page in Redis counts as missing.
    const before = await foundInRedis();
    await ada.post(video, "second");
    expect(await list(other, video)).toMatchObject({ json: expect.stringMatching(/second.*from MySQL/) });
    expect(await foundInRedis()).toBe(before);
  });

  test("an erased text is gone from Redis with the next read of its page, and within a minute in any case", async () => {
    const { video, id } = await until("a page in Redis", async () => {
      const video = app.newVideoId();
      const { body } = await ada.post(video, "to be erased");
      await list(app.context, video);
      return (await isKeptSoon(video)) ? { video, id: body.comment.id } : undefined;
    });
    const [key = ""] = await prober.keys(`newest-page:*${video}`);
    expect(await prober.get(key)).toContain("to be erased");
    const seconds = await prober.ttl(key);
    expect(seconds).toBeGreaterThan(0);
    expect(seconds).toBeLessThanOrEqual(60);
    await ada.delete(video, id);
    await list(other, video);
    await until("the page without the text", async () => !(await prober.get(key))?.includes("to be erased"));
  });
});
