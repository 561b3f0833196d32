import { expect, test } from "@jest/globals";
import { createViewerCounts } from "../../../functions/src/relay/videos/viewer-counts.ts";

test("an instance knows the viewers of the videos that it relays, for a minute", () => {
  let nowMs = 0;
  const counts = createViewerCounts(() => nowMs);
  expect(counts.of("v")).toBe(0);
  counts.note("v", 5);
  counts.note("v", 7);
  nowMs = 60_000;
  expect(counts.of("v")).toBe(7);
  nowMs += 1;
  expect(counts.of("v")).toBe(0);
});

test("it keeps 10,000 videos, those that it relayed last", () => {
  const counts = createViewerCounts(() => 0);
  for (let n = 0; n < 10_000; n += 1) counts.note(`v${n}`, 1);
  counts.note("v0", 2);
  counts.note("one more", 3);
  expect(["v0", "v1", "v2", "one more"].map((id) => counts.of(id))).toEqual([2, 0, 1, 3]);
});
