import { expect, jest, test } from "@jest/globals";
import { showProgress } from "../../../scripts/platform/progress.ts";

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

test("with a total there is a bar, full at the end", () => {
  const lines = linesOf(() => {
    const progress = showProgress("records", 2_000, false);
    progress.add(1_000);
    progress.add(1_000);
    progress.end();
  });
  expect(lines[0]).toBe(`[${"#".repeat(15)}${" ".repeat(15)}] 50 % 1,000 records`);
  expect(lines.at(-1)).toBe(`[${"#".repeat(30)}] 100 % 2,000 records`);
});

test("more than the total, which came meanwhile, is no more than full, and what was broken off shows where", () => {
  const over = linesOf(() => {
    const progress = showProgress("records", 2, false);
    progress.add(3);
    progress.end();
  });
  expect(over.at(-1)).toBe(`[${"#".repeat(30)}] 100 % 3 records`);
  const broken = linesOf(() => {
    const progress = showProgress("records", 4, false);
    progress.add(1);
    progress.end();
  });
  expect(broken.at(-1)).toContain("] 25 % 1 records");
});

test("without a total, or with nothing to do, the count alone is shown", () => {
  for (const total of [undefined, 0])
    expect(linesOf(() => showProgress("records", total, false).end())).toEqual(["0 records"]);
});
