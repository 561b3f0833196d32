import type { Redis } from "ioredis";
import type { RateLimiterAbstract } from "rate-limiter-flexible";
import { RateLimiterMemory, RateLimiterRedis, RateLimiterRes } from "rate-limiter-flexible";
import type { Config } from "../config.ts";
import type { Db } from "../database/schema.ts";
import type { Trips } from "../batching/shared-queries.ts";
import { createLimiterStore, MysqlLimiter } from "./mysql-limiter.ts";

export interface CounterOptions {
  /** Unique among the counters of a store. */
  id: string;
  points: number;
  /** Seconds. */
  per: number;
}

export interface Count {
  points: number;
  per: number;
  isOver: boolean;
  /** Points left, as far as this instance knows. */
  left: number;
  /** Seconds until the count begins anew. */
  resetAfter: number;
}

export interface Counter {
  take(key: string): Promise<Count>;
  forget(key: string): Promise<void>;
}

/** Makes the counters of one store, which instances share. */
export type CounterStore = (options: CounterOptions) => Counter;

/**
 * An instance takes points from the store by this part of the allowance and hands them out itself: reads would otherwise cost a
 * write each. An allowance of less than 40 is counted one by one.
 */
const LOT = 1 / 20;
/** Keys of which an instance holds a lot; then all that is held is given up, to the disadvantage of those counted. */
const LOTS_MAX = 10_000;

/** The counters that the configuration asks for: in MySQL, or in Redis. Connects at the first count. */
export function openCounters(
  { redisUrl }: Config["rateLimits"],
  db: Db,
  trips: Trips,
): { store: CounterStore; close: () => Promise<void> } {
  if (redisUrl) return openRedis(redisUrl);
  const store = createLimiterStore(db, trips);
  return {
    store: (options) => createCounter(async () => new MysqlLimiter(common(options), store), options),
    close: async () => {},
  };
}

/** While Redis is away, each instance counts by itself. */
function openRedis(url: string): { store: CounterStore; close: () => Promise<void> } {
  let opened: Promise<Redis> | undefined;
  async function open(): Promise<Redis> {
    // 140 ms to load, and few deployments have it.
    const { Redis } = await import("ioredis");
    const redis = new Redis(url, {
      lazyConnect: true,
      connectTimeout: 1_000,
      maxRetriesPerRequest: 1,
      enableOfflineQueue: false,
    });
    redis.on("error", () => {
      // Each count that fails for it goes to the instance's own counters.
    });
    // Waited for, or what a new instance is asked first would be counted by itself alone.
    await redis.connect().catch(() => undefined);
    return redis;
  }
  return {
    store: (options) =>
      createCounter(async () => {
        return new RateLimiterRedis({
          ...common(options),
          storeClient: await (opened ??= open()),
          rejectIfRedisNotReady: true,
          insuranceLimiter: new RateLimiterMemory(common(options)),
        });
      }, options),
    async close() {
      (await opened)?.disconnect();
    },
  };
}

function common({ id, points, per }: CounterOptions) {
  return { keyPrefix: id, points, duration: per };
}

interface Lot {
  left: number;
  /** The store had no more. */
  isOver: boolean;
  /** By the process's clock, milliseconds. */
  until: number;
}

function createCounter(open: () => Promise<RateLimiterAbstract>, { points, per }: CounterOptions): Counter {
  let opened: Promise<RateLimiterAbstract> | undefined;
  const limiterOf = () => (opened ??= open());
  const size = Math.max(1, Math.floor(points * LOT));
  const lots = new Map<string, Lot>();
  const taking = new Map<string, Promise<Count>>();

  const answer = (isOver: boolean, left: number, milliseconds: number): Count => {
    return { points, per, isOver, left, resetAfter: Math.max(0, Math.ceil(milliseconds / 1000)) };
  };

  async function takeLot(key: string): Promise<Count> {
    const { isOver, result } = await consume(await limiterOf(), key, size);
    if (size > 1) {
      if (lots.size >= LOTS_MAX) lots.clear();
      lots.set(key, { left: isOver ? 0 : size - 1, isOver, until: Date.now() + result.msBeforeNext });
    }
    return answer(isOver, isOver ? 0 : result.remainingPoints + size - 1, result.msBeforeNext);
  }

  async function take(key: string): Promise<Count> {
    const lot = lots.get(key);
    const now = Date.now();
    if (lot && lot.until > now && lot.left > 0) {
      lot.left -= 1;
      return answer(false, lot.left, lot.until - now);
    }
    return size === 1 ? takeLot(key) : takeInTurn(key, lot, now);
  }

  // One lot at a time: a burst of 40 requests would otherwise take 40 lots, which is twice the allowance.
  async function takeInTurn(key: string, lot: Lot | undefined, now: number): Promise<Count> {
    if (lot?.isOver && lot.until > now) return answer(true, 0, lot.until - now);
    const current = taking.get(key);
    if (current) {
      await current;
      return take(key);
    }
    const taken = takeLot(key).finally(() => taking.delete(key));
    taking.set(key, taken);
    return taken;
  }

  return {
    take,
    async forget(key) {
      lots.delete(key);
      const limiter = await limiterOf();
      await limiter.delete(key);
    },
  };
}

async function consume(
  limiter: RateLimiterAbstract,
  key: string,
  points: number,
): Promise<{ isOver: boolean; result: RateLimiterRes }> {
  try {
    return { isOver: false, result: await limiter.consume(key, points) };
  } catch (error) {
    // What the library throws when the points are used up is its answer, no Error.
    if (error instanceof RateLimiterRes) return { isOver: true, result: error };
    throw error;
  }
}
