import { SortedMap } from "../tree/sorted-map.ts";
import { type Index, type Position, comparePositions, positionOf } from "./order.ts";
import { type Query, isAfterEnd, isBeforeStart } from "./query.ts";
import type { Children, Node } from "../tree/node.ts";

/** Children sorted by an index other than ".key". */
export interface SortedChildren {
  readonly index: Index;
  readonly byPosition: SortedMap<Position, Node>;
}

export function sortChildren(index: Index, children: Children): SortedChildren {
  const pairs = [...children].map(([key, node]) => [positionOf(index, key, node), node] as const);
  return { index, byPosition: SortedMap.from(comparePositions, pairs) };
}

/** The sorted children after one child changed from `before` to `after`. O(log n). */
export function resortChild(
  sorted: SortedChildren,
  key: string,
  { before, after }: { before: Node | null; after: Node | null },
): SortedChildren {
  const { index } = sorted;
  let { byPosition } = sorted;
  if (before !== null) byPosition = byPosition.delete(positionOf(index, key, before));
  if (after !== null) byPosition = byPosition.set(positionOf(index, key, after), after);
  return { index, byPosition };
}

/**
 * The children that the query selects, beginning at the side from which its limit counts.
 * O(log n + selected) if the query is by key or the children are sorted already, O(n log n) otherwise.
 */
export function select(query: Query, children: Children, sorted: SortedChildren | null = null): Map<string, Node> {
  const fromEnd = query.limit?.from === "end";
  const isBeyond = fromEnd ? isBeforeStart : isAfterEnd;
  const selected = new Map<string, Node>();
  for (const [position, node] of walk(query, children, sorted)) {
    if (selected.size === query.limit?.count || isBeyond(query, position)) break;
    selected.set(position.key, node);
  }
  return selected;
}

/** The children from the query's bound onwards, on the side from which its limit counts. */
function* walk(query: Query, children: Children, sorted: SortedChildren | null): Generator<readonly [Position, Node]> {
  const fromEnd = query.limit?.from === "end";
  const isOutside = fromEnd ? isAfterEnd : isBeforeStart;
  if (query.index.name !== ".key") {
    const { byPosition } = sorted ?? sortChildren(query.index, children);
    yield* byPosition.entries({ fromEnd, skip: (position) => isOutside(query, position) });
    return;
  }
  const skip = (key: string): boolean => isOutside(query, { value: null, key });
  for (const [key, node] of children.entries({ fromEnd, skip })) yield [{ value: null, key }, node];
}
