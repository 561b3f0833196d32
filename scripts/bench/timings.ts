/** How long many operations of one kind took. */
export interface Timings {
  perSecond: number;
  /** Milliseconds, as are the others. */
  p50: number;
  p99: number;
}

/**
 * @param times how long each operation took, in milliseconds
 * @param seconds how long all of them took
 */
export function summarize(times: number[], seconds: number): Timings {
  return { perSecond: times.length / seconds, p50: quantile(times, 0.5), p99: quantile(times, 0.99) };
}

/** Runs an operation in parallel loops for some seconds. */
export async function measure(
  { loops, seconds }: { loops: number; seconds: number },
  operate: () => Promise<void>,
): Promise<Timings> {
  const times: number[] = [];
  const startedAt = performance.now();
  const endsAt = startedAt + seconds * 1000;
  const loop = async () => {
    while (performance.now() < endsAt) times.push(await time(operate));
  };
  await Promise.all(Array.from({ length: loops }, loop));
  return summarize(times, (performance.now() - startedAt) / 1000);
}

/** How many milliseconds the operation takes. */
export async function time(operate: () => Promise<unknown>): Promise<number> {
  const startedAt = performance.now();
  await operate();
  return performance.now() - startedAt;
}

/** Starts an operation `perSecond` times a second, whether or not earlier ones have ended, and waits for all of them. */
export async function atRate(
  { perSecond, seconds }: { perSecond: number; seconds: number },
  operate: (count: number) => Promise<void>,
): Promise<void> {
  const running: Promise<void>[] = [];
  const startedAt = performance.now();
  for (let count = 0; count < perSecond * seconds; count += 1) {
    const waitMs = startedAt + (count * 1000) / perSecond - performance.now();
    if (waitMs > 0) await pause(waitMs);
    const operation = operate(count);
    // A failure is for the end, when all are awaited.
    operation.catch(() => {});
    running.push(operation);
  }
  await Promise.all(running);
}

/** The value below which this share of the values is; NaN if there are none. */
export function quantile(values: number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? NaN;
}

export const median = (values: number[]): number => quantile(values, 0.5);

export function pause(milliseconds: number): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, milliseconds);
  });
}
