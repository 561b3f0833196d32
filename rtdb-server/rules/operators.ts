import { unevaluable } from "./scope.ts";
import type { Type } from "./members.ts";

export interface Operator {
  /** Types an operand may have; "any" is always let through and judged when the rule runs. */
  readonly takes: readonly Type[];
  readonly gives: Type;
  readonly apply: (left: unknown, right: unknown) => unknown;
}

const PRIMITIVES: readonly Type[] = ["null", "boolean", "number", "string"];

function arithmetic(apply: (a: number, b: number) => number): Operator {
  return {
    takes: ["number"],
    gives: "number",
    apply: (a, b) => (typeof a === "number" && typeof b === "number" ? apply(a, b) : unevaluable()),
  };
}

function comparison(numbers: (a: number, b: number) => boolean, texts: (a: string, b: string) => boolean): Operator {
  return {
    takes: ["number", "string", "null"],
    gives: "boolean",
    apply: (a, b) => {
      if (typeof a === "number" && typeof b === "number") return numbers(a, b);
      return typeof a === "string" && typeof b === "string" ? texts(a, b) : unevaluable();
    },
  };
}

function plus(a: unknown, b: unknown): unknown {
  if (typeof a === "number" && typeof b === "number") return a + b;
  return isJoinable(a) && isJoinable(b) ? `${a}${b}` : unevaluable();
}

const isJoinable = (value: unknown): value is string | number => typeof value === "string" || typeof value === "number";

const equal: Operator = { takes: PRIMITIVES, gives: "boolean", apply: (a, b) => a === b };
const unequal: Operator = { takes: PRIMITIVES, gives: "boolean", apply: (a, b) => a !== b };

/** `==` is `===`: values of different types are never equal. */
export const OPERATORS: ReadonlyMap<string, Operator> = new Map([
  ["==", equal],
  ["===", equal],
  ["!=", unequal],
  ["!==", unequal],
  [
    "<",
    comparison(
      (a, b) => a < b,
      (a, b) => a < b,
    ),
  ],
  [
    "<=",
    comparison(
      (a, b) => a <= b,
      (a, b) => a <= b,
    ),
  ],
  [
    ">",
    comparison(
      (a, b) => a > b,
      (a, b) => a > b,
    ),
  ],
  [
    ">=",
    comparison(
      (a, b) => a >= b,
      (a, b) => a >= b,
    ),
  ],
  ["+", { takes: ["number", "string"], gives: "primitive", apply: plus }],
  ["-", arithmetic((a, b) => a - b)],
  ["*", arithmetic((a, b) => a * b)],
  ["/", arithmetic((a, b) => (b === 0 ? Number.NaN : a / b))],
  ["%", arithmetic((a, b) => a % b)],
]);
