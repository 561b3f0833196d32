import { childOf, childrenOf, nodeAt } from "../tree/node.ts";
import { parseIndex } from "../query/query.ts";
import { resort, sortBy } from "../query/select.ts";
import { View } from "./view.ts";
import type { Query } from "../query/query.ts";
import type { Sorted } from "../query/select.ts";
import type { Tree } from "../tree/node.ts";
import type { Path } from "../tree/path.ts";
import type { Written } from "./change.ts";
import type { Listener } from "./view.ts";

/** A place at or below which somebody listens. */
class Place {
  readonly views = new Map<string, View>();
  readonly below = new Map<string, Place>();
  /** The children by index, kept for the windows of this place only, so that a window is refilled without sorting. */
  readonly sorted = new Map<string, Sorted>();

  sortedFor(query: Query | null): Sorted | null {
    return query === null ? null : (this.sorted.get(query.index.name) ?? null);
  }
}

const needsSorting = (query: Query | null): query is Query =>
  query !== null && query.limit !== null && query.index.name !== ".key";

/** Who listens where. A write visits the places on its way and below it, and no others. */
export class Listens {
  readonly #root = new Place();
  readonly all = new Set<Listener>();

  /** The view of the place through the query, shared with others who have the same, with the listener added. */
  add(path: Path, query: Query | null, listener: Listener, root: Tree): View {
    let place = this.#root;
    for (const key of path) {
      const next = place.below.get(key) ?? new Place();
      place.below.set(key, next);
      place = next;
    }
    const id = query?.id ?? "";
    let view = place.views.get(id);
    if (view === undefined) {
      const node = nodeAt(root, path);
      if (needsSorting(query) && !place.sorted.has(query.index.name)) {
        place.sorted.set(query.index.name, sortBy(query.index, childrenOf(node)));
      }
      view = new View(path, query, node, place.sortedFor(query));
      place.views.set(id, view);
    }
    view.listeners.add(listener);
    this.all.add(listener);
    return view;
  }

  remove(view: View, listener: Listener): void {
    this.all.delete(listener);
    view.listeners.delete(listener);
    if (view.listeners.size === 0) this.#forget(this.#root, view, 0);
  }

  /** @returns whether the place is of no use any more */
  #forget(place: Place, view: View, depth: number): boolean {
    const key = view.path[depth];
    if (key === undefined) {
      const id = view.query?.id ?? "";
      if (place.views.get(id) === view) place.views.delete(id);
      const inUse = new Set(
        [...place.views.values()].map((other) => (needsSorting(other.query) ? other.query.index.name : "")),
      );
      for (const name of place.sorted.keys()) if (!inUse.has(name)) place.sorted.delete(name);
    } else {
      const next = place.below.get(key);
      if (next !== undefined && this.#forget(next, view, depth + 1)) place.below.delete(key);
    }
    return place.views.size === 0 && place.below.size === 0;
  }

  /** Tells everybody concerned about one write: each view gets one push. */
  publish(written: Written, before: Tree, after: Tree): void {
    publishAt(this.#root, written, before, after, new Set());
  }
}

function publishAt(place: Place, written: Written, before: Tree, after: Tree, told: ReadonlySet<object>): void {
  if (before === after) return;
  updateSorted(place, written, before, after);
  let nowTold = told;
  for (const view of place.views.values()) {
    const sorted = place.sortedFor(view.query);
    const push =
      written.below === null ? view.replaced(after, sorted) : view.changed(written.below, before, after, sorted);
    if (push === null) continue;
    // A listener may end itself or others while it is told (a socket that fails), so the set is copied.
    const listeners = [...view.listeners];
    for (const listener of listeners) if (view.query !== null || !told.has(listener.owner)) listener.push(push);
    if (view.query === null && place.below.size > 0)
      nowTold = new Set([...told, ...listeners.map(({ owner }) => owner)]);
  }
  if (place.below.size === 0) return;
  if (written.below === null) {
    for (const [key, next] of place.below) publishAt(next, written, childOf(before, key), childOf(after, key), nowTold);
    return;
  }
  for (const [key, part] of written.below) {
    const next = place.below.get(key);
    if (next !== undefined) publishAt(next, part, childOf(before, key), childOf(after, key), nowTold);
  }
}

function updateSorted(place: Place, written: Written, before: Tree, after: Tree): void {
  for (const [name, old] of place.sorted) {
    const index = parseIndex(name);
    if (written.below === null) {
      place.sorted.set(name, sortBy(index, childrenOf(after)));
      continue;
    }
    let sorted = old;
    for (const key of written.below.keys()) {
      if (key !== ".priority") sorted = resort(index, sorted, key, childOf(before, key), childOf(after, key));
    }
    place.sorted.set(name, sorted);
  }
}
