import type { Path } from "../tree/path.ts";
import type { Snapshot } from "./snapshot.ts";

/** The variables of a rule while it runs. `data` and `newData` move down with the rules. */
export interface Scope {
  readonly auth: unknown;
  /** Milliseconds; the same as the timestamps that the request writes. */
  readonly now: number;
  readonly root: Snapshot;
  data: Snapshot;
  /** Null in read rules. */
  newData: Snapshot | null;
  /** Null in write and validate rules. */
  readonly query: QueryVariables | null;
  /** The location of the request. `$name` is the key at the depth of its rule. */
  readonly path: Path;
}

/** The properties of `query` in read rules. A read without a query is ordered by key, without bounds and limits. */
export interface QueryVariables {
  readonly orderByKey: boolean;
  readonly orderByPriority: boolean;
  readonly orderByValue: boolean;
  readonly orderByChild: string | null;
  readonly startAt: unknown;
  readonly endAt: unknown;
  readonly equalTo: unknown;
  readonly limitToFirst: number | null;
  readonly limitToLast: number | null;
}

export type Evaluate = (scope: Scope) => unknown;

/** Thrown when a rule cannot be evaluated, for example when it calls a method of null. The whole rule then counts as false. */
export const EVALUATION_FAILED = Symbol("the rule cannot be evaluated");

export function failEvaluation(): never {
  // oxlint-disable-next-line no-throw-literal -- an Error with its stack would cost more than the whole rule
  throw EVALUATION_FAILED;
}
