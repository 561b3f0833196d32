/**
 * Batching: calls that arrive while an earlier batch is running share the next one, so they share its round trip.
 *
 * How a call travels: it is queued. After the event loop has read all sockets (`setImmediate`), the batcher takes what is queued, up to
 * `maxSize`, and runs it. While that batch runs, further calls queue up for the next. So a call on an idle server waits for nothing, and
 * the busier the server, the larger the batches.
 *
 * Why it is safe: a call joins only a batch that has not begun. Whatever the batch reads, it reads after the call was made.
 *
 * The trade-off: a batch is as slow as its slowest item. Three things limit the damage. A batch that takes longer than 50 ms no longer
 * blocks the next one, up to `maxRunning` at once. Items with the same key are in one running batch at a time, so a key that hangs
 * blocks its own items and no other batch. And `each-alone.ts` gives each item its own outcome when a batch fails.
 */

/** How long a running batch blocks the next one, in milliseconds. After that it probably hangs, and the next may not. */
const SLOW_BATCH_MS = 50;

export interface BatcherOptions<Item> {
  /** Most items in a batch. */
  maxSize: number;
  /** Most batches at once: one, and those that turned out slow. Items that are run again alone are not counted; the pool bounds them. */
  maxRunning: number;
  /** Items with the same key are never in two running batches. */
  keyOf?: (item: Item) => string;
}

/**
 * Runs a batch. Returns a result for each item, in the items' order. A promise in place of a result is that item's own: it may come late
 * or fail, and the batch does not wait for it.
 */
export type RunBatch<Item, Result> = (items: Item[]) => Promise<(Result | Promise<Result>)[]>;

interface Call<Item, Result> {
  item: Item;
  resolve: (result: Result | Promise<Result>) => void;
}

/** Turns a function of many items into a function of one. */
export function createBatcher<Item, Result>(
  run: RunBatch<Item, Result>,
  { maxSize, maxRunning, keyOf }: BatcherOptions<Item>,
): (item: Item) => Promise<Result> {
  let queue: Call<Item, Result>[] = [];
  let running = 0;
  /** The batch that blocks the next one. */
  let blocking: symbol | undefined;
  let isScheduled = false;
  /** How many items of each key are running. */
  const runningKeys = new Map<string, number>();

  function schedule(): void {
    if (isScheduled) return;
    isScheduled = true;
    setImmediate(() => {
      isScheduled = false;
      if (blocking !== undefined || running >= maxRunning) return;
      const batch = takeBatch();
      if (batch.length > 0) void start(batch);
    });
  }

  function takeBatch(): Call<Item, Result>[] {
    const batch: Call<Item, Result>[] = [];
    const rest: Call<Item, Result>[] = [];
    for (const call of queue) {
      const isReady = batch.length < maxSize && !(keyOf && runningKeys.has(keyOf(call.item)));
      (isReady ? batch : rest).push(call);
    }
    queue = rest;
    return batch;
  }

  async function start(batch: Call<Item, Result>[]): Promise<void> {
    const self = Symbol("batch");
    const unblock = () => {
      if (blocking !== self) return;
      blocking = undefined;
      schedule();
    };
    const slowTimer = setTimeout(unblock, SLOW_BATCH_MS);
    blocking = self;
    running += 1;
    for (const { item } of batch) countKey(item, 1);
    try {
      const results = await runBatch(
        run,
        batch.map(({ item }) => item),
      );
      for (const [n, result] of results.entries()) settle(batch[n], result);
    } catch (error) {
      for (const call of batch) settle(call, Promise.reject<Result>(error));
    }
    clearTimeout(slowTimer);
    running -= 1;
    unblock();
    schedule();
  }

  function settle(call: Call<Item, Result> | undefined, result: Result | Promise<Result>): void {
    call?.resolve(result);
    if (!call || !keyOf) return;
    const release = () => {
      countKey(call.item, -1);
      schedule();
    };
    Promise.resolve(result).then(release, release);
  }

  function countKey(item: Item, change: 1 | -1): void {
    if (!keyOf) return;
    const key = keyOf(item);
    const count = (runningKeys.get(key) ?? 0) + change;
    if (count === 0) runningKeys.delete(key);
    else runningKeys.set(key, count);
  }

  return (item) =>
    new Promise((resolve) => {
      queue.push({ item, resolve });
      schedule();
    });
}

/** Runs a batch and checks that no item is left without a result: its caller would wait for ever. */
export async function runBatch<Item, Result>(
  run: RunBatch<Item, Result>,
  items: Item[],
): Promise<(Result | Promise<Result>)[]> {
  const results = await run(items);
  if (results.length < items.length) throw new Error(`a batch of ${items.length} got ${results.length} results`);
  return results;
}
