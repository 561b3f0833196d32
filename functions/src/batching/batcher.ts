/** Milliseconds after which a batch under way no longer keeps the next one waiting: it hangs, and the next may not. */
const PATIENCE = 50;

export interface BatcherOptions<Item> {
  /** Items of a batch at most. */
  size: number;
  /** Batches under way at most: one, and those that have outlasted patience; what is run again alone is not among them. */
  lanes: number;
  /** Items with the same key are under way in one batch at a time: one that hangs then holds up no other batch than its own. */
  keyOf?: (item: Item) => string;
  /** Whether a batch may have failed for one item's sake: then each is run again alone, and has its own outcome. */
  mayBeOnes?: (error: unknown) => boolean;
  /** Whether what one met alone waits for all with its key: they are not run then, and get the same error. */
  isKeys?: (error: unknown) => boolean;
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
  { size, lanes, keyOf, mayBeOnes, isKeys }: BatcherOptions<Item>,
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
      const results = await answersTo(batch.map(({ item }) => item));
      for (const [n, result] of results.entries()) end(batch[n], result);
    } catch (error) {
      if (batch.length > 1 && mayBeOnes?.(error)) runAlone(batch);
      else for (const call of batch) end(call, Promise.reject<Result>(error));
    }
    clearTimeout(patience);
    underWay -= 1;
    giveWay();
    schedule();
  }

  async function answersTo(items: Item[]): Promise<(Result | Promise<Result>)[]> {
    const results = await run(items);
    if (results.length < items.length) throw new Error(`a batch of ${items.length} got ${results.length} answers`);
    return results;
  }

  /** One after the other where they share a key, so that what holds one up takes one place and not all. */
  function runAlone(batch: Call<Item, Result>[]): void {
    const last = new Map<string, Promise<Result>>();
    for (const call of batch) {
      const key = keyOf?.(call.item);
      const alone = () =>
        new Promise<Result>((resolve, reject) => {
          answersTo([call.item]).then((results) => results.forEach(resolve), reject);
        });
      const before = key === undefined ? undefined : last.get(key);
      const result = before ? before.then(alone, (error: unknown) => (isKeys?.(error) ? before : alone())) : alone();
      if (key !== undefined) last.set(key, result);
      end(call, result);
    }
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
