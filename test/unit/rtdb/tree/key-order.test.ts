import { expect, test } from "@jest/globals";
import * as fc from "fast-check";
import { compareKeys } from "../../../../rtdb-server/tree/key-order.ts";

test("32-bit integers come first, by value and then by length; all other keys follow by UTF-16 unit", () => {
  const ordered = ["-2147483648", "-5", "0", "3", "03", "20", "2147483647", "2147483648", "3x", "4294967296", "Q", "q"];
  expect(ordered.toReversed().sort(compareKeys)).toEqual([...ordered].sort(compareKeys));
  expect(ordered.toReversed().sort(compareKeys)).toEqual(ordered);
});

test("the order is total: only equal keys compare as 0, and the order is antisymmetric and transitive", () => {
  const key = fc.oneof(fc.string({ minLength: 1 }), fc.stringMatching(/^-?0{0,3}\d{1,11}$/));
  fc.assert(
    fc.property(key, key, key, (a, b, c) => {
      expect(Math.sign(compareKeys(a, b))).toBe(-Math.sign(compareKeys(b, a)) || 0);
      expect(compareKeys(a, b) === 0).toBe(a === b);
      if (compareKeys(a, b) < 0 && compareKeys(b, c) < 0) expect(compareKeys(a, c)).toBeLessThan(0);
    }),
    { numRuns: 2000 },
  );
});
