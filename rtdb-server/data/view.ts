import { branch, childOf, childrenOf, nodeAt } from "../tree/node.ts";
import { inRange, select } from "../query/select.ts";
import { Push } from "./push.ts";
import type { Query } from "../query/query.ts";
import type { Selected, Sorted } from "../query/select.ts";
import type { Tree } from "../tree/node.ts";
import type { Path } from "../tree/path.ts";
import type { Written } from "./change.ts";

export interface Listener {
  /** Untagged data reaches every default listen of an owner, so it is sent once to one that listens above and below. */
  readonly owner: object;
  push(push: Push): void;
  /** Called when rules or the identity changed: the listener ends itself when its right is gone. */
  recheck(): void;
}

/** What is shown of one place through one query (null = all of it), to everybody who listens to just that. */
export class View {
  readonly path: Path;
  readonly query: Query | null;
  readonly listeners = new Set<Listener>();
  /** The children now shown; only for a query with a limit, as a range alone decides by the child itself. */
  #window: Selected | null = null;

  constructor(path: Path, query: Query | null, node: Tree, sorted: Sorted | null) {
    this.path = path;
    this.query = query;
    this.#refill(node, sorted);
  }

  #refill(node: Tree, sorted: Sorted | null): void {
    if (this.query !== null && this.query.limit !== null) this.#window = select(this.query, childrenOf(node), sorted);
  }

  /** The data shown, as one node. */
  shown(node: Tree): Tree {
    if (this.query === null) return node;
    return branch(this.#window ?? select(this.query, childrenOf(node), null));
  }

  /** The place or an ancestor of it was written. */
  replaced(node: Tree, sorted: Sorted | null): Push {
    this.#refill(node, sorted);
    return new Push(this.path, this.shown(node));
  }

  /** Places below this one were written. @returns null when nothing shown has changed */
  changed(below: Map<string, Written>, before: Tree, after: Tree, sorted: Sorted | null): Push | null {
    if (this.query === null) return wholeChange(this.path, below, after);
    const parts =
      this.#window === null ? this.#rangeParts(below, before, after) : this.#windowParts(below, after, sorted);
    return parts.length === 0 ? null : new Push(this.path, parts);
  }

  #rangeParts(below: Map<string, Written>, before: Tree, after: Tree): [string, Tree][] {
    const parts: [string, Tree][] = [];
    for (const key of below.keys()) {
      if (key === ".priority") continue;
      const was = this.#inRange(key, before);
      const is = this.#inRange(key, after);
      if (was !== is) parts.push([key, is]);
    }
    return parts;
  }

  #inRange(key: string, node: Tree): Tree {
    const child = childOf(node, key);
    return child !== null && this.query !== null && inRange(this.query, key, child) ? child : null;
  }

  #windowParts(below: Map<string, Written>, after: Tree, sorted: Sorted | null): [string, Tree][] {
    const old: Selected = this.#window ?? new Map();
    const touched = [...below.keys()].some(
      (key) => key !== ".priority" && (old.has(key) || this.#inRange(key, after) !== null),
    );
    if (!touched) return [];
    this.#refill(after, sorted);
    const now: Selected = this.#window ?? new Map();
    const parts: [string, Tree][] = [];
    for (const key of old.keys()) if (!now.has(key)) parts.push([key, null]);
    for (const [key, node] of now) if (old.get(key) !== node) parts.push([key, node]);
    return parts;
  }
}

/** One push for all places written below: several pushes would show a state that never was. */
function wholeChange(path: Path, below: Map<string, Written>, after: Tree): Push {
  const places: string[][] = [];
  collect(below, [], places);
  const [only] = places;
  if (places.length === 1 && only !== undefined) return new Push([...path, ...only], nodeAt(after, only));
  return new Push(
    path,
    places.map((place) => [place.join("/"), nodeAt(after, place)] as const),
  );
}

function collect(below: Map<string, Written>, prefix: string[], places: string[][]): void {
  for (const [key, written] of below) {
    const place = [...prefix, key];
    if (written.below === null) places.push(place);
    else collect(written.below, place, places);
  }
}
