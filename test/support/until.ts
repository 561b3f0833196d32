const INTERVAL_MS = 20;
/** At most this much of an interval counts as waiting: a process that the machine suspends does not use up its time. */
const MAX_COUNTED_MS = 200;

/**
 * Waits until the condition gives a value, and fails after `seconds` with what it waited for. The default is the product's promise
 * that the mirror is up to date within two minutes.
 */
export async function until<T>(what: string, condition: () => T | Promise<T>, seconds = 120): Promise<NonNullable<T>> {
  let leftMs = seconds * 1000;
  let checkedAt = performance.now();
  for (;;) {
    const value = await condition();
    if (value !== undefined && value !== null && value !== false) return value;
    if (leftMs <= 0) throw new Error(`waited ${seconds} s for: ${what}`);
    await new Promise((resolve) => {
      setTimeout(resolve, INTERVAL_MS);
    });
    const now = performance.now();
    leftMs -= Math.min(now - checkedAt, MAX_COUNTED_MS);
    checkedAt = now;
  }
}
