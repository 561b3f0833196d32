import type { Redis } from "ioredis";
import { RateLimiterRedis } from "rate-limiter-flexible";
import { createCounter } from "../../../../functions/src/limits/counters.ts";
import { openCounters as original } from "../../../../functions/src/limits/open-counters.ts";

/** What the Redis client does by default. */
const WITHOUT_DEADLINES = {
  lazyConnect: false,
  enableOfflineQueue: true,
  maxRetriesPerRequest: 20,
  commandTimeout: undefined,
  socketTimeout: undefined,
};

/** Counts with no deadline, and no counts of the instance's own. */
export const openCounters: typeof original = (redis, parts) => {
  if (!redis) return original(redis, parts);
  let opened: Promise<Redis> | undefined;
  const open = async () => {
    const client = (await redis.open()).duplicate(WITHOUT_DEADLINES);
    client.on("error", () => {});
    return client;
  };
  return (options) => {
    const { id, points, periodSeconds } = options;
    return createCounter(async () => {
      const storeClient = await (opened ??= open());
      return new RateLimiterRedis({ keyPrefix: id, points, duration: periodSeconds, storeClient });
    }, options);
  };
};
