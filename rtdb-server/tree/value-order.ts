import { compareKeys, compareText } from "./key-order.ts";
import { Branch } from "./node.ts";
import type { Node, Priority, Tree } from "./node.ts";

const RANKS = ["boolean", "number", "string"];

/** The order of values: nothing, false, true, numbers, strings, objects; objects are equal among themselves. */
export function compareValues(a: Tree, b: Tree): number {
  if (a === null || b === null) return a === b ? 0 : a === null ? -1 : 1;
  if (a instanceof Branch || b instanceof Branch) return Number(a instanceof Branch) - Number(b instanceof Branch);
  return comparePrimitives(a.value, b.value);
}

function comparePrimitives(a: string | number | boolean, b: string | number | boolean): number {
  if (typeof a === "string" && typeof b === "string") return compareText(a, b);
  return typeof a === typeof b ? Number(a) - Number(b) : RANKS.indexOf(typeof a) - RANKS.indexOf(typeof b);
}

/** The order of priorities: none, numbers, strings. */
export function comparePriorities(a: Priority, b: Priority): number {
  if (a === null || b === null) return a === b ? 0 : a === null ? -1 : 1;
  return comparePrimitives(a, b);
}

/** Children by priority, ties by key. */
export function compareChildren(a: readonly [string, Node], b: readonly [string, Node]): number {
  return comparePriorities(a[1].priority, b[1].priority) || compareKeys(a[0], b[0]);
}
