import { compareKeys } from "../tree/key-order.ts";
import { childOf, Leaf, nodeAt } from "../tree/node.ts";
import { compareValues } from "../tree/value-order.ts";
import type { Node, Tree } from "../tree/node.ts";
import type { Path } from "../tree/path.ts";

/** What children are sorted by: ".key", ".priority", ".value" or the path of a child, as `.indexOn` writes it. */
export interface Index {
  readonly name: string;
  readonly path: Path;
}

/** Where a child stands in an order: by value first, then by key. */
export interface Position {
  readonly value: Tree;
  readonly key: string;
}

/** Stand-ins for a key below and above all keys; no real key holds a bracket. */
export const FIRST_KEY = "[MIN_NAME]";
export const LAST_KEY = "[MAX_NAME]";

function compareBoundKeys(a: string, b: string): number {
  if (a === b) return 0;
  if (a === FIRST_KEY || b === LAST_KEY) return -1;
  if (b === FIRST_KEY || a === LAST_KEY) return 1;
  return compareKeys(a, b);
}

export function comparePositions(a: Position, b: Position): number {
  return compareValues(a.value, b.value) || compareBoundKeys(a.key, b.key);
}

export function positionOf(index: Index, key: string, node: Node): Position {
  switch (index.name) {
    case ".key":
      return { value: null, key };
    case ".value":
      return { value: node, key };
    case ".priority":
      return { value: node.priority === null ? null : new Leaf(node.priority), key };
    default:
      return { value: index.path.length === 1 ? childOf(node, index.path[0] ?? "") : nodeAt(node, index.path), key };
  }
}
