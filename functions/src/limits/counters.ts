import { type RateLimiterAbstract, RateLimiterRes } from "rate-limiter-flexible";

export interface CounterOptions {
  /** Unique among the counters of a store. */
  id: string;
  points: number;
  periodSeconds: number;
}

/** The state of a counter after a point was taken. */
export interface CounterState {
  points: number;
  periodSeconds: number;
  isOver: boolean;
  /** Points left, as far as this instance knows. */
  remaining: number;
  /** When the count starts again. */
  resetSeconds: number;
}

export interface Counter {
  /**
   * If this instance holds no block of the key's allowance, begins to take one, and does not wait. It uses up no point: the instance hands
   * the block out to whoever takes a point next.
   */
  prefetch(key: string): void;
  /** Takes a point of the key's allowance. */
  take(key: string): Promise<CounterState>;
  /** The count, if this instance knows that no points are left; takes none. */
  findOver(key: string): CounterState | undefined;
  forget(key: string): Promise<void>;
}

/** Makes counters in a store that all instances share. */
export type CounterStore = (options: CounterOptions) => Counter;

/**
 * An instance takes points from the store in blocks of 5 % of the allowance and hands them out itself. Otherwise every read would cost
 * a write. So a request may be refused up to 5 % early for each instance, but never late. Allowances under 40 are counted one by one.
 */
const BLOCK_FRACTION = 1 / 20;
/**
 * The most keys of which one counter of an instance holds a block. Beyond that it gives up the oldest; the points in it are lost to its
 * users.
 */
const MAX_BLOCKS = 10_000;

interface Block {
  remaining: number;
  /** Points that were left in the store. */
  remainingInStore: number;
  /** The store had no points left. */
  isOver: boolean;
  /** By the process's clock, in milliseconds. */
  endsAt: number;
}

/** @param open opens the limiter at the first count */
export function createCounter(
  open: () => Promise<RateLimiterAbstract>,
  { points, periodSeconds }: CounterOptions,
): Counter {
  const blockSize = Math.max(1, Math.floor(points * BLOCK_FRACTION));
  const blocks = new Map<string, Block>();
  const refills = new Map<string, Promise<Block>>();
  let opened: Promise<RateLimiterAbstract> | undefined;
  const limiter = () => (opened ??= open());

  function stateOf(isOver: boolean, remaining: number, resetMs: number): CounterState {
    return { points, periodSeconds, isOver, remaining, resetSeconds: Math.max(0, Math.ceil(resetMs / 1000)) };
  }

  function findBlock(key: string): Block | undefined {
    const block = blocks.get(key);
    return block && block.endsAt > Date.now() ? block : undefined;
  }

  async function take(key: string): Promise<CounterState> {
    if (blockSize === 1) return takeAlone(key);
    let block = findBlock(key);
    // Others may use up a block while this call waits for it.
    while (!block || needsNextBlock(block)) block = await refill(key);
    if (!block.isOver) block.remaining -= 1;
    return stateOf(block.isOver, block.remainingInStore + block.remaining, block.endsAt - Date.now());
  }

  async function takeAlone(key: string): Promise<CounterState> {
    const { isOver, result } = await consume(await limiter(), key, 1);
    return stateOf(isOver, isOver ? 0 : result.remainingPoints, result.msBeforeNext);
  }

  // One block at a time. Otherwise a burst of 40 requests takes 40 blocks, which is twice the allowance.
  function refill(key: string): Promise<Block> {
    const running = refills.get(key);
    if (running) return running;
    const refilled = takeBlock(key).finally(() => refills.delete(key));
    refills.set(key, refilled);
    return refilled;
  }

  async function takeBlock(key: string): Promise<Block> {
    const { isOver, result } = await consume(await limiter(), key, blockSize);
    blocks.delete(key);
    const [oldest] = blocks.keys();
    if (oldest !== undefined && blocks.size >= MAX_BLOCKS) blocks.delete(oldest);
    const left = isOver
      ? { remaining: 0, remainingInStore: 0 }
      : { remaining: blockSize, remainingInStore: result.remainingPoints };
    const block = { ...left, isOver, endsAt: Date.now() + result.msBeforeNext };
    blocks.set(key, block);
    return block;
  }

  return {
    prefetch(key) {
      // A failure is for the call that takes a point.
      if (blockSize === 1) return;
      const block = findBlock(key);
      if (!block || needsNextBlock(block)) refill(key).catch(() => {});
    },
    take,
    findOver(key) {
      const block = blocks.get(key);
      const resetMs = (block?.endsAt ?? 0) - Date.now();
      return block?.isOver && resetMs > 0 ? stateOf(true, 0, resetMs) : undefined;
    },
    async forget(key) {
      blocks.delete(key);
      await (await limiter()).delete(key);
    },
  };
}

/** Whether its points are handed out, and the store may have more. */
function needsNextBlock({ remaining, isOver }: Block): boolean {
  return remaining === 0 && !isOver;
}

async function consume(
  limiter: RateLimiterAbstract,
  key: string,
  points: number,
): Promise<{ isOver: boolean; result: RateLimiterRes }> {
  try {
    return { isOver: false, result: await limiter.consume(key, points) };
  } catch (error) {
    // When the points are used up, the library throws its result, which is not an Error.
    if (error instanceof RateLimiterRes) return { isOver: true, result: error };
    throw error;
  }
}
