import { setTimeout as sleep } from "node:timers/promises";

export const pause = (seconds: number) => sleep(seconds * 1000);

/** @throws Error that says what did not happen in time */
export async function within<T>(seconds: number, what: string, work: Promise<T>): Promise<T> {
  const over = new AbortController();
  const late = sleep(seconds * 1000, undefined, { signal: over.signal }).then(() => {
    throw new Error(`waited ${seconds} s for: ${what}`);
  });
  // Rejects without anybody listening when the work is done first.
  late.catch(() => {});
  try {
    return await Promise.race([work, late]);
  } finally {
    over.abort();
  }
}
