import type { IRateLimiterOptions } from "rate-limiter-flexible";
import { RateLimiterMySQL } from "rate-limiter-flexible";
import { retried } from "../database/database.ts";
import type { Standing, Taken } from "../tables/operation/rate-limits.ts";
import { addPoints, deleteLimit, standingsOf } from "../tables/operation/rate-limits.ts";
import type { Db } from "../database/schema.ts";
import type { Trips } from "../batching/shared-queries.ts";

/** Where the limiters of an instance count: what is counted at the same time, by whatever limiter, shares a round trip. */
export interface LimiterStore {
  add: (taken: Taken) => Promise<Standing>;
  remove: (key: string) => Promise<boolean>;
}

export function createLimiterStore(db: Db, trips: Trips): LimiterStore {
  const add = trips({
    ask: (taken: Taken[]) => addPoints(taken, Date.now()),
    read: ([, , found = []], taken) => standingsOf(taken, found),
  });
  return {
    // Two instances may make the same row at once: a deadlock, in which the count is lost.
    add: (taken) => retried(() => add(taken)),
    remove: (key) => deleteLimit(db, key),
  };
}

/**
 * The limiter of rate-limiter-flexible for MySQL with another way to its table: its own takes a transaction of four round trips for
 * each count, which were more than all that a post takes otherwise.
 * @see https://github.com/animir/node-rate-limiter-flexible#contribution (what a store has to have)
 */
export class MysqlLimiter extends RateLimiterMySQL {
  readonly #store: LimiterStore;

  constructor(options: IRateLimiterOptions, store: LimiterStore) {
    // The client is asked for, and never used.
    super({ ...options, storeClient: {}, storeType: "pool", tableCreated: true, clearExpiredByTimeout: false });
    this.#store = store;
  }

  async _upsert(key: string, points: number, milliseconds: number): Promise<Standing[]> {
    return [await this.#store.add({ key, points, expire: Date.now() + milliseconds })];
  }

  async _delete(key: string): Promise<boolean> {
    return this.#store.remove(key);
  }
}
