import { ApiError, NetworkError } from "./errors.ts";

export interface RetryRules {
  /** How often it is tried, the first time included. */
  attempts: number;
  /** Milliseconds after the beginning in which a further try may still begin. */
  within?: number;
  /** Waits so many milliseconds. */
  wait?: (milliseconds: number) => Promise<void>;
}

/** Milliseconds: the first pause; it doubles up to the longest. */
const FIRST_PAUSE = 500;
const LONGEST_PAUSE = 30_000;
/** Seconds: who is asked to wait longer than this is told so, instead of being kept waiting. */
const LONGEST_RETRY_AFTER = 10;

/**
 * Does again what failed for lack of an answer (no network; 502, 503, 504), with growing pauses and never before `Retry-After`.
 * Only for what is safe to repeat. Any other error is thrown at once, and the last one when the tries are used up.
 */
export async function withRetries<T>(attempt: () => Promise<T>, rules: RetryRules): Promise<T> {
  const { attempts, within = Number.POSITIVE_INFINITY, wait = sleep } = rules;
  const end = performance.now() + within;
  for (let tried = 1; ; tried += 1) {
    try {
      return await attempt();
    } catch (error) {
      const pause = pauseAfter(error, tried);
      if (pause === undefined || tried >= attempts || performance.now() + pause > end) throw error;
      await wait(pause);
    }
  }
}

/** Milliseconds to wait before trying again; undefined when trying again is of no use. */
export function pauseAfter(error: unknown, tried: number): number | undefined {
  // Jitter, so that the readers of one video do not come back at one moment.
  const backoff = Math.min(FIRST_PAUSE * 2 ** (tried - 1), LONGEST_PAUSE) * (0.5 + Math.random() / 2);
  if (error instanceof NetworkError) return backoff;
  if (!(error instanceof ApiError) || ![502, 503, 504].includes(error.status)) return undefined;
  if (error.retryAfter === undefined) return backoff;
  return error.retryAfter > LONGEST_RETRY_AFTER ? undefined : Math.max(backoff, error.retryAfter * 1_000);
}

async function sleep(milliseconds: number): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve, milliseconds));
}
