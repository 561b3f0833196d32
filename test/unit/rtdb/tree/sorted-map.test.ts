import { expect, test } from "@jest/globals";
import * as fc from "fast-check";
import { SortedMap } from "../../../../rtdb-server/tree/sorted-map.ts";

const compare = (a: number, b: number): number => a - b;
/** A set, or with null a delete. */
const step = fc.record({ key: fc.integer({ min: 0, max: 40 }), value: fc.option(fc.nat(), { nil: null }) });

test("a sorted map holds the same as a plain map after any sets and deletes, and older versions do not change", () => {
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
      expect([...map.entries({ fromEnd: true })]).toEqual(sorted.toReversed());
      expect([...map.entries({ skip: (key) => key < from })]).toEqual(sorted.filter(([key]) => key >= from));
      expect([...map.entries({ fromEnd: true, skip: (key) => key > from })]).toEqual(
        sorted.filter(([key]) => key <= from).toReversed(),
      );
    }),
    { numRuns: 500 },
  );
});

test("the later pair wins when a map is built from pairs with equal keys", () => {
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

test("a set and a get take a logarithmic number of comparisons", () => {
  let comparisons = 0;
  const countingCompare = (a: number, b: number): number => {
    comparisons += 1;
    return a - b;
  };
  let map = SortedMap.from<number, number>(countingCompare, []);
  for (let i = 0; i < 100_000; i += 1) map = map.set(i, i);
  comparisons = 0;
  map.set(50_000.5, 0).get(77_777);
  expect(comparisons).toBeLessThan(60); // two walks of a tree at most 2.4 times as deep as log2(100,000) = 17
});
