import { type RateLimiterAbstract, RateLimiterRes } from "rate-limiter-flexible";

export interface CounterOptions {
  /** Unique among the counters of a store. */
  id: string;
  points: number;
  periodSeconds: number;
}

/** The state of a counter after a point was taken. */
export interface Count {
  points: number;
  periodSeconds: number;
  isOver: boolean;
  /** Points left, as far as this instance knows. */
  remaining: number;
  /** When the count starts again. */
  resetSeconds: number;
}

export interface Counter {
  /** Takes a point of the key's allowance. */
  take(key: string): Promise<Count>;
  /** The count, if this instance knows that no points are left; takes none. */
  findOver(key: string): Count | undefined;
  forget(key: string): Promise<void>;
}

/** Makes counters in a store that all instances share. */
export type CounterStore = (options: CounterOptions) => Counter;

/**
 * An instance takes points from the store in blocks of 5 % of the allowance and hands them out itself. Otherwise every read would cost
 * a write. So a request may be refused up to 5 % early for each instance, but never late. Allowances under 40 are counted one by one.
 */
const BLOCK_FRACTION = 1 / 20;
/** The most keys of which an instance holds a block. Beyond that it gives up the oldest; the points in it are lost to its users. */
const MAX_BLOCKS = 10_000;

interface Block {
  remaining: number;
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
  const refills = new Map<string, Promise<Count>>();
  let opened: Promise<RateLimiterAbstract> | undefined;
  const limiter = () => (opened ??= open());

  function countOf(isOver: boolean, remaining: number, resetMs: number): Count {
    return { points, periodSeconds, isOver, remaining, resetSeconds: Math.max(0, Math.ceil(resetMs / 1000)) };
  }

  async function take(key: string): Promise<Count> {
    const block = blocks.get(key);
    const now = Date.now();
    if (block && block.endsAt > now) {
      if (block.remaining > 0) {
        block.remaining -= 1;
        return countOf(false, block.remaining, block.endsAt - now);
      }
      if (block.isOver) return countOf(true, 0, block.endsAt - now);
    }
    return blockSize === 1 ? takeFromStore(key) : refill(key);
  }

  // One block at a time. Otherwise a burst of 40 requests takes 40 blocks, which is twice the allowance.
  async function refill(key: string): Promise<Count> {
    const running = refills.get(key);
    if (running) {
      await running;
      return take(key);
    }
    const refilled = takeFromStore(key).finally(() => refills.delete(key));
    refills.set(key, refilled);
    return refilled;
  }

  async function takeFromStore(key: string): Promise<Count> {
    const { isOver, result } = await consume(await limiter(), key, blockSize);
    if (blockSize > 1) {
      blocks.delete(key);
      const [oldest] = blocks.keys();
      if (oldest !== undefined && blocks.size >= MAX_BLOCKS) blocks.delete(oldest);
      blocks.set(key, { remaining: isOver ? 0 : blockSize - 1, isOver, endsAt: Date.now() + result.msBeforeNext });
    }
    return countOf(isOver, isOver ? 0 : result.remainingPoints + blockSize - 1, result.msBeforeNext);
  }

  return {
    take,
    findOver(key) {
      const block = blocks.get(key);
      const resetMs = (block?.endsAt ?? 0) - Date.now();
      return block?.isOver && resetMs > 0 ? countOf(true, 0, resetMs) : undefined;
    },
    async forget(key) {
      blocks.delete(key);
      await (await limiter()).delete(key);
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
    // When the points are used up, the library throws its result, which is not an Error.
    if (error instanceof RateLimiterRes) return { isOver: true, result: error };
    throw error;
  }
}
