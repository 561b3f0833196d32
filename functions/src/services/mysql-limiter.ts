import type { IRateLimiterOptions } from "rate-limiter-flexible";
import { RateLimiterMySQL } from "rate-limiter-flexible";
import { createBatcher } from "../batcher.ts";
import { retried } from "../tables/database.ts";
import type { Standing, Taken } from "../tables/rate-limits.ts";
import { addPoints, deleteLimit } from "../tables/rate-limits.ts";
import type { Trips } from "../tables/trips.ts";

/** Where the limiters of an instance count: what is counted at the same time, by whatever limiter, shares a round trip. */
export interface LimiterStore {
  add: (taken: Taken) => Promise<Standing>;
  remove: (key: string) => Promise<boolean>;
}

export function createLimiterStore(trips: Trips): LimiterStore {
  return {
    // Two instances may make the same row at once: a deadlock, in which the count is lost.
    add: createBatcher((taken: Taken[]) => retried(() => addPoints(trips, taken, Date.now())), { size: 64, lanes: 4 }),
    remove: (key) => deleteLimit(trips.db, key),
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
