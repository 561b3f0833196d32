import { type IRateLimiterOptions, RateLimiterMySQL } from "rate-limiter-flexible";
import type { ShareQuery } from "../batching/shared-queries.ts";
import type { Db } from "../database/schema.ts";
import { withRetries } from "../database/transactions.ts";
import {
  type AddedPoints,
  type CounterValue,
  addPointsStatements,
  deleteCounter,
  valuesAfterEach,
} from "../tables/operation/rate-limits.ts";

/** Where an instance's limiters count. All counts at the same time, of whatever limiter, share a round trip. */
export interface PointStore {
  add: (added: AddedPoints) => Promise<CounterValue>;
  delete: (key: string) => Promise<boolean>;
}

export function createPointStore(db: Db, shareQuery: ShareQuery): PointStore {
  const add = shareQuery({
    buildStatements: (added: AddedPoints[]) => addPointsStatements(added, Date.now()),
    readResults: ([, , rows = []], added) => valuesAfterEach(added, rows),
  });
  return {
    // Two instances may insert the same row at once. That is a deadlock, and the server undoes one of the counts.
    add: (added) => withRetries(() => add(added)),
    delete: (key) => deleteCounter(db, key),
  };
}

/**
 * The MySQL limiter of rate-limiter-flexible with our access to its table. The library's own takes four round trips for each count,
 * more than the rest of a post.
 * @see https://github.com/animir/node-rate-limiter-flexible#contribution (what a store must implement)
 */
export class MysqlLimiter extends RateLimiterMySQL {
  readonly #store: PointStore;

  constructor(options: IRateLimiterOptions, store: PointStore) {
    // The library requires a client, but only the overridden methods would use it.
    super({ ...options, storeClient: {}, storeType: "pool", tableCreated: true, clearExpiredByTimeout: false });
    this.#store = store;
  }

  async _upsert(key: string, points: number, milliseconds: number): Promise<CounterValue[]> {
    return [await this.#store.add({ key, points, expire: Date.now() + milliseconds })];
  }

  async _delete(key: string): Promise<boolean> {
    return this.#store.delete(key);
  }
}
