import type { Replacement } from "./replace-modules.ts";
import type { Rules } from "./rules.ts";

/** A safeguard that is taken out of the system. */
export interface Mistake {
  /** Modules of the functions, and those that replace them. */
  replaces?: Replacement[];
  changeRules?: (rules: Rules) => void;
  /** A statement for the fresh database. */
  schema?: string;
}
