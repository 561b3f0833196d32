import { Branch, Leaf, nodeAt } from "../tree/node.ts";
import { Snapshot } from "./snapshot.ts";
import type { Query } from "../query/query.ts";
import type { Tree } from "../tree/node.ts";
import type { Path } from "../tree/path.ts";
import type { RuleNode } from "./parse.ts";
import type { QueryVariables, Scope } from "./scope.ts";

/** Who asks: an administrator, whom no rule binds, or a user with the `auth` of the rules (null when signed out). */
export type Identity = { readonly admin: true } | { readonly admin: false; readonly auth: unknown };

const below = (rules: RuleNode | null, key: string): RuleNode | null =>
  rules && (rules.children.get(key) ?? rules.other);

function queryVariables(query: Query | null): QueryVariables {
  const value = (bound: Query["start"]): unknown => {
    if (bound === null || query === null) return null;
    if (query.index.name === ".key") return bound.at.key;
    return bound.at.value instanceof Leaf ? bound.at.value.value : null;
  };
  const name = query?.index.name ?? ".key";
  const start = value(query?.start ?? null);
  const end = value(query?.end ?? null);
  return {
    orderByKey: name === ".key",
    orderByPriority: name === ".priority",
    orderByValue: name === ".value",
    orderByChild: name.startsWith(".") ? null : name,
    startAt: start,
    endAt: end,
    equalTo: start === end ? start : null,
    limitToFirst: query !== null && !query.fromEnd ? query.limit : null,
    limitToLast: query?.fromEnd ? query.limit : null,
  };
}

/** Whether a read at the place is granted there or above. */
export function mayRead(
  rules: RuleNode,
  root: Tree,
  path: Path,
  query: Query | null,
  auth: unknown,
  now: number,
): boolean {
  let data = new Snapshot(root, null);
  const scope: Scope = { auth, now, root: data, data, newData: data, query: queryVariables(query), path };
  let node: RuleNode | null = rules;
  for (let depth = 0; node !== null; depth += 1) {
    if (node.read?.(scope) === true) return true;
    const key = path[depth];
    if (key === undefined || key === ".priority") return false;
    node = below(node, key);
    scope.data = data = data.step(key);
  }
  return false;
}

/**
 * Whether a write is granted at each of its places, or above it, and leaves only valid data.
 * @param before the data as it is; @param after as it would be after all parts of the write
 */
export function mayWrite(
  rules: RuleNode,
  before: Tree,
  after: Tree,
  paths: readonly Path[],
  auth: unknown,
  now: number,
): boolean {
  const data = new Snapshot(before, null);
  const newData = new Snapshot(after, null);
  return paths.every((path) => {
    const scope: Scope = { auth, now, root: data, data, newData, query: null, path };
    return isGranted(rules, scope) && (nodeAt(after, path) === null || isValid(rules, scope, data, newData));
  });
}

function isGranted(rules: RuleNode, scope: Scope): boolean {
  let node: RuleNode | null = rules;
  for (let depth = 0; node !== null; depth += 1) {
    if (node.write?.(scope) === true) return true;
    const key = scope.path[depth];
    if (key === undefined || key === ".priority") return false;
    node = below(node, key);
    scope.data = scope.data.step(key);
    scope.newData = scope.newData.step(key);
  }
  return false;
}

/**
 * Every validate rule from the root to the place and below it, where data will exist. Rules above the place see the data merged
 * with what stays. A delete is not validated ("ignored when the new value being written is null").
 * @see https://firebase.google.com/docs/database/security/securing-data#validating_data
 */
function isValid(rules: RuleNode, scope: Scope, data: Snapshot, newData: Snapshot): boolean {
  const keys: string[] = [];
  function visit(node: RuleNode, data: Snapshot, newData: Snapshot): boolean {
    if (newData.node === null) return true;
    if (node.validate !== null) {
      if (!node.validate({ ...scope, data, newData, path: keys })) return false;
    }
    const key = scope.path[keys.length];
    if (key === ".priority") return true;
    if (key !== undefined) return visitChild(node, data, newData, key);
    if (!(newData.node instanceof Branch) || (node.children.size === 0 && node.other === null)) return true;
    for (const [key] of newData.node.children) if (!visitChild(node, data, newData, key)) return false;
    return true;
  }
  function visitChild(node: RuleNode, data: Snapshot, newData: Snapshot, key: string): boolean {
    const next = below(node, key);
    if (next === null) return true;
    keys.push(key);
    const valid = visit(next, data.step(key), newData.step(key));
    keys.pop();
    return valid;
  }
  return visit(rules, data, newData);
}

/** Whether rules declare the index for the children of the place. */
export function hasIndex(rules: RuleNode, path: Path, name: string): boolean {
  let node: RuleNode | null = rules;
  for (const key of path) node = below(node, key);
  return node?.indexOn.includes(name) ?? false;
}
