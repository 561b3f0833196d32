import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import { setImmediate as nextTurn, setTimeout as sleep } from "node:timers/promises";
import { Redis } from "ioredis";
import { type VideoPage, createPageCache } from "../../../functions/src/caching/page-cache.ts";
import { createRedisPages } from "../../../functions/src/caching/redis-pages.ts";
import { openRedis } from "../../../functions/src/redis/open-redis.ts";
import { type RedisServer, hasRedis, startRedis } from "../../faults/system/redis.ts";
import { until } from "../../support/until.ts";

(hasRedis() ? describe : describe.skip)("pages in Redis", () => {
  let server: RedisServer;
  let prober: Redis;
  let instances: Instance[];
  let first: Instance;
  let second: Instance;
  beforeEach(async () => {
    instances = [];
    server = await startRedis();
    prober = new Redis(server.url);
    prober.on("error", () => {});
    await prober.ping();
    first = await open();
    second = await open();
  });
  afterEach(async () => {
    prober.disconnect();
    for (const { close } of instances) await close();
    server.resume();
    await server.kill();
  });

  /** Another instance, connected. */
  async function open(options?: InstanceOptions): Promise<Instance> {
    const instance = openInstance(server.url, options);
    instances.push(instance);
    await instance.connect();
    return instance;
  }

  const untilKept = (page: Page) => until("the page in Redis", () => isKept(prober, page));

  /** Waits until what the first instance loads is found by the other. */
  async function untilShared(finder = second): Promise<void> {
    await until("the instances to share a page", async () => {
      const page = nextPage();
      await first.read(page);
      for (let n = 0; n < 20 && !(await isKept(prober, page)); n += 1) await sleep(5);
      await finder.read(page);
      return finder.lookUps.at(-1) === "shared";
    });
  }

  test("readers of one page share one look-up in Redis", async () => {
    const page = nextPage();
    await first.read(page);
    await untilKept(page);
    await prober.config("RESETSTAT");
    const pages = await Promise.all(Array.from({ length: 50 }, () => second.read(page)));
    expect(pages).toEqual(Array.from({ length: 50 }, () => page));
    expect(second.lookUps).toEqual(Array.from({ length: 50 }, () => "shared"));
    expect(await prober.info("commandstats")).toContain("cmdstat_getrange:calls=1,");
  });

  test("instances of other releases or databases share nothing", async () => {
    const stranger = await open({ scope: ["another"] });
    const page = nextPage();
    await first.read(page);
    await untilKept(page);
    expect(await stranger.read(page)).toEqual(page);
    expect(stranger.lookUps).toEqual(["miss"]);
  });

  test("a page larger than an entry may be is not kept", async () => {
    const page = { ...nextPage(), json: JSON.stringify("ü".repeat(140_000)) };
    expect(await first.read(page)).toEqual(page);
    await untilShared();
    expect(await isKept(prober, page)).toBe(false);
  });

  test("an entry is gone when its time is over, though it was read meanwhile", async () => {
    const brief = await open({ keepSeconds: 5 });
    const page = { ...nextPage(), json: '"erased text"' };
    await brief.read(page);
    await untilKept(page);
    await second.read(page);
    expect(second.lookUps).toEqual(["shared"]);
    await until("the page to be gone", async () => !(await isKept(prober, page)));
    const later = await open();
    await later.read(page);
    expect(later.lookUps).toEqual(["miss"]);
  });

  test.each<[string, (key: string) => Promise<unknown>]>([
    ["another type", (key) => prober.multi().del(key).rpush(key, "a", "b").exec()],
    ["bytes", (key) => prober.set(key, Buffer.from([0xff, 0x0a, 0x00, 0xc3]))],
    ["nothing", (key) => prober.set(key, "")],
    ["8 MB", (key) => prober.set(key, "x".repeat(8_000_000))],
    ["a part of the entry", async (key) => prober.set(key, (await prober.get(key))!.slice(0, -1))],
    ["an entry and more", (key) => prober.append(key, "x")],
    ["an entry without a number", async (key) => prober.set(key, (await prober.get(key))!.replace(" 1 ", " NaN "))],
    ["a page of another tag", (key) => prober.set(key, '2-2-0 1 9\n"another"')],
  ])("%s under the key of a page is not served, and the page is kept there again", async (_, put) => {
    const third = await open();
    const page = nextPage();
    await first.read(page);
    await untilKept(page);
    const [key = ""] = await prober.keys("newest-page:*");
    await put(key);
    expect(await second.read(page)).toEqual(page);
    expect(second.lookUps).toEqual(["miss"]);
    await untilKept(page);
    expect(await third.read(page)).toEqual(page);
    expect(third.lookUps).toEqual(["shared"]);
  });

  test("while Redis is frozen, one look-up waits for it and no other; later they share pages again", async () => {
    const hasty = await open({ lookUpMs: 50 });
    server.freeze();
    expect(await hasty.readAtOnce()).toBe(false);
    // Past the pause, and past the end of the connection.
    for (let n = 0; n < 150; n += 1) {
      expect(await hasty.readAtOnce()).toBe(true);
      await sleep(20);
    }
    server.resume();
    await untilShared(hasty);
  });

  test("while Redis is killed, no read waits for it; they share pages again with one that starts there", async () => {
    await server.kill();
    await until("the instance to notice", () => first.readAtOnce());
    for (let n = 0; n < 100; n += 1) {
      expect(await first.readAtOnce()).toBe(true);
      await sleep(10);
    }
    server = await startRedis({ port: server.port });
    await untilShared();
  });

  test("while Redis has no memory left, pages are read and none is kept; later they share pages again", async () => {
    await untilShared();
    const known = nextPage();
    await first.read(known);
    await untilKept(known);
    await prober.config("SET", "maxmemory", "1mb");
    const fill = async () => {
      for (let n = 0; n < 100; n += 1) await prober.append("more", "x".repeat(100_000));
    };
    await expect(fill()).rejects.toThrow(/OOM/);
    const page = nextPage();
    for (const instance of [first, second]) expect(await instance.read(page)).toEqual(page);
    expect([first.lookUps.at(-1), second.lookUps.at(-1)]).toEqual(["miss", "miss"]);
    await second.read(known);
    expect(second.lookUps.at(-1)).toBe("shared");
    await prober.config("SET", "maxmemory", "0");
    await untilShared();
  });
});

interface Page extends VideoPage {
  videoId: string;
}

/** On a slow machine Redis may take longer than the product waits. */
const PATIENT_MS = 20_000;

let pages = 0;

function nextPage(): Page {
  pages += 1;
  return { videoId: `v${pages}`, seq: 1, tag: "1-1-0", json: `"page ${pages}: 😀"` };
}

async function isKept(prober: Redis, { videoId, json }: Page): Promise<boolean> {
  const [key] = await prober.keys(`newest-page:*:20 ${videoId}`);
  return key !== undefined && (await prober.type(key)) === "string" && ((await prober.get(key)) ?? "").endsWith(json);
}

interface InstanceOptions {
  scope?: string[];
  keepSeconds?: number;
  lookUpMs?: number;
}

type Instance = ReturnType<typeof openInstance>;

/** An instance's page cache, whose MySQL answers at once. */
function openInstance(url: string, { scope = ["test"], ...options }: InstanceOptions = {}) {
  const lookUps: string[] = [];
  const redis = openRedis(url, { onAway: () => {}, onReady: () => {} });
  const shared = createRedisPages(redis, { scope, lookUpMs: PATIENT_MS, ...options });
  const cache = createPageCache({ maxBytes: 1_000_000, shared, onLookUp: (outcome) => lookUps.push(outcome) });
  async function read({ videoId, ...page }: Page, onLoad = () => {}): Promise<Page> {
    const load = async () => {
      onLoad();
      return page;
    };
    const read = await cache.read({ videoId, tag: page.tag, limit: 20, server: "primary" }, load);
    return { videoId, ...read };
  }
  return {
    lookUps,
    read: (page: Page) => read(page),
    /** Reads a page, and tells whether it was loaded without a wait for anything. */
    async readAtOnce(): Promise<boolean> {
      const page = nextPage();
      let isLoaded = false;
      const reading = read(page, () => (isLoaded = true));
      await nextTurn();
      const wasAtOnce = isLoaded;
      expect(await reading).toEqual(page);
      return wasAtOnce;
    },
    connect: () => until("an instance to reach Redis", () => redis.findReady()),
    close: () => redis.close(),
  };
}
