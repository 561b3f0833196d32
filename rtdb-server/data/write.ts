import { isObject } from "../is-object.ts";
import { MAX_DEPTH } from "../limits.ts";
import { invalidData } from "../request-error.ts";
import { type Tree, nodeAt, withNodeAt } from "../tree/node.ts";
import { parseNode } from "../tree/parse-node.ts";
import { type Path, parsePath, pathText } from "../tree/path.ts";

/** One part of a write: the new data of a location. */
export interface Change {
  readonly path: Path;
  /** In export form, server values included. Null deletes. */
  readonly json: unknown;
}

/** The locations of one write as a tree. Those without children are set; the others lie above them. */
export interface WriteTree {
  readonly children: ReadonlyMap<string, WriteTree> | null;
}

interface GrowingTree extends WriteTree {
  readonly children: Map<string, GrowingTree> | null;
}

/** The changes of an update at the path. The update's keys can be deep paths. @throws RequestError */
export function parseUpdate(path: Path, json: unknown): Change[] {
  if (!isObject(json)) throw invalidData("An update must be an object");
  return Object.entries(json).map(([key, value]) => {
    const relativePath = parsePath(key);
    if (relativePath.length === 0) throw invalidData("A key of an update must not be empty");
    return { path: [...path, ...relativePath], json: value };
  });
}

/** @throws RequestError if one location is another's ancestor, or occurs twice */
export function buildWriteTree(changes: readonly Change[]): WriteTree {
  if (changes.some(({ path }) => path.length === 0)) {
    if (changes.length > 1) throw invalidData("An update of the root cannot have other paths");
    return { children: null };
  }
  const root: GrowingTree = { children: new Map() };
  for (const { path } of changes) addPath(root, path);
  return root;
}

function addPath(root: GrowingTree, path: Path): void {
  let node = root;
  for (const [i, key] of path.entries()) {
    const isLast = i === path.length - 1;
    const existing = node.children?.get(key);
    if (node.children === null || (existing !== undefined && (isLast || existing.children === null))) {
      throw invalidData(`Path ${pathText(path)} of an update is the same as, above or below another of its paths`);
    }
    const child = existing ?? { children: isLast ? null : new Map<string, GrowingTree>() };
    node.children.set(key, child);
    node = child;
  }
}

/**
 * The tree after the changes. Server values build on the tree before all of them.
 * @param now milliseconds, for timestamps
 * @throws RequestError for data that cannot be stored
 */
export function applyChanges(before: Tree, changes: readonly Change[], now: number): Tree {
  let after = before;
  for (const { path, json } of changes) {
    checkDepth(path);
    const node = parseNode(json, { now, existing: nodeAt(before, path), depth: path.length });
    after = withNodeAt(after, path, node);
  }
  return after;
}

function checkDepth(path: Path): void {
  const isPriority = path.at(-1) === ".priority";
  if (path.length > MAX_DEPTH + Number(isPriority)) throw invalidData(`Path is deeper than ${MAX_DEPTH} keys`);
  if (path.slice(0, -1).includes(".priority")) throw invalidData("A priority has no children");
}
