import { type RunBatch, runBatch } from "./batcher.ts";

export interface EachAloneOptions<Item> {
  /** Whether a batch may have failed because of one item. If so, each is run again by itself. */
  isItemError: (error: unknown) => boolean;
  /** Items with the same key are run again one after the other, so that a blocked key takes one connection and not all. */
  keyOf?: (item: Item) => string;
  /** Whether an item's error applies to every later item with the same key. Those then fail with it, without being run. */
  isKeyError?: (error: unknown) => boolean;
}

/**
 * The failure policy of a batch: when it fails and one item may be the cause, every item is run again by itself and has its own outcome.
 *
 * The trade-off: what succeeded before the failure may run twice, so `run` must be a transaction or safe to repeat.
 */
export function eachAloneOnFailure<Item, Result>(
  run: RunBatch<Item, Result>,
  { isItemError, keyOf, isKeyError }: EachAloneOptions<Item>,
): RunBatch<Item, Result> {
  function runAlone(item: Item): Promise<Result> {
    return new Promise((resolve, reject) => {
      runBatch(run, [item]).then((results) => results.forEach(resolve), reject);
    });
  }

  async function runAfter(previous: Promise<Result>, item: Item): Promise<Result> {
    try {
      await previous;
    } catch (error) {
      if (isKeyError?.(error)) throw error;
    }
    return runAlone(item);
  }

  return async (items) => {
    try {
      return await runBatch(run, items);
    } catch (error) {
      if (items.length === 1 || !isItemError(error)) throw error;
    }
    const lastOfKey = new Map<string, Promise<Result>>();
    return items.map((item) => {
      const key = keyOf?.(item);
      const previous = key === undefined ? undefined : lastOfKey.get(key);
      const result = previous ? runAfter(previous, item) : runAlone(item);
      if (key !== undefined) lastOfKey.set(key, result);
      return result;
    });
  };
}
