import { Redis } from "ioredis";
import { RateLimiterRedis } from "rate-limiter-flexible";
import { createCounter } from "../../../../functions/src/limits/counters.ts";
import { openCounters as original } from "../../../../functions/src/limits/open-counters.ts";

/** Counts with what the Redis client does by default: no deadline, and no counts of the instance's own. */
export const openCounters: typeof original = (config, parts) => {
  if (!config.redisUrl) return original(config, parts);
  const redis = new Redis(config.redisUrl);
  redis.on("error", () => {});
  return {
    store: (options) => {
      const { id, points, periodSeconds } = options;
      const limiter = new RateLimiterRedis({ keyPrefix: id, points, duration: periodSeconds, storeClient: redis });
      return createCounter(async () => limiter, options);
    },
    close: async () => redis.disconnect(),
  };
};
