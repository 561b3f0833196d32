import { expect, test } from "@jest/globals";
import { changeKey } from "../../../functions/src/contract/realtime-paths.ts";

test("the order of the change keys is the order of the numbers, up to the last safe one", () => {
  const numbers = [1, 9, 10, 99, 100, 2 ** 31, 2 ** 32, Number.MAX_SAFE_INTEGER];
  const keys = numbers.map(changeKey);
  expect(keys.toSorted()).toEqual(keys);
  // Keys that are 32-bit integers would sort before all others; all have 16 digits, so they only meet their like.
  expect(new Set(keys.map((key) => key.length))).toEqual(new Set([16]));
});
