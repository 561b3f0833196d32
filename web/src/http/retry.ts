import { ApiError, NetworkError } from "./errors.ts";
import { backOffMs, pause } from "./pause.ts";

export interface RetryRules {
  /** How often to try, the first time included. */
  attempts: number;
  /** No attempt starts later than this after the first. */
  withinMs?: number;
  wait?: ((ms: number, signal?: AbortSignal) => Promise<void>) | undefined;
  signal?: AbortSignal | undefined;
}

const LONGEST_PAUSE_MS = 30_000;
/** If the server asks for a longer wait, the caller gets the error at once and can tell the user. */
const LONGEST_RETRY_AFTER_SECONDS = 10;

/**
 * Repeats an attempt that reached no API, or one that cannot serve now (no network; 502, 503, 504), with growing pauses and never before
 * `Retry-After`. Only for what is safe to repeat. Throws any other error at once, and the last one when the attempts or the time
 * are used up, or the signal is aborted.
 */
export async function withRetries<T>(attempt: () => Promise<T>, rules: RetryRules): Promise<T> {
  const { attempts, withinMs = Number.POSITIVE_INFINITY, wait = pause, signal } = rules;
  const end = performance.now() + withinMs;
  let failures = 0;
  while (true) {
    try {
      return await attempt();
    } catch (error) {
      failures += 1;
      const pauseMs = pauseAfter(error, failures);
      const isLast = failures >= attempts || signal?.aborted === true;
      if (pauseMs === undefined || isLast || performance.now() + pauseMs > end) throw error;
      await wait(pauseMs, signal);
    }
  }
}

/** The milliseconds to wait after so many failures; undefined if trying again is of no use. */
function pauseAfter(error: unknown, failures: number): number | undefined {
  const ownMs = backOffMs(failures, LONGEST_PAUSE_MS);
  if (error instanceof NetworkError) return ownMs;
  if (!(error instanceof ApiError) || ![502, 503, 504].includes(error.status)) return undefined;
  if (error.retryAfter === undefined) return ownMs;
  if (error.retryAfter > LONGEST_RETRY_AFTER_SECONDS) return undefined;
  return Math.max(ownMs, error.retryAfter * 1_000);
}
