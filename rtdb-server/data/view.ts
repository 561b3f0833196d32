import { type Query, isInRange } from "../query/query.ts";
import { type SortedChildren, select } from "../query/select.ts";
import { type Node, type Tree, buildBranch, childOf, childrenOf, nodeAt } from "../tree/node.ts";
import { Push } from "./push.ts";
import type { Path } from "../tree/path.ts";
import type { WriteTree } from "./write.ts";

export interface Listener {
  /** The client. It applies untagged data to all its default listens, so it needs a change once, even if several listens see it. */
  readonly owner: object;
  push(push: Push): void;
  /** Called when rules have changed, or data on which the right to read depends. A listener that has lost its right ends itself. */
  recheck(): void;
}

type Parts = [key: string, data: Tree][];

/** The data of one location through one query (null = all of it), shared by everybody who listens to just that. */
export class View {
  readonly path: Path;
  readonly query: Query | null;
  readonly listeners = new Set<Listener>();
  /** The children that a query with a limit selects now. Without a limit the bounds decide about each child alone. */
  #window: Map<string, Node> | null = null;

  constructor(path: Path, query: Query | null, node: Tree, sorted: SortedChildren | null) {
    this.path = path;
    this.query = query;
    this.#refillWindow(node, sorted);
  }

  #refillWindow(node: Tree, sorted: SortedChildren | null): void {
    if (this.query !== null && this.query.limit !== null) this.#window = select(this.query, childrenOf(node), sorted);
  }

  /** What the query selects of the location's data. */
  resultOf(node: Tree): Tree {
    if (this.query === null) return node;
    return buildBranch(this.#window ?? select(this.query, childrenOf(node)));
  }

  /** After a write that set the location or one above it. */
  applySet(node: Tree, sorted: SortedChildren | null): Push {
    this.#refillWindow(node, sorted);
    return new Push(this.path, this.resultOf(node));
  }

  /** After a write that set locations below this one. @returns null if nothing changed in the query's result */
  applyUpdate(
    written: ReadonlyMap<string, WriteTree>,
    { before, after }: { before: Tree; after: Tree },
    sorted: SortedChildren | null,
  ): Push | null {
    const { query } = this;
    if (query === null) return pushOfLocations(this.path, written, after);
    const keys = [...written.keys()].filter((key) => key !== ".priority");
    const parts =
      this.#window === null
        ? rangeParts(query, keys, { before, after })
        : this.#updateWindow(query, this.#window, { keys, after, sorted });
    return parts.length === 0 ? null : new Push(this.path, parts);
  }

  #updateWindow(
    query: Query,
    old: Map<string, Node>,
    { keys, after, sorted }: { keys: string[]; after: Tree; sorted: SortedChildren | null },
  ): Parts {
    const isAffected = keys.some((key) => old.has(key) || childInRange(query, key, after) !== null);
    if (!isAffected) return [];
    const window = select(query, childrenOf(after), sorted);
    this.#window = window;
    const parts: Parts = [];
    for (const key of old.keys()) if (!window.has(key)) parts.push([key, null]);
    for (const [key, node] of window) if (old.get(key) !== node) parts.push([key, node]);
    return parts;
  }
}

function rangeParts(query: Query, keys: string[], { before, after }: { before: Tree; after: Tree }): Parts {
  const parts: Parts = [];
  for (const key of keys) {
    const old = childInRange(query, key, before);
    const current = childInRange(query, key, after);
    if (old !== current) parts.push([key, current]);
  }
  return parts;
}

/** The child, or null if it is outside the bounds of the query. */
function childInRange(query: Query, key: string, node: Tree): Tree {
  const child = childOf(node, key);
  return child !== null && isInRange(query, key, child) ? child : null;
}

/** One push for all locations that a write set. Several pushes would show states that never existed. */
function pushOfLocations(path: Path, written: ReadonlyMap<string, WriteTree>, after: Tree): Push {
  const relativePaths = pathsIn(written, []);
  const [first] = relativePaths;
  if (relativePaths.length === 1 && first !== undefined) return new Push([...path, ...first], nodeAt(after, first));
  return new Push(
    path,
    relativePaths.map((relativePath) => [relativePath.join("/"), nodeAt(after, relativePath)]),
  );
}

function pathsIn(written: ReadonlyMap<string, WriteTree>, prefix: Path): Path[] {
  return [...written].flatMap(([key, { children }]) => {
    const path = [...prefix, key];
    return children === null ? [path] : pathsIn(children, path);
  });
}
