import { compareKeys } from "./key-order.ts";
import { SortedMap } from "./sorted-map.ts";
import type { Path } from "./path.ts";

export type Value = string | number | boolean;
export type Priority = string | number | null;
export type Children = SortedMap<string, Node>;

/** The data at a location. Nodes never change, so an old root is a snapshot. */
export type Node = Leaf | Branch;
/** A node, or null where there is no data. */
export type Tree = Node | null;

export class Leaf {
  readonly value: Value;
  readonly priority: Priority;
  /** Set by `hashOf` on first use. */
  cachedHash: string | undefined;

  constructor(value: Value, priority: Priority = null) {
    this.value = value;
    this.priority = priority;
    this.cachedHash = undefined;
  }
}

/** A node with at least one child. */
export class Branch {
  readonly children: Children;
  readonly priority: Priority;
  /** Set by `hashOf` on first use. */
  cachedHash: string | undefined;

  constructor(children: Children, priority: Priority = null) {
    this.children = children;
    this.priority = priority;
    this.cachedHash = undefined;
  }
}

const NO_CHILDREN: Children = SortedMap.from(compareKeys, []);

/** A branch with these children, or null if there are none. */
export function buildBranch(children: Iterable<readonly [string, Node]>, priority: Priority = null): Tree {
  const sorted: Children = SortedMap.from(compareKeys, children);
  return sorted.size === 0 ? null : new Branch(sorted, priority);
}

export const childrenOf = (node: Tree): Children => (node instanceof Branch ? node.children : NO_CHILDREN);

export function childOf(node: Tree, key: string): Tree {
  if (key === ".priority") return node === null || node.priority === null ? null : new Leaf(node.priority);
  return node instanceof Branch ? (node.children.get(key) ?? null) : null;
}

export function nodeAt(root: Tree, path: Path): Tree {
  let node = root;
  for (const key of path) {
    if (node === null) return null;
    node = childOf(node, key);
  }
  return node;
}

export function withPriority(node: Tree, priority: Priority): Tree {
  if (node === null) return null;
  return node instanceof Leaf ? new Leaf(node.value, priority) : new Branch(node.children, priority);
}

/**
 * The tree with `next` at the path below `node`. Null deletes. Parents that become empty disappear, and a leaf on the way is
 * replaced by a branch.
 */
export function withNodeAt(node: Tree, path: Path, next: Tree, depth = 0): Tree {
  const key = path[depth];
  if (key === undefined) return next;
  if (key === ".priority") {
    return withPriority(node, next instanceof Leaf && typeof next.value !== "boolean" ? next.value : null);
  }
  const before = childOf(node, key);
  const after = withNodeAt(before, path, next, depth + 1);
  if (after === before) return node;
  const priority = node === null ? null : node.priority;
  const children = childrenOf(node);
  if (after !== null) return new Branch(children.set(key, after), priority);
  return children.size === 1 ? null : new Branch(children.delete(key), priority);
}
