import { MAX_SORTED_INDEXES } from "../limits.ts";
import { type SortedChildren, resortChild, sortChildren } from "../query/select.ts";
import { type Tree, childOf, childrenOf, nodeAt } from "../tree/node.ts";
import { type Listener, View } from "./view.ts";
import type { Query } from "../query/query.ts";
import type { Path } from "../tree/path.ts";
import type { WriteTree } from "./write.ts";

/** A location with listeners, at it or below it. */
class ListenLocation {
  /** By the id of their query. */
  readonly views = new Map<string, View>();
  readonly children = new Map<string, ListenLocation>();
  /** The sorted children by index, for the views of this location, so that a window is refilled without sorting. */
  readonly sorted = new Map<string, SortedChildren>();

  sortedFor(query: Query | null): SortedChildren | null {
    return query === null ? null : (this.sorted.get(query.index.name) ?? null);
  }

  get isEmpty(): boolean {
    return this.views.size === 0 && this.children.size === 0;
  }
}

const viewId = (query: Query | null): string => query?.id ?? "";

/** Without a limit nothing is refilled, and by key the children are sorted anyway. */
function needsSorting(query: Query | null): query is Query {
  return query !== null && query.limit !== null && query.index.name !== ".key";
}

/** The listeners of a namespace by location. A write visits the locations above and below it, and no others. */
export class ListenTree {
  readonly #root = new ListenLocation();
  readonly #listeners = new Set<Listener>();

  /**
   * Adds a listener to the view of a location through a query. Listeners with the same location and query share one view.
   * @param root the data of the namespace
   */
  add(path: Path, query: Query | null, { listener, root }: { listener: Listener; root: Tree }): View {
    let location = this.#root;
    for (const key of path) {
      const child = location.children.get(key) ?? new ListenLocation();
      location.children.set(key, child);
      location = child;
    }
    const view = location.views.get(viewId(query)) ?? addView(location, path, { query, node: nodeAt(root, path) });
    view.listeners.add(listener);
    this.#listeners.add(listener);
    return view;
  }

  remove(view: View, listener: Listener): void {
    this.#listeners.delete(listener);
    view.listeners.delete(listener);
    if (view.listeners.size === 0) removeView(this.#root, view, 0);
  }

  recheckAll(): void {
    for (const listener of this.#listeners) listener.recheck();
  }

  /** Pushes a write to the listeners that it concerns: one push for each view. */
  notify(written: WriteTree, before: Tree, after: Tree): void {
    notifyLocation(this.#root, { written, before, after }, new Set());
  }
}

function addView(location: ListenLocation, path: Path, { query, node }: { query: Query | null; node: Tree }): View {
  if (needsSorting(query) && !location.sorted.has(query.index.name) && location.sorted.size < MAX_SORTED_INDEXES) {
    location.sorted.set(query.index.name, sortChildren(query.index, childrenOf(node)));
  }
  const view = new View(path, query, node, location.sortedFor(query));
  location.views.set(viewId(query), view);
  return view;
}

/** Removes a view, and the locations that are empty without it. */
function removeView(location: ListenLocation, view: View, depth: number): void {
  const key = view.path[depth];
  if (key === undefined) {
    if (location.views.get(viewId(view.query)) === view) location.views.delete(viewId(view.query));
    removeUnusedSorting(location);
    return;
  }
  const child = location.children.get(key);
  if (child === undefined) return;
  removeView(child, view, depth + 1);
  if (child.isEmpty) location.children.delete(key);
}

function removeUnusedSorting(location: ListenLocation): void {
  const queries = [...location.views.values()].map(({ query }) => query);
  const used = new Set(queries.filter(needsSorting).map(({ index }) => index.name));
  for (const name of location.sorted.keys()) if (!used.has(name)) location.sorted.delete(name);
}

/** A write as one location sees it. */
interface LocalWrite {
  readonly written: WriteTree;
  readonly before: Tree;
  readonly after: Tree;
}

/** @param notified the owners that got the whole change through a default listen above */
function notifyLocation(location: ListenLocation, write: LocalWrite, notified: ReadonlySet<object>): void {
  if (write.before === write.after) return;
  resort(location, write);
  let notifiedBelow = notified;
  for (const view of location.views.values()) {
    const listeners = notifyView(view, { write, sorted: location.sortedFor(view.query), notified });
    if (view.query === null && location.children.size > 0) {
      notifiedBelow = new Set([...notified, ...listeners.map(({ owner }) => owner)]);
    }
  }
  const { written, before, after } = write;
  // A write that sets this location concerns all locations below it. Others concern only the locations on their way.
  const keys = (written.children ?? location.children).keys();
  for (const key of keys) {
    const child = location.children.get(key);
    if (child === undefined) continue;
    const childWritten = written.children?.get(key) ?? written;
    const childWrite = { written: childWritten, before: childOf(before, key), after: childOf(after, key) };
    notifyLocation(child, childWrite, notifiedBelow);
  }
}

/** @returns the listeners of the view, or none if nothing changed for it */
function notifyView(
  view: View,
  { write, sorted, notified }: { write: LocalWrite; sorted: SortedChildren | null; notified: ReadonlySet<object> },
): Listener[] {
  const { written, before, after } = write;
  const push =
    written.children === null
      ? view.applySet(after, sorted)
      : view.applyUpdate(written.children, { before, after }, sorted);
  if (push === null) return [];
  // A push can end listeners, for example when a socket fails. So the loop needs a copy of the set.
  const listeners = [...view.listeners];
  for (const listener of listeners) {
    if (view.query !== null || !notified.has(listener.owner)) listener.push(push);
  }
  return listeners;
}

function resort(location: ListenLocation, { written, before, after }: LocalWrite): void {
  for (const [name, old] of location.sorted) {
    let sorted = old;
    if (written.children === null) sorted = sortChildren(old.index, childrenOf(after));
    else {
      for (const key of written.children.keys()) {
        const isChild = key !== ".priority";
        if (isChild) sorted = resortChild(sorted, key, { before: childOf(before, key), after: childOf(after, key) });
      }
    }
    location.sorted.set(name, sorted);
  }
}
