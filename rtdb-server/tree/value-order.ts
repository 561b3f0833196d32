import { compareKeys, compareText } from "./key-order.ts";
import { type Node, type Priority, type Tree, type Value, Branch } from "./node.ts";

const TYPE_ORDER = ["boolean", "number", "string"];

/** The order of values: nothing, false, true, numbers, strings, objects. All objects are equal. */
export function compareValues(a: Tree, b: Tree): number {
  if (a === null || b === null) return compareNull(a, b);
  if (a instanceof Branch || b instanceof Branch) return Number(a instanceof Branch) - Number(b instanceof Branch);
  return comparePrimitives(a.value, b.value);
}

/** Nothing comes first. At least one of the two is null. */
function compareNull(a: unknown, b: unknown): number {
  if (a === b) return 0;
  return a === null ? -1 : 1;
}

function comparePrimitives(a: Value, b: Value): number {
  if (typeof a === "string" && typeof b === "string") return compareText(a, b);
  if (typeof a === typeof b) return Number(a) - Number(b);
  return TYPE_ORDER.indexOf(typeof a) - TYPE_ORDER.indexOf(typeof b);
}

/** The order of priorities: none, numbers, strings. */
function comparePriorities(a: Priority, b: Priority): number {
  if (a === null || b === null) return compareNull(a, b);
  return comparePrimitives(a, b);
}

/** Compares children by priority, then by key. */
export function compareChildren(a: readonly [string, Node], b: readonly [string, Node]): number {
  return comparePriorities(a[1].priority, b[1].priority) || compareKeys(a[0], b[0]);
}
