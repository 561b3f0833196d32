/**
 * Sends `count` requests, at most `concurrency` at once.
 * @returns how often each status came
 */
export async function atOnce(
  count: number,
  concurrency: number,
  request: (n: number) => Promise<number>,
): Promise<Record<number, number>> {
  const counts: Record<number, number> = {};
  const numbers = Array.from({ length: count }, (_, n) => n).values();
  const loop = async () => {
    for (const n of numbers) {
      const status = await request(n);
      counts[status] = (counts[status] ?? 0) + 1;
    }
  };
  await Promise.all(Array.from({ length: concurrency }, loop));
  return counts;
}
