export function pause(milliseconds: number): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, milliseconds);
  });
}

/**
 * Delays in milliseconds for the rounds of a race with this work: from none to twice what the work takes. A rival that starts after
 * the delay comes before the work in some rounds, meanwhile in others, and after it in the last.
 */
export async function raceDelays(rounds: number, work: () => Promise<unknown>): Promise<number[]> {
  let slowestMs = 0;
  for (let n = 0; n < 3; n += 1) {
    const startedAt = performance.now();
    await work();
    slowestMs = Math.max(slowestMs, performance.now() - startedAt);
  }
  return Array.from({ length: rounds }, (_, round) => (2 * slowestMs * round) / rounds);
}
