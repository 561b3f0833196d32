import { expect, test } from "@jest/globals";
import { percentile } from "../../functions/src/telemetry/percentiles.ts";

const BOUNDS = [10, 20, 50];

test.each([
  ["all in one bucket, half of the way", new Map([[20, 4]]), 0.5, 15],
  [
    "the bucket that holds the share",
    new Map([
      [10, 90],
      [50, 10],
    ]),
    0.95,
    35,
  ],
  [
    "exactly at a bound",
    new Map([
      [10, 50],
      [20, 50],
    ]),
    0.5,
    10,
  ],
  ["above the last bound: the last bound", new Map([[Infinity, 3]]), 0.5, 50],
  ["nothing", new Map<number, number>(), 0.5, undefined],
])("a percentile of counts in buckets: %s", (_what, counts, share, expected) => {
  expect(percentile(counts, share, BOUNDS)).toBe(expected);
});
