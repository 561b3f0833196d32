import { expect, jest, test } from "@jest/globals";
import { showProgress } from "../../../../scripts/platform/progress.ts";

function linesOf(work: () => void): string[] {
  const lines: string[] = [];
  const print = jest.spyOn(console, "error").mockImplementation((line: string) => void lines.push(line));
  try {
    work();
  } finally {
    print.mockRestore();
  }
  return lines;
}

test("with a total there is a bar, and it is full at the end", () => {
  const lines = linesOf(() => {
    const progress = showProgress("records", { total: 2_000, isTerminal: false });
    progress.add(1_000);
    progress.add(1_000);
    progress.end();
  });
  expect(lines[0]).toBe(`[${"#".repeat(15)}${" ".repeat(15)}] 50 % 1,000 records`);
  expect(lines.at(-1)).toBe(`[${"#".repeat(30)}] 100 % 2,000 records`);
});

test("a bar does not go beyond full, though more records came meanwhile", () => {
  const over = linesOf(() => {
    const progress = showProgress("records", { total: 2, isTerminal: false });
    progress.add(3);
    progress.end();
  });
  expect(over.at(-1)).toBe(`[${"#".repeat(30)}] 100 % 3 records`);
});

test("the bar of work that stopped early shows where it stopped", () => {
  const stopped = linesOf(() => {
    const progress = showProgress("records", { total: 4, isTerminal: false });
    progress.add(1);
    progress.end();
  });
  expect(stopped.at(-1)).toContain("] 25 % 1 records");
});

test("without a total, or with a total of 0, only the count is shown", () => {
  for (const total of [undefined, 0]) {
    const lines = linesOf(() => showProgress("records", { total, isTerminal: false }).end());
    expect(lines).toEqual(["0 records"]);
  }
});
