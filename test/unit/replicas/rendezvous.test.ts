import { expect, test } from "@jest/globals";
import { chooseByKey } from "../../../functions/src/replicas/rendezvous.ts";

const places = ["a:3306", "b:3306", "c:3306", "d:3306"].map((name) => ({ name }));
const videos = Array.from({ length: 4_000 }, (_, n) => `video-${n}`);

test("videos are spread evenly", () => {
  const counts = Map.groupBy(videos, (video) => chooseByKey(video, places)!.name);
  for (const { name } of places) expect(counts.get(name)!.length).toBeGreaterThan(800);
});

test("the order in which an instance knows the replicas does not matter", () => {
  for (const video of videos) expect(chooseByKey(video, places.toReversed())).toBe(chooseByKey(video, places));
});

test("when a replica is left out, only its own videos move", () => {
  const [first, ...rest] = places;
  const others = videos.filter((video) => chooseByKey(video, places) !== first);
  expect(others.filter((video) => chooseByKey(video, rest) !== chooseByKey(video, places))).toEqual([]);
});

test("without a replica there is no place", () => {
  expect(chooseByKey("video", [])).toBeUndefined();
});
