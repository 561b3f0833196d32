import { ApiError, NetworkError } from "./errors.ts";

export interface RetryRules {
  /** How often to try, the first time included. */
  attempts: number;
  /** No attempt starts later than this after the first. */
  withinMs?: number;
  wait?: (ms: number) => Promise<void>;
}

/** The first pause; each further one is twice as long, up to the longest. */
const FIRST_PAUSE_MS = 500;
const LONGEST_PAUSE_MS = 30_000;
/** If the server asks for a longer wait, the caller gets the error at once and can tell the user. */
const LONGEST_RETRY_AFTER_SECONDS = 10;

/**
 * Repeats an attempt that got no response from the API (no network; 502, 503, 504), with growing pauses and never before
 * `Retry-After`. Only for what is safe to repeat. Throws any other error at once, and the last one when the attempts or the time
 * are used up.
 */
export async function withRetries<T>(attempt: () => Promise<T>, rules: RetryRules): Promise<T> {
  const { attempts, withinMs = Number.POSITIVE_INFINITY, wait = sleep } = rules;
  const end = performance.now() + withinMs;
  let failures = 0;
  while (true) {
    try {
      return await attempt();
    } catch (error) {
      failures += 1;
      const pauseMs = pauseAfter(error, failures);
      if (pauseMs === undefined || failures >= attempts || performance.now() + pauseMs > end) throw error;
      await wait(pauseMs);
    }
  }
}

/** The milliseconds to wait after so many failures; undefined if trying again is of no use. */
function pauseAfter(error: unknown, failures: number): number | undefined {
  // Jitter keeps the readers of one video from coming back at the same moment.
  const backOffMs = Math.min(FIRST_PAUSE_MS * 2 ** (failures - 1), LONGEST_PAUSE_MS) * (0.5 + Math.random() / 2);
  if (error instanceof NetworkError) return backOffMs;
  if (!(error instanceof ApiError) || ![502, 503, 504].includes(error.status)) return undefined;
  if (error.retryAfter === undefined) return backOffMs;
  if (error.retryAfter > LONGEST_RETRY_AFTER_SECONDS) return undefined;
  return Math.max(backOffMs, error.retryAfter * 1_000);
}

async function sleep(ms: number): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve, ms));
}
