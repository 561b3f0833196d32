import { expect, test } from "@jest/globals";
import { readPage } from "./pages.ts";

const DESIGN = readPage("DESIGN.md");

/** The decisions below each heading, as the contents name them. */
function contentsOf(page: string): Map<string, number[]> {
  const lines = page.matchAll(/^- \[(.+)\]\(#.+\): ([\d, to]+)$/gm);
  return new Map(Array.from(lines, ([, part = "", ranges = ""]) => [part, ranges.split(", ").flatMap(numbersOf)]));
}

function numbersOf(range: string): number[] {
  const [from = 0, to = from] = range.split(" to ").map(Number);
  return Array.from({ length: to - from + 1 }, (_, n) => from + n);
}

/** The decisions below each heading, as they stand there. */
function decisionsOf(page: string): Map<string, number[]> {
  const parts = page.split(/^## /m).slice(1);
  const all = parts.map((part): [string, number[]] => [
    part.split("\n", 1)[0] ?? "",
    Array.from(part.matchAll(/^### (\d+)\./gm), ([, number]) => Number(number)),
  ]);
  return new Map(all.filter(([, numbers]) => numbers.length > 0));
}

const sorted = (parts: Map<string, number[]>) =>
  Array.from(parts, ([part, numbers]) => [part, numbers.toSorted((a, b) => a - b)]);

test("the contents of DESIGN.md name the decisions of each part", () => {
  expect(sorted(contentsOf(DESIGN))).toEqual(sorted(decisionsOf(DESIGN)));
});

test("no two decisions have one number", () => {
  const numbers = [...decisionsOf(DESIGN).values()].flat();
  expect(numbers.filter((number, place) => numbers.indexOf(number) !== place)).toEqual([]);
});

test("control: a decision that the contents do not name, and one that is not there, are noticed", () => {
  const page = "- [A](#a): 1 to 2, 9\n\n## A\n\n### 1. One\n\n### 2. Two\n\n### 3. Three\n";
  expect(sorted(contentsOf(page))).toEqual([["A", [1, 2, 9]]]);
  expect(sorted(decisionsOf(page))).toEqual([["A", [1, 2, 3]]]);
});
