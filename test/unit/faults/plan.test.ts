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

test("a run without Redis or without a replica has all faults but those of it", () => {
  const leftOut = (has: { hasRedis: boolean; hasReplica: boolean }) => {
    const possible = possibleFaults(has);
    return kinds.filter((kind) => !possible.includes(kind));
  };
  expect(leftOut({ hasRedis: false, hasReplica: true })).toEqual(["redis away", "redis silent"]);
  expect(leftOut({ hasRedis: true, hasReplica: false })).toEqual(kinds.filter((kind) => kind.startsWith("replica ")));
  expect(leftOut({ hasRedis: true, hasReplica: true })).toEqual([]);
});

test("an unknown fault is refused, with the names of those there are", () => {
  expect(() => faultNames(["rtdb gone"])).toThrow(/^No such fault: rtdb gone\. There are: .*rtdb away/);
});
