import { Problem, messageOf } from "../platform/problem.ts";
import { type Check, type Outcome, error } from "./outcome.ts";
import type { Surroundings } from "./surroundings.ts";

export interface Finding extends Outcome {
  check: string;
}

/** Runs checks, one after the other: many ask the same servers. A check that throws has failed. */
export async function runChecks(checks: readonly Check[], surroundings: Surroundings): Promise<Finding[]> {
  const findings: Finding[] = [];
  for (const { id, run } of checks) {
    for (const outcome of await outcomesOf(run, surroundings)) findings.push({ check: id, ...outcome });
  }
  return findings;
}

async function outcomesOf(run: Check["run"], surroundings: Surroundings): Promise<Outcome[]> {
  try {
    return await run(surroundings);
  } catch (cause) {
    const cure = cause instanceof Problem ? "see the message" : "make it possible to check, and run this again";
    return [error(`cannot be checked: ${messageOf(cause)}`, cure)];
  }
}
