import { RateLimiterMemory, RateLimiterRedis } from "rate-limiter-flexible";
import type { ShareQuery } from "../batching/shared-queries.ts";
import type { Db } from "../database/schema.ts";
import type { RedisConnection } from "../redis/open-redis.ts";
import { scopeKey } from "../redis/scope-key.ts";
import { type CounterOptions, type CounterStore, createCounter } from "./counters.ts";
import { createPointStore, MysqlLimiter } from "./mysql-limiter.ts";

interface Parts {
  db: Db;
  shareQuery: ShareQuery;
  /** The installation. Only instances that name the same share their counts in Redis; in MySQL they share the database. */
  scope: string[];
}

/** The counters: in Redis if there is one, else in MySQL. Opens nothing before the first count. */
export function openCounters(redis: RedisConnection | undefined, { db, shareQuery, scope }: Parts): CounterStore {
  if (redis) return openInRedis(redis, `${scopeKey(scope)}:`);
  const points = createPointStore(db, shareQuery);
  return (options) => createCounter(async () => new MysqlLimiter(limiterOptions(options), points), options);
}

/** While Redis is away, each instance counts by itself. */
function openInRedis(redis: RedisConnection, prefix: string): CounterStore {
  return (options) =>
    createCounter(async () => {
      const limiter = limiterOptions({ ...options, id: prefix + options.id });
      return new RateLimiterRedis({
        ...limiter,
        storeClient: await redis.open(),
        rejectIfRedisNotReady: true,
        insuranceLimiter: new RateLimiterMemory(limiter),
      });
    }, options);
}

function limiterOptions({ id, points, periodSeconds }: CounterOptions) {
  return { keyPrefix: id, points, duration: periodSeconds };
}
