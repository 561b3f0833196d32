import { expect, test } from "@jest/globals";
import { compareFigures, formatComparison, isWorse } from "../../../scripts/bench/compare.ts";
import { type Figure, type Target, format, isTargetMet } from "../../../scripts/bench/figure.ts";

const posts: Figure = {
  name: "create",
  value: 800,
  unit: "/s",
  reference: { name: "the bare transaction", value: 1000 },
  target: { of: "ratio", atLeast: 0.5 },
};
const withRatio = (ratio: number): Figure => ({ ...posts, ratio });

test("a figure shows its value, its reference and its target", () => {
  expect(format(posts)).toBe("create: 800/s, 0.80 x the bare transaction (1,000/s); target at least 0.5 x");
  expect(format(withRatio(0.4))).toMatch(/, 0\.40 x .*: MISSED$/);
  expect(format({ name: "memory", value: 268, unit: "MiB" })).toBe("memory: 268 MiB");
});

test.each<[Target, number, boolean]>([
  [{ of: "value", atMost: 20 }, 20, true],
  [{ of: "value", atMost: 20 }, 21, false],
  [{ of: "ratio", atLeast: 2 }, 20, true],
  [{ of: "ratio", atLeast: 2 }, 19, false],
  [{ of: "difference", atMost: 5 }, 15, true],
  [{ of: "difference", atMost: 5 }, 16, false],
])("the target %j with %d beside 10 is met: %s", (target, value, isMet) => {
  expect(isTargetMet({ name: "x", value, unit: "ms", reference: { name: "y", value: 10 }, target })).toBe(isMet);
});

test("a ratio target without a reference is missed", () => {
  expect(isTargetMet({ name: "x", value: 1, unit: "ms", target: { of: "ratio", atMost: 9 } })).toBe(false);
});

test("two checkouts are compared by the medians of their ratios", () => {
  const here = [[withRatio(0.5)], [withRatio(0.6)], [withRatio(9)]];
  const there = [[withRatio(0.4)], [withRatio(0.1)], [withRatio(0.5)]];
  const [comparison] = compareFigures(here, there);
  expect(comparison).toEqual({ name: "create", here: 0.6, there: 0.4, gain: expect.closeTo(1.5), unit: "x" });
  expect(formatComparison(comparison!)).toBe("create: 0.600 x here, 0.400 x there, gain 1.50");
});

test("a figure is worse when more than a tenth is lost, in its own direction", () => {
  const time = (value: number): Figure => ({ name: "p99", value, unit: "ms" });
  const compare = (here: Figure, there: Figure) => compareFigures([[here]], [[there]]).map(isWorse);
  expect(compare(withRatio(0.44), withRatio(0.5))).toEqual([true]);
  expect(compare(withRatio(0.46), withRatio(0.5))).toEqual([false]);
  expect(compare(time(12), time(10))).toEqual([true]);
  expect(compare(time(10), time(12))).toEqual([false]);
});

test("the direction of a figure without a target is its own, where the unit does not tell it", () => {
  const succeeded = (value: number): Figure => ({ name: "succeeded", value, unit: "%", better: "higher" });
  const updates = (value: number): Figure => ({ name: "updates", value, unit: "/s", better: "lower" });
  const compare = (here: Figure, there: Figure) => compareFigures([[here]], [[there]]).map(isWorse);
  expect(compare(succeeded(50), succeeded(90))).toEqual([true]);
  expect(compare(succeeded(90), succeeded(50))).toEqual([false]);
  expect(compare(updates(90), updates(50))).toEqual([true]);
  expect(compare(updates(50), updates(90))).toEqual([false]);
});

test("two zeros are equal, and a figure that only one checkout has is left out", () => {
  const left: Figure = { name: "left", value: 0, unit: "changes" };
  expect(compareFigures([[left]], [[left]])).toEqual([expect.objectContaining({ gain: 1 })]);
  expect(compareFigures([[left]], [[posts]])).toEqual([]);
});
