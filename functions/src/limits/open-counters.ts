import { setTimeout as sleep } from "node:timers/promises";
import type { Redis } from "ioredis";
import { RateLimiterMemory, RateLimiterRedis } from "rate-limiter-flexible";
import type { ShareQuery } from "../batching/shared-queries.ts";
import type { Config } from "../config.ts";
import type { Db } from "../database/schema.ts";
import { type CounterOptions, type CounterStore, createCounter } from "./counters.ts";
import { createPointStore, MysqlLimiter } from "./mysql-limiter.ts";

interface OpenCounters {
  store: CounterStore;
  /** Rejects while Redis is away; undefined without Redis. */
  ping?: () => Promise<unknown>;
  close: () => Promise<void>;
}

interface Parts {
  db: Db;
  shareQuery: ShareQuery;
  redisAlerts: { onAway: (error: Error) => void; onReady: () => void };
}

/** A command without an answer for this long counts in the instance's own memory, and Redis is connected to again. */
const COMMAND_MS = 500;
const CONNECT_MS = 1_000;

/** The counters that the configuration chooses: in MySQL, or in Redis. Connects at the first count. */
export function openCounters({ redisUrl }: Config["rateLimits"], { db, shareQuery, redisAlerts }: Parts): OpenCounters {
  if (redisUrl) return openRedis(redisUrl, redisAlerts);
  const points = createPointStore(db, shareQuery);
  return {
    store: (options) => createCounter(async () => new MysqlLimiter(limiterOptions(options), points), options),
    close: async () => {},
  };
}

/** While Redis is away, each instance counts by itself. */
function openRedis(url: string, { onAway, onReady }: Parts["redisAlerts"]): OpenCounters {
  let opened: Promise<Redis> | undefined;
  async function open(): Promise<Redis> {
    // It takes 140 ms to load, and few deployments use it.
    const { Redis } = await import("ioredis");
    const redis = new Redis(url, {
      lazyConnect: true,
      connectTimeout: CONNECT_MS,
      maxRetriesPerRequest: 1,
      enableOfflineQueue: false,
      commandTimeout: COMMAND_MS,
      // Closes a connection that gives no answer, so that the counts after the first do not wait for it.
      socketTimeout: COMMAND_MS,
      // After a failover: the connection still leads to what is a replica now.
      reconnectOnError: (error) => error.message.startsWith("READONLY"),
    });
    redis.on("error", onAway);
    redis.on("ready", onReady);
    // Wait for the connection. Otherwise a new instance makes its first counts in its own memory. Redis may be loading its data for long.
    await Promise.race([redis.connect().catch(() => undefined), sleep(CONNECT_MS)]);
    return redis;
  }
  return {
    store: (options) =>
      createCounter(async () => {
        return new RateLimiterRedis({
          ...limiterOptions(options),
          storeClient: await (opened ??= open()),
          rejectIfRedisNotReady: true,
          insuranceLimiter: new RateLimiterMemory(limiterOptions(options)),
        });
      }, options),
    ping: async () => (await (opened ??= open())).ping(),
    async close() {
      (await opened)?.disconnect();
    },
  };
}

function limiterOptions({ id, points, periodSeconds }: CounterOptions) {
  return { keyPrefix: id, points, duration: periodSeconds };
}
