/** One line of a benchmark: a measured value, and what a bare reference gave beside it. */
export interface Figure {
  readonly what: string;
  readonly value: number;
  readonly unit: string;
  readonly reference?: { readonly what: string; readonly value: number };
}

export function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[values.length >> 1] ?? Number.NaN;
}

/**
 * The medians of several measurements taken in turn, a slice of each at a time: what else the machine does in the meantime hits
 * all of them alike.
 */
export async function inTurn(
  slices: number,
  measurements: readonly (() => Promise<number> | number)[],
): Promise<number[]> {
  const taken: number[][] = measurements.map(() => []);
  for (let slice = 0; slice < slices; slice += 1) {
    for (const [i, measure] of measurements.entries()) taken[i]?.push(await measure());
  }
  return taken.map(median);
}
