/** Milliseconds after which a batch under way no longer keeps the next one waiting: it hangs, and the next may not. */
const PATIENCE = 50;

export interface BatcherOptions<Item> {
  /** Items of a batch at most. */
  size: number;
  /** Batches under way at most: one, and those that have outlasted patience. */
  lanes: number;
  /** Items with the same key are under way in one batch at a time: one that hangs then holds up no other batch than its own. */
  keyOf?: (item: Item) => string;
  /** Whether a batch may have failed for one item's sake: then each is run again alone, and has its own outcome. */
  mayBeOnes?: (error: unknown) => boolean;
}

interface Call<Item, Result> {
  item: Item;
  answer: (result: Result | Promise<Result>) => void;
}

/**
 * Gathers calls that come while earlier ones are under way, and runs them together: what costs a round trip each costs one for all.
 * A call joins only a batch that has not begun, so whatever `run` reads is read after the call was made.
 * @param run answers a result for each item, in their order; a promise in a result's place is that item's own, and may be late or fail
 */
export function createBatcher<Item, Result>(
  run: (items: Item[]) => Promise<(Result | Promise<Result>)[]>,
  { size, lanes, keyOf, mayBeOnes }: BatcherOptions<Item>,
): (item: Item) => Promise<Result> {
  let waiting: Call<Item, Result>[] = [];
  const busy = new Map<string, number>();
  let underWay = 0;
  /** The batch that the next one waits for. */
  let current: symbol | undefined;
  let scheduled = false;

  // After the event loop has read all sockets: requests that came together go together, also the first.
  function schedule(): void {
    if (scheduled) return;
    scheduled = true;
    setImmediate(() => {
      scheduled = false;
      if (current !== undefined || underWay >= lanes) return;
      const batch = take();
      if (batch.length > 0) void start(batch);
    });
  }

  function take(): Call<Item, Result>[] {
    const batch: Call<Item, Result>[] = [];
    const left: Call<Item, Result>[] = [];
    for (const call of waiting) {
      const isFree = batch.length < size && !(keyOf && busy.has(keyOf(call.item)));
      (isFree ? batch : left).push(call);
    }
    waiting = left;
    return batch;
  }

  async function start(batch: Call<Item, Result>[]): Promise<void> {
    const self = Symbol("batch");
    const giveWay = () => {
      if (current !== self) return;
      current = undefined;
      schedule();
    };
    const patience = setTimeout(giveWay, PATIENCE);
    current = self;
    underWay += 1;
    for (const { item } of batch) hold(item, 1);
    try {
      const results = await run(batch.map(({ item }) => item));
      for (const [n, result] of results.entries()) end(batch[n], result);
    } catch (error) {
      const areAlone = batch.length > 1 && mayBeOnes?.(error);
      const failed = Promise.reject<Result>(error);
      failed.catch(() => {});
      for (const call of batch) end(call, areAlone ? alone(call.item) : failed);
    }
    clearTimeout(patience);
    underWay -= 1;
    giveWay();
    schedule();
  }

  function alone(item: Item): Promise<Result> {
    return new Promise((resolve, reject) => {
      run([item]).then((results) => results.forEach(resolve), reject);
    });
  }

  function end(call: Call<Item, Result> | undefined, result: Result | Promise<Result>): void {
    call?.answer(result);
    if (!call || !keyOf) return;
    const release = () => {
      hold(call.item, -1);
      schedule();
    };
    Promise.resolve(result).then(release, release);
  }

  function hold(item: Item, change: 1 | -1): void {
    if (!keyOf) return;
    const key = keyOf(item);
    const count = (busy.get(key) ?? 0) + change;
    if (count === 0) busy.delete(key);
    else busy.set(key, count);
  }

  return (item) =>
    new Promise((answer) => {
      waiting.push({ item, answer });
      schedule();
    });
}
