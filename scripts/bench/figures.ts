export interface Figures {
  perSecond: number;
  p50: number;
  p95: number;
  p99: number;
}

/** @param times milliseconds, of as many operations @param seconds in which they were done */
export function figuresOf(times: number[], seconds: number): Figures {
  const sorted = times.toSorted((a, b) => a - b);
  const at = (share: number) => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? NaN;
  return { perSecond: times.length / seconds, p50: at(0.5), p95: at(0.95), p99: at(0.99) };
}

export const ms = (value: number): string => `${value.toFixed(1)} ms`;

/** Runs `work` again and again in `workers` loops for `seconds`, and says how long each took. */
export async function measure(
  workers: number,
  seconds: number,
  work: (worker: number) => Promise<void>,
): Promise<Figures> {
  const times: number[] = [];
  const started = performance.now();
  const end = started + seconds * 1000;
  await Promise.all(
    Array.from({ length: workers }, async (_, worker) => {
      while (performance.now() < end) {
        const before = performance.now();
        await work(worker);
        times.push(performance.now() - before);
      }
    }),
  );
  return figuresOf(times, (performance.now() - started) / 1000);
}
