/** Milliseconds of a turn that count: while this process stands still it can see nothing, and its time does not run out. */
const TURN = 200;

/**
 * Waits until the condition gives something, asking every 20 ms; fails after `seconds` with what it was waiting for. The two minutes are
 * the time in which everything promised to come does come.
 */
export async function until<T>(what: string, condition: () => T | Promise<T>, seconds = 120): Promise<NonNullable<T>> {
  let left = seconds * 1000;
  for (let asked = performance.now(); ;) {
    const value = await condition();
    if (value !== undefined && value !== null && value !== false) return value;
    if (left <= 0) throw new Error(`waited ${seconds} s for: ${what}`);
    await new Promise((resolve) => {
      setTimeout(resolve, 20);
    });
    const now = performance.now();
    left -= Math.min(now - asked, TURN);
    asked = now;
  }
}
