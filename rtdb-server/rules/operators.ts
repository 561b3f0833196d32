import { failEvaluation } from "./scope.ts";
import type { Type } from "./typed-expression.ts";

export interface Operator {
  /** The types that an operand can have. Dynamic types are checked when the rule runs. */
  readonly operands: readonly Type[];
  readonly returns: Type;
  readonly apply: (left: unknown, right: unknown) => unknown;
}

const PRIMITIVES: readonly Type[] = ["null", "boolean", "number", "string"];

function arithmetic(apply: (left: number, right: number) => number): Operator {
  return {
    operands: ["number"],
    returns: "number",
    apply: (left, right) =>
      typeof left === "number" && typeof right === "number" ? apply(left, right) : failEvaluation(),
  };
}

type Order = <T extends number | string>(left: T, right: T) => boolean;

/** Compares two numbers or two strings. Nothing else can be compared. */
function comparison(isOrdered: Order): Operator {
  return {
    operands: ["number", "string", "null"],
    returns: "boolean",
    apply: (left, right) => {
      if (typeof left === "number" && typeof right === "number") return isOrdered(left, right);
      if (typeof left === "string" && typeof right === "string") return isOrdered(left, right);
      return failEvaluation();
    },
  };
}

function add(left: unknown, right: unknown): unknown {
  if (typeof left === "number" && typeof right === "number") return left + right;
  return isNumberOrString(left) && isNumberOrString(right) ? `${left}${right}` : failEvaluation();
}

function isNumberOrString(value: unknown): value is string | number {
  return typeof value === "string" || typeof value === "number";
}

const equality: Operator = { operands: PRIMITIVES, returns: "boolean", apply: (left, right) => left === right };
const inequality: Operator = { operands: PRIMITIVES, returns: "boolean", apply: (left, right) => left !== right };

/** The binary operators. `==` is the same as `===`: values of different types are never equal. */
export const OPERATORS: ReadonlyMap<string, Operator> = new Map([
  ["==", equality],
  ["===", equality],
  ["!=", inequality],
  ["!==", inequality],
  ["<", comparison((left, right) => left < right)],
  ["<=", comparison((left, right) => left <= right)],
  [">", comparison((left, right) => left > right)],
  [">=", comparison((left, right) => left >= right)],
  ["+", { operands: ["number", "string"], returns: "primitive", apply: add }],
  ["-", arithmetic((left, right) => left - right)],
  ["*", arithmetic((left, right) => left * right)],
  ["/", arithmetic((left, right) => (right === 0 ? Number.NaN : left / right))],
  ["%", arithmetic((left, right) => left % right)],
]);
