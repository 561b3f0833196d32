import { expect, test } from "@jest/globals";
import type { Mutant } from "../../faults/mutants/mutant.ts";
import { judgeMutants, selectMutants } from "../../faults/mutants/judge.ts";
import type { Violation } from "../../faults/violations.ts";

const mutant: Mutant = { description: "Breaks the order.", violates: ["order"], faults: [] };
const back: Violation = { invariant: "order", text: "comment c went back" };
const lost: Violation = { invariant: "durable", text: "comment c is lost" };

/** Judges mutants by what their runs return or throw, and prints nothing. */
async function judge(runs: Record<string, () => Promise<Violation[]>>, signal = new AbortController().signal) {
  const mutants = Object.fromEntries(Object.keys(runs).map((name) => [name, { ...mutant, description: name }]));
  const lines: string[] = [];
  const areNoticed = await judgeMutants(mutants, {
    run: ({ description }) => runs[description]!(),
    print: (line) => lines.push(line),
    signal,
  });
  return { areNoticed, lines };
}

/** What `AbortSignal.timeout` throws. */
const timeout = () => new DOMException("The operation was aborted due to timeout", "TimeoutError");

test("all mutants noticed", async () => {
  const { areNoticed, lines } = await judge({ one: async () => [back], two: async () => [lost, back] });
  expect(areNoticed).toBe(true);
  expect(lines).toContain("  noticed, order: comment c went back");
  expect(lines.at(-1)).toBe("2 of 2 mutants noticed");
});

test.each<[string, () => Promise<Violation[]>, string, string]>([
  ["no violation", async () => [], "  NOT NOTICED", "not noticed: one"],
  [
    "a violation of another invariant",
    async () => [lost],
    "  COULD NOT BE JUDGED: violated durable instead of order: comment c is lost",
    "could not be judged: one",
  ],
  [
    "a time-out without a word",
    async () => Promise.reject(timeout()),
    "  COULD NOT BE JUDGED: a request of the suite timed out; the machine may be too slow or too busy",
    "could not be judged: one",
  ],
  [
    "an error with its causes",
    async () => {
      const cause = new Error("fetch failed", { cause: new Error("connect ECONNREFUSED") });
      throw new Error("the suite could not read /sync", { cause });
    },
    "  COULD NOT BE JUDGED: the suite could not read /sync: fetch failed: connect ECONNREFUSED",
    "could not be judged: one",
  ],
])("a run that ends with %s is no success, and the next mutant comes", async (_, run, line, summary) => {
  const { areNoticed, lines } = await judge({ one: run, two: async () => [back] });
  expect(areNoticed).toBe(false);
  expect(lines).toContain(line);
  expect(lines).toContain("  noticed, order: comment c went back");
  expect(lines.slice(-2)).toEqual(["1 of 2 mutants noticed", summary]);
});

test("an interruption ends all runs", async () => {
  const interrupted = new AbortController();
  const interrupt = async () => {
    interrupted.abort(new Error("Interrupted."));
    throw new Error("the run ends");
  };
  let isNextRun = false;
  const next = async () => {
    isNextRun = true;
    return [back];
  };
  await expect(judge({ one: interrupt, two: next }, interrupted.signal)).rejects.toThrow("Interrupted.");
  expect(isNextRun).toBe(false);
});

test("an unknown mutant is refused, with the names of those there are", () => {
  expect(() => selectMutants({ one: mutant }, ["two"])).toThrow("No such mutant: two. There are: one");
});
