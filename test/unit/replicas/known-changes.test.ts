import { expect, test } from "@jest/globals";
import { createKnownChanges } from "../../../functions/src/replicas/known-changes.ts";

const AN_HOUR = 3_600_000;

test("the highest change of a video counts, in whatever order they are noted", () => {
  const known = createKnownChanges(AN_HOUR);
  for (const seq of [3, 5, 4, 0]) known.note("v", seq);
  expect([known.of("v"), known.of("w")]).toEqual([5, 0]);
});

test("of more videos than fit, the ones noted longest ago are forgotten", () => {
  const known = createKnownChanges(AN_HOUR);
  for (let n = 0; n <= 10_000; n += 1) known.note(`v${n}`, 1);
  expect([known.of("v0"), known.of("v1"), known.of("v10000")]).toEqual([0, 1, 1]);
});
