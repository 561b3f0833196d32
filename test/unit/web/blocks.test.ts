import { expect, test } from "@jest/globals";
import { Blocks } from "../../../web/element/stream/blocks.ts";

const comment = (n: number) => ({ id: String(n).padStart(6, "0") });
const all = Array.from({ length: 1_000 }, (_, n) => comment(n));
const between = (from: number, to: number) => all.slice(from, to);

test("blocks have all comments, in order, each once, and know what comes before them", () => {
  const blocks = new Blocks<{ id: string }>();
  for (const [from, to] of [
    [500, 550],
    [500, 700],
    [475, 700],
    [300, 701],
    [650, 701],
    [0, 1_000],
    [10, 10],
    [3, 4],
  ] as const) {
    const shown = between(from, to);
    const divided = blocks.of(shown);
    expect(divided.flatMap(({ comments }) => comments)).toEqual(shown);
    const firsts = divided.map(({ comments: [first] }) => shown.indexOf(first!));
    expect(divided.map(({ before }) => before)).toEqual(firsts.map((place) => shown[place - 1]));
    expect(new Set(divided.map(({ key }) => key)).size).toBe(divided.length);
  }
});

test("a new comment changes the last block alone, also while the oldest are no longer drawn", () => {
  const blocks = new Blocks<{ id: string }>();
  let before = blocks.of(between(400, 550));
  for (let n = 1; n < 30; n += 1) {
    const after = blocks.of(between(400 + n, 550 + n));
    const kept = after.filter(({ key }) => before.some((block) => block.key === key));
    expect(after.length - kept.length).toBeLessThanOrEqual(1);
    const changed = kept.slice(1).filter((block) => {
      const earlier = before.find(({ key }) => key === block.key);
      return JSON.stringify(earlier?.comments) !== JSON.stringify(block.comments);
    });
    expect(changed.length).toBeLessThanOrEqual(1);
    before = after;
  }
});

test("older comments, and a comment that is deleted at the start of a block, leave the other blocks as they are", () => {
  const blocks = new Blocks<{ id: string }>();
  const before = blocks.of(between(500, 600));
  const second = before[1]!;
  const withoutStart = between(475, 600).filter(({ id }) => id !== second.key);
  const after = blocks.of(withoutStart);
  expect(after.map(({ key }) => key)).toEqual([all[475]!.id, ...before.map(({ key }) => key)]);
  expect(after.find(({ key }) => key === second.key)?.comments).toEqual(second.comments.slice(1));
  expect(after.at(-1)?.comments).toEqual(before.at(-1)?.comments);
});

test("no block becomes much longer than the others", () => {
  const blocks = new Blocks<{ id: string }>();
  for (let to = 1; to <= 1_000; to += 7) blocks.of(between(Math.max(0, to - 150), to));
  const lengths = blocks.of(between(850, 1_000)).map(({ comments }) => comments.length);
  expect(Math.max(...lengths)).toBeLessThanOrEqual(40);
});
