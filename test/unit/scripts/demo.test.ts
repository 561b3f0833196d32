import { expect, test } from "@jest/globals";
import { demo, needsSeed } from "../../../scripts/platform/demo.ts";

test("the seed runs without users, and again after it was killed between two of its own, but never beside others", () => {
  const [first = "", second = ""] = demo.users.map(({ username }) => username);
  expect([[], [first], [second]].map(needsSeed)).toEqual([true, true, true]);
  expect([[first, second], ["somebody"], [first, "somebody"]].map(needsSeed)).toEqual([false, false, false]);
});
