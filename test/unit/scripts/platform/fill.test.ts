import { expect, test } from "@jest/globals";
import { fillPatiently } from "../../../../scripts/platform/fill.ts";
import { Problem } from "../../../../scripts/platform/problem.ts";

/** Fills that fail a number of times, and the lines that this prints. */
async function fillAfter(failures: number, { attempts = 3, isStopping = false } = {}): Promise<string[]> {
  const lines: string[] = [];
  let calls = 0;
  const fill = async (): Promise<void> => {
    calls += 1;
    if (calls <= failures) throw new Problem("it does not answer");
    lines.push("filled");
  };
  await fillPatiently(fill, { print: (line) => lines.push(line), isStopping: () => isStopping, pauseMs: 0, attempts });
  return lines;
}

test("a Realtime Database that cannot be filled is tried again, with a line that tells why", async () => {
  const failed = ["the Realtime Database could not be filled: it does not answer", "trying again in 0 s"];
  expect(await fillAfter(0)).toEqual(["filled"]);
  expect(await fillAfter(2)).toEqual([...failed, ...failed, "filled"]);
});

test("in the end it is left to the schedules, and the start goes on", async () => {
  const lines = await fillAfter(3);
  expect(lines).not.toContain("filled");
  expect(lines.at(-1)).toMatch(/schedules go on/);
});

test("while the platform stops nothing is tried again", async () => {
  await expect(fillAfter(1, { isStopping: true })).rejects.toThrow("it does not answer");
});
