import { SortedMap } from "../tree/sorted-map.ts";
import { comparePositions, positionOf } from "./order.ts";
import type { Children, Node } from "../tree/node.ts";
import type { Index, Position } from "./order.ts";
import type { Query } from "./query.ts";

/** Children sorted by an index other than ".key". */
export type Sorted = SortedMap<Position, Node>;
export type Selected = Map<string, Node>;

export function sortBy(index: Index, children: Children): Sorted {
  return SortedMap.from(
    comparePositions,
    [...children].map(([key, node]) => [positionOf(index, key, node), node] as const),
  );
}

/** The sorted children after one of them changed; O(log n). */
export function resort(index: Index, sorted: Sorted, key: string, before: Node | null, after: Node | null): Sorted {
  const without = before === null ? sorted : sorted.delete(positionOf(index, key, before));
  return after === null ? without : without.set(positionOf(index, key, after), after);
}

export function isBefore(query: Query, at: Position): boolean {
  if (query.start === null) return false;
  const order = comparePositions(at, query.start.at);
  return order < 0 || (order === 0 && !query.start.inclusive);
}

export function isAfter(query: Query, at: Position): boolean {
  if (query.end === null) return false;
  const order = comparePositions(at, query.end.at);
  return order > 0 || (order === 0 && !query.end.inclusive);
}

export function inRange(query: Query, key: string, node: Node): boolean {
  const at = positionOf(query.index, key, node);
  return !isBefore(query, at) && !isAfter(query, at);
}

function* walk(query: Query, children: Children, sorted: Sorted | null): Generator<readonly [Position, Node]> {
  const skip = (at: Position): boolean => (query.fromEnd ? isAfter(query, at) : isBefore(query, at));
  if (query.index.name !== ".key") {
    yield* (sorted ?? sortBy(query.index, children)).entries(query.fromEnd, skip);
    return;
  }
  for (const [key, node] of children.entries(query.fromEnd, (key) => skip({ value: null, key }))) {
    yield [{ value: null, key }, node];
  }
}

/** The children that the query selects, from the end at which its limit counts. With `sorted` O(log n + selected). */
export function select(query: Query, children: Children, sorted: Sorted | null): Selected {
  const selected: Selected = new Map();
  for (const [at, node] of walk(query, children, sorted)) {
    if (selected.size === query.limit) break;
    if (query.fromEnd ? isBefore(query, at) : isAfter(query, at)) break;
    selected.set(at.key, node);
  }
  return selected;
}
