import { type Tree, Branch, Leaf, nodeAt } from "../tree/node.ts";
import { type OnLook, Snapshot } from "./snapshot.ts";
import type { Bound, Query } from "../query/query.ts";
import type { Path } from "../tree/path.ts";
import type { RuleNode } from "./parse-rules.ts";
import type { QueryVariables, Scope } from "./scope.ts";

/** Who makes a request, and when. */
interface Requester {
  /** The `auth` of rules; null = signed out. */
  readonly auth: unknown;
  /** Milliseconds. */
  readonly now: number;
}

interface ReadRequest extends Requester {
  readonly root: Tree;
  readonly path: Path;
  readonly query: Query | null;
  /** Called for each location whose data the rules look at. When data changes at none of them, the answer stays. */
  readonly onLook?: OnLook;
}

interface WriteRequest extends Requester {
  readonly before: Tree;
  /** The root after all parts of the write. */
  readonly after: Tree;
  /** The locations that the write sets. */
  readonly paths: readonly Path[];
}

/** Whether a read rule at the location or above it is true. */
export function canRead(rules: RuleNode, { auth, now, root, path, query, onLook }: ReadRequest): boolean {
  const data = Snapshot.ofRoot(root, onLook);
  const scope: Scope = { auth, now, root: data, data, newData: null, query: queryVariables(query), path };
  return isGranted("read", rules, scope);
}

/** Whether a write rule is true at or above each location of the write, and every validate rule that applies is true. */
export function canWrite(rules: RuleNode, { auth, now, before, after, paths }: WriteRequest): boolean {
  const data = Snapshot.ofRoot(before);
  const newData = Snapshot.ofRoot(after);
  return paths.every((path) => {
    const scope: Scope = { auth, now, root: data, data, newData, query: null, path };
    if (!isGranted("write", rules, scope)) return false;
    // Deletes are not validated.
    return nodeAt(after, path) === null || isValid(rules, scope, { data, newData });
  });
}

/** Whether the rules declare the index for the children of the location. */
export function hasIndex(rules: RuleNode, path: Path, name: string): boolean {
  let node: RuleNode | null = rules;
  for (const key of path) {
    node = rulesBelow(node, key);
    if (node === null) return false;
  }
  return node.indexOn.includes(name);
}

function rulesBelow(rules: RuleNode, key: string): RuleNode | null {
  return rules.children.get(key) ?? rules.anyChild;
}

/** Walks from the root to the location, and moves the scope's data along. The first rule that is true grants access. */
function isGranted(kind: "read" | "write", rules: RuleNode, scope: Scope): boolean {
  let node: RuleNode | null = rules;
  let depth = 0;
  while (node !== null) {
    if (node[kind]?.(scope) === true) return true;
    const key = scope.path[depth];
    if (key === undefined || key === ".priority") return false;
    node = rulesBelow(node, key);
    scope.data = scope.data.childAtKey(key);
    scope.newData = scope.newData === null ? null : scope.newData.childAtKey(key);
    depth += 1;
  }
  return false;
}

interface Versions {
  readonly data: Snapshot;
  readonly newData: Snapshot;
}

/**
 * Whether all validate rules from the root to the location, and below it, are true. Rules above the location see the new data
 * merged with what stays. Rules do not apply where there will be no data ("ignored when the new value being written is null").
 * @see https://firebase.google.com/docs/database/security/securing-data#validating_data
 */
function isValid(rules: RuleNode, scope: Scope, rootVersions: Versions): boolean {
  const keys: string[] = [];

  function isNodeValid(node: RuleNode, { data, newData }: Versions): boolean {
    if (newData.node === null) return true;
    if (node.validate !== null && !node.validate({ ...scope, data, newData, path: keys })) return false;
    const key = scope.path[keys.length];
    if (key === ".priority") return true;
    if (key !== undefined) return isChildValid(node, { data, newData }, key);
    const hasRulesBelow = node.children.size > 0 || node.anyChild !== null;
    if (!(newData.node instanceof Branch) || !hasRulesBelow) return true;
    for (const [childKey] of newData.node.children) {
      if (!isChildValid(node, { data, newData }, childKey)) return false;
    }
    return true;
  }

  function isChildValid(node: RuleNode, { data, newData }: Versions, key: string): boolean {
    const childRules = rulesBelow(node, key);
    if (childRules === null) return true;
    keys.push(key);
    const isAllowed = isNodeValid(childRules, { data: data.childAtKey(key), newData: newData.childAtKey(key) });
    keys.pop();
    return isAllowed;
  }

  return isNodeValid(rules, rootVersions);
}

function queryVariables(query: Query | null): QueryVariables {
  const index = query?.index.name ?? ".key";
  const startAt = boundVariable(index, query?.start ?? null);
  const endAt = boundVariable(index, query?.end ?? null);
  const limit = query?.limit ?? null;
  return {
    orderByKey: index === ".key",
    orderByPriority: index === ".priority",
    orderByValue: index === ".value",
    orderByChild: index.startsWith(".") ? null : index,
    startAt,
    endAt,
    equalTo: startAt === endAt ? startAt : null,
    limitToFirst: limit?.from === "start" ? limit.count : null,
    limitToLast: limit?.from === "end" ? limit.count : null,
  };
}

function boundVariable(index: string, bound: Bound | null): unknown {
  if (bound === null) return null;
  const { key, value } = bound.position;
  if (index === ".key") return key;
  return value instanceof Leaf ? value.value : null;
}
