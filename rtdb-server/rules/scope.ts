import type { Path } from "../tree/path.ts";
import type { Snapshot } from "./snapshot.ts";

/** The variables of a rule while it is evaluated. */
export interface Scope {
  readonly auth: unknown;
  /** Milliseconds; equals the timestamps written by the same request. */
  readonly now: number;
  readonly root: Snapshot;
  data: Snapshot;
  newData: Snapshot;
  readonly query: QueryVariables | null;
  /** The place that is asked for; `$name` is the key at the depth where the rules bind it. */
  readonly path: Path;
}

/** `query.*` in read rules; a listen without a query orders by priority and has no bounds. */
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

/** Thrown where a rule cannot be evaluated (a property of null, a method on the wrong type); the rule then counts as false. */
export const UNEVALUABLE = Symbol("the rule cannot be evaluated");

export function unevaluable(): never {
  // oxlint-disable-next-line no-throw-literal -- an Error with its stack would cost more than the whole rule
  throw UNEVALUABLE;
}
