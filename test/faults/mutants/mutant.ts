import type { FaultName } from "../faults.ts";
import type { Invariant } from "../violations.ts";
import type { Mistake } from "./mistake.ts";

/** One way to break the system that the suite must notice. */
export interface Mutant extends Mistake {
  /** The safeguard that it takes out, and what goes wrong without it. */
  description: string;
  /** The invariants that the mistake violates. Another violation proves nothing about the mutant. */
  violates: Invariant[];
  /** The faults during which the mistake does harm, in their order. */
  faults: FaultName[];
  /** How many writes the load sends at least, for a mistake that needs a race between two writes. */
  minWrites?: number;
}
