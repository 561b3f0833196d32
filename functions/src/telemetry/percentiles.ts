/** Counts by the upper bound of their bucket, in milliseconds. `Infinity` for what is above the last bound. */
export type Histogram = ReadonlyMap<number, number>;

/**
 * The value under which a share of the counts is, as Prometheus computes it: within a bucket the counts lie evenly. At most the last
 * bound. Undefined for no counts.
 * @param share from 0 to 1
 * @param bounds all upper bounds, ascending
 */
export function percentile(histogram: Histogram, share: number, bounds: readonly number[]): number | undefined {
  let total = 0;
  for (const count of histogram.values()) total += count;
  if (total === 0) return undefined;
  let below = 0;
  let lower = 0;
  for (const upper of bounds) {
    const count = histogram.get(upper) ?? 0;
    if (count > 0 && below + count >= share * total) {
      return lower + (upper - lower) * Math.max(0, (share * total - below) / count);
    }
    below += count;
    lower = upper;
  }
  return lower;
}
