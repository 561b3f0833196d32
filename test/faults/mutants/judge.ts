import { Problem, messageOf } from "../../../scripts/platform/problem.ts";
import type { Violation } from "../violations.ts";
import type { Mutant } from "./mutant.ts";

/** Whether the suite noticed a mutant, or why nobody knows. */
export type Verdict =
  { outcome: "noticed"; violation: Violation } | { outcome: "unnoticed" } | { outcome: "unjudged"; reason: string };

export interface Judging {
  /** Runs the suite with a mutant. Returns the violations that it saw. */
  run: (mutant: Mutant) => Promise<Violation[]>;
  print: (line: string) => void;
  /** Ends the judging. A run that fails ends only its own mutant. */
  signal: AbortSignal;
}

/** Runs the suite with each mutant, and prints the verdicts and a summary. Returns whether every mutant was noticed. */
export async function judgeMutants(named: Record<string, Mutant>, { run, print, signal }: Judging): Promise<boolean> {
  const verdicts = new Map<string, Verdict>();
  for (const [name, mutant] of Object.entries(named)) {
    print(`\nmutant: ${name}\n  ${mutant.description}`);
    const verdict = await run(mutant).then(
      (violations) => judge(mutant, violations),
      (error: unknown): Verdict => ({ outcome: "unjudged", reason: describeFailure(error) }),
    );
    signal.throwIfAborted();
    verdicts.set(name, verdict);
    print(`  ${describe(verdict)}`);
  }
  print("");
  for (const line of summarize(verdicts)) print(line);
  return [...verdicts.values()].every(({ outcome }) => outcome === "noticed");
}

function judge({ violates }: Mutant, violations: Violation[]): Verdict {
  const violation = violations.find(({ invariant }) => violates.includes(invariant));
  if (violation) return { outcome: "noticed", violation };
  const [other] = violations;
  if (!other) return { outcome: "unnoticed" };
  const expected = violates.join(" or ");
  return { outcome: "unjudged", reason: `violated ${other.invariant} instead of ${expected}: ${other.text}` };
}

/** A sentence for what ended a run. `AbortSignal.timeout` throws a DOMException, which does not say what timed out. */
export function describeFailure(error: unknown): string {
  if (error instanceof DOMException && error.name === "TimeoutError") {
    return "a request of the suite timed out; the machine may be too slow or too busy";
  }
  const isWrapped = error instanceof Error && error.cause !== undefined;
  return isWrapped ? `${messageOf(error)}: ${describeFailure(error.cause)}` : messageOf(error);
}

function describe(verdict: Verdict): string {
  if (verdict.outcome === "unnoticed") return "NOT NOTICED";
  if (verdict.outcome === "unjudged") return `COULD NOT BE JUDGED: ${verdict.reason.slice(0, 400)}`;
  const { invariant, text } = verdict.violation;
  return `noticed, ${invariant}: ${text.slice(0, 200)}`;
}

function summarize(verdicts: Map<string, Verdict>): string[] {
  const named = (outcome: Verdict["outcome"]) =>
    [...verdicts].filter(([, verdict]) => verdict.outcome === outcome).map(([name]) => name);
  const [unnoticed, unjudged] = [named("unnoticed"), named("unjudged")];
  return [
    `${named("noticed").length} of ${verdicts.size} mutants noticed`,
    ...(unnoticed.length > 0 ? [`not noticed: ${unnoticed.join(", ")}`] : []),
    ...(unjudged.length > 0 ? [`could not be judged: ${unjudged.join(", ")}`] : []),
  ];
}

/** The mutants of these names. @throws Problem that lists the mutants there are */
export function selectMutants(all: Record<string, Mutant>, names: string[]): Record<string, Mutant> {
  return Object.fromEntries(
    names.map((name) => {
      const mutant = all[name];
      if (!mutant) throw new Problem(`No such mutant: ${name}. There are: ${Object.keys(all).join(", ")}`);
      return [name, mutant];
    }),
  );
}
