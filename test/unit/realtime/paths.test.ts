import { expect, test } from "@jest/globals";
import { changeKey } from "../../../functions/src/contract/realtime-paths.ts";

test("the keys of changes sort as their numbers do, up to the largest safe integer", () => {
  const numbers = [1, 9, 10, 99, 100, 2 ** 31, 2 ** 32, Number.MAX_SAFE_INTEGER];
  const keys = numbers.map(changeKey);
  expect(keys.toSorted()).toEqual(keys);
  // The Realtime Database sorts keys that are 32-bit integers before all others. With 16 digits, all keys are of one kind.
  expect(new Set(keys.map((key) => key.length))).toEqual(new Set([16]));
});
