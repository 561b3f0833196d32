import { expect, test } from "@jest/globals";
import { faultNames, faults, planFaults, possibleFaults } from "../../faults/faults.ts";
import { createRandom } from "../../faults/random.ts";

const kinds = faultNames(Object.keys(faults));

test("each kind comes once before any comes again, and the wipe comes last", () => {
  const plan = planFaults(kinds, 2 * kinds.length, createRandom(7));
  expect(new Set(plan.slice(0, kinds.length - 1)).size).toBe(kinds.length - 1);
  expect(plan).toHaveLength(2 * kinds.length);
  expect(plan.indexOf("rtdb wiped")).toBe(plan.length - 1);
});

test("a seed gives one order, another seed another", () => {
  const plan = (seed: number) => planFaults(kinds, kinds.length, createRandom(seed));
  expect(plan(7)).toEqual(plan(7));
  expect(plan(7)).not.toEqual(plan(8));
});

test("without a wipe the plan has as many faults as asked for", () => {
  expect(planFaults(["rtdb away"], 3, createRandom(7))).toEqual(["rtdb away", "rtdb away", "rtdb away"]);
});

test("a machine without Redis runs all faults but those of Redis", () => {
  const left = kinds.filter((kind) => !possibleFaults(false).includes(kind));
  expect(left).toEqual(["redis away", "redis silent"]);
  expect(possibleFaults(true)).toEqual(kinds);
});

test("an unknown fault is refused, with the names of those there are", () => {
  expect(() => faultNames(["rtdb gone"])).toThrow(/^No such fault: rtdb gone\. There are: .*rtdb away/);
});
