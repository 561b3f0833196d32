export function pause(milliseconds: number): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, milliseconds);
  });
}

/**
 * Leads in milliseconds for the rounds of a race with this work, see `race`. The first round runs it wholly before its rival, the last
 * one wholly after it, so both orders are certain. Between them the rival starts up to as long as the work takes before or after it.
 */
export async function raceLeads(rounds: number, work: () => Promise<unknown>): Promise<number[]> {
  let slowestMs = 0;
  for (let n = 0; n < 3; n += 1) {
    const startedAt = performance.now();
    await work();
    slowestMs = Math.max(slowestMs, performance.now() - startedAt);
  }
  const between = Array.from({ length: rounds - 2 }, (_, round) => slowestMs * (1 - (2 * round) / (rounds - 3)));
  return [Infinity, ...between, -Infinity];
}

/** Runs both works, the first one `leadMs` before the second. With an infinite lead, the one that leads ends before the other starts. */
export async function race<A, B>(leadMs: number, first: () => Promise<A>, second: () => Promise<B>): Promise<[A, B]> {
  if (leadMs === Infinity) return [await first(), await second()];
  if (leadMs === -Infinity) {
    const result = await second();
    return [await first(), result];
  }
  return Promise.all([pause(Math.max(0, -leadMs)).then(first), pause(Math.max(0, leadMs)).then(second)]);
}
