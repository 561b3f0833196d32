/** One line of a benchmark. */
export interface Figure {
  readonly name: string;
  readonly value: number;
  readonly unit: string;
  /** What a bare reference gave in the same run. */
  readonly reference?: { readonly name: string; readonly value: number };
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[values.length >> 1] ?? Number.NaN;
}

/**
 * The median of each measurement. They take turns, so that other load on the machine affects them alike.
 * @param slices how often each one runs
 */
export async function medians(
  slices: number,
  measurements: readonly (() => Promise<number> | number)[],
): Promise<number[]> {
  const samples: number[][] = measurements.map(() => []);
  for (let slice = 0; slice < slices; slice += 1) {
    for (const [i, measure] of measurements.entries()) samples[i]?.push(await measure());
  }
  return samples.map(median);
}
