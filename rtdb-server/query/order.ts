import { MAX_DEPTH } from "../limits.ts";
import { invalidData } from "../request-error.ts";
import { compareKeys } from "../tree/key-order.ts";
import { type Node, type Tree, childOf, Leaf, nodeAt } from "../tree/node.ts";
import { type Path, isValidKey, splitPath } from "../tree/path.ts";
import { compareValues } from "../tree/value-order.ts";

/** What children are sorted by: ".key", ".priority", ".value", or a child's path in the form that `.indexOn` has. */
export interface Index {
  readonly name: string;
  /** The child's path; empty for the others. */
  readonly path: Path;
}

const BUILT_IN = new Set([".key", ".value", ".priority"]);

/** The index with this name, or null if the name is no index. */
export function findIndex(name: string): Index | null {
  if (BUILT_IN.has(name)) return { name, path: [] };
  const path = splitPath(name);
  const isChildPath = path.length > 0 && path.length <= MAX_DEPTH + 1 && path.every(isValidKey);
  return isChildPath ? { name, path } : null;
}

/** @throws RequestError if the name is no index */
export function parseIndex(name: string): Index {
  const index = findIndex(name);
  if (index === null) throw invalidData(`No such index: ${name.slice(0, 80)}`);
  return index;
}

/** What decides where a child comes in an order: its value under the index, then its key. */
export interface Position {
  readonly value: Tree;
  readonly key: string;
}

/** Below and above all keys. A real key has no brackets. */
export const FIRST_KEY = "[MIN_NAME]";
export const LAST_KEY = "[MAX_NAME]";

function comparePositionKeys(a: string, b: string): number {
  if (a === b) return 0;
  if (a === FIRST_KEY || b === LAST_KEY) return -1;
  if (b === FIRST_KEY || a === LAST_KEY) return 1;
  return compareKeys(a, b);
}

export function comparePositions(a: Position, b: Position): number {
  return compareValues(a.value, b.value) || comparePositionKeys(a.key, b.key);
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
