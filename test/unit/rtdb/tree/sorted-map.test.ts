import { expect, test } from "@jest/globals";
import * as fc from "fast-check";
import { SortedMap } from "../../../../rtdb-server/tree/sorted-map.ts";

const compare = (a: number, b: number): number => a - b;
const step = fc.record({ key: fc.integer({ min: 0, max: 40 }), value: fc.option(fc.nat(), { nil: null }) });

test("it holds what a plain map holds after any sets and deletes, in order, and old maps stay as they were", () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 120 }), fc.integer({ min: 0, max: 40 }), (steps, from) => {
      let map = SortedMap.from<number, number>(compare, []);
      const model = new Map<number, number>();
      const versions: [SortedMap<number, number>, [number, number][]][] = [];
      for (const { key, value } of steps) {
        map = value === null ? map.delete(key) : map.set(key, value);
        if (value === null) model.delete(key);
        else model.set(key, value);
        versions.push([map, [...model].sort((a, b) => a[0] - b[0])]);
      }
      for (const [version, expected] of versions) expect([...version]).toEqual(expected);
      const sorted = [...model].sort((a, b) => a[0] - b[0]);
      expect(map.size).toBe(model.size);
      expect([...map.entries(true)]).toEqual(sorted.toReversed());
      expect([...map.entries(false, (key) => key < from)]).toEqual(sorted.filter(([key]) => key >= from));
      expect([...map.entries(true, (key) => key > from)]).toEqual(sorted.filter(([key]) => key <= from).toReversed());
    }),
    { numRuns: 500 },
  );
});

test("of two equal keys it is built from, the later counts", () => {
  expect([
    ...SortedMap.from(compare, [
      [2, "a"],
      [1, "b"],
      [2, "c"],
    ]),
  ]).toEqual([
    [1, "b"],
    [2, "c"],
  ]);
});

test("a set and a get cost the logarithm of the size", () => {
  let compared = 0;
  const counting = (a: number, b: number): number => {
    compared += 1;
    return a - b;
  };
  let map = SortedMap.from<number, number>(counting, []);
  for (let i = 0; i < 100_000; i += 1) map = map.set(i, i);
  compared = 0;
  map.set(50_000.5, 0).get(77_777);
  expect(compared).toBeLessThan(60); // two walks of a tree that is at most 2.4 times as deep as log2(100,000) = 17
});
