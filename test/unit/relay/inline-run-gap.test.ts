import { describe, expect, test } from "@jest/globals";
import { type GapInputs, inlineRunGapMs } from "../../../functions/src/relay/mechanism/inline-run-gap.ts";

const BUDGET = 500;
const quietInstance = { startsPerSecond: 100, ownStartsPerSecond: 100, lastChanges: 1, viewers: 0 };

/** The rates that an instance measures once they have settled. Each step, a measured rate comes a little closer to what the gap allows. */
function settle(wanted: number[], gapMs: (load: GapInputs) => number): number[] {
  let measured = wanted;
  for (let step = 0; step < 10_000; step += 1) {
    const startsPerSecond = total(measured);
    measured = measured.map((ownStartsPerSecond, n) => {
      const allowed = Math.min(
        wanted[n] ?? 0,
        1_000 / gapMs({ startsPerSecond, ownStartsPerSecond, lastChanges: 1, viewers: 0 }),
      );
      return ownStartsPerSecond + (allowed - ownStartsPerSecond) / 1_000;
    });
  }
  return measured;
}

const total = (rates: number[]) => rates.reduce((sum, rate) => sum + rate, 0);

describe("the gap between two inline runs of a subject", () => {
  test.each([1, 20, 400, BUDGET])("is none under the budget, with all of %i runs/s on one subject", (rate) => {
    expect(
      inlineRunGapMs({ startsPerSecond: rate, ownStartsPerSecond: rate, lastChanges: 1, viewers: 1 }),
    ).toBeLessThan(1);
  });

  test.each([
    ["one busy subject", [2_000]],
    ["a busy subject among 40 quiet ones", [2_000, ...Array<number>(40).fill(5)]],
    ["ten busy subjects", Array<number>(10).fill(300)],
  ])("holds %s to the budget, and never slows a quiet one", (_, wanted) => {
    const rates = settle(wanted, inlineRunGapMs);
    expect(total(rates)).toBeLessThanOrEqual(BUDGET * 1.01);
    for (const [n, rate] of rates.entries()) expect(rate).toBeGreaterThanOrEqual(Math.min(20, wanted[n] ?? 0));
    // The control: without a gap, the same posts cost more runs.
    expect(total(settle(wanted, () => 0))).toBeGreaterThan(BUDGET * 1.01);
  });

  test("leaves the budget used: it slows nobody more than it has to", () => {
    expect(total(settle([2_000, 300], inlineRunGapMs))).toBeGreaterThan(BUDGET * 0.99);
  });

  test("grows with the changes in the last run, to 20 ms", () => {
    expect(inlineRunGapMs({ ...quietInstance, lastChanges: 2 })).toBe(4);
    expect(inlineRunGapMs({ ...quietInstance, lastChanges: 6 })).toBe(20);
    expect(inlineRunGapMs({ ...quietInstance, lastChanges: 500 })).toBe(20);
  });

  test("grows with the audience: 20 runs/s at most for 2,500 viewers, whatever the load", () => {
    expect(inlineRunGapMs({ ...quietInstance, viewers: 2_500 })).toBe(50);
    expect(inlineRunGapMs({ ...quietInstance, viewers: 10_000 })).toBe(200);
    expect(inlineRunGapMs({ startsPerSecond: 2_000, ownStartsPerSecond: 2_000, lastChanges: 40, viewers: 2_500 })).toBe(
      50,
    );
  });

  // The table of DESIGN.md.
  test.each([
    [1, 0, 0],
    [100, 2, 50_000],
    [1_000, 20, 50_000],
    [2_500, 50, 50_000],
    [10_000, 200, 50_000],
    [50_000, 1_000, 50_000],
    [100_000, 2_000, 50_000],
    [200_000, 4_000, 50_000],
  ])("is for %i viewers %i ms, so %i messages/s at most reach them", (viewers, gapMs, messagesPerSecond) => {
    const gap = inlineRunGapMs({ ...quietInstance, viewers });
    expect(Math.round(gap)).toBe(gapMs);
    if (gapMs > 0) expect((1_000 / gap) * viewers).toBeCloseTo(messagesPerSecond);
  });

  test("never exceeds four seconds, however large the audience", () => {
    expect(inlineRunGapMs({ ...quietInstance, viewers: 10_000_000 })).toBe(4_000);
  });
});
