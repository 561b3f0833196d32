type Compare<K> = (a: K, b: K) => number;

interface Entry<K, V> {
  readonly key: K;
  readonly value: V;
  readonly left: Subtree<K, V>;
  readonly right: Subtree<K, V>;
  /** Entries in this subtree, itself included. */
  readonly size: number;
}
type Subtree<K, V> = Entry<K, V> | null;

/** An immutable sorted map. A change returns a new map, which shares all but O(log n) entries with the old one. */
export class SortedMap<K, V> {
  readonly #compare: Compare<K>;
  readonly #root: Subtree<K, V>;

  private constructor(compare: Compare<K>, root: Subtree<K, V>) {
    this.#compare = compare;
    this.#root = root;
  }

  /** @param pairs in any order. If a key occurs twice, the later pair wins. */
  static from<K, V>(compare: Compare<K>, pairs: Iterable<readonly [K, V]>): SortedMap<K, V> {
    const sorted = [...pairs].sort((a, b) => compare(a[0], b[0]));
    const unique = sorted.filter((pair, i) => {
      const next = sorted[i + 1];
      return next === undefined || compare(pair[0], next[0]) !== 0;
    });
    return new SortedMap(compare, buildSubtree(unique, 0, unique.length));
  }

  get size(): number {
    return sizeOf(this.#root);
  }

  get(key: K): V | undefined {
    let entry = this.#root;
    while (entry !== null) {
      const order = this.#compare(key, entry.key);
      if (order === 0) return entry.value;
      entry = order < 0 ? entry.left : entry.right;
    }
    return undefined;
  }

  set(key: K, value: V): SortedMap<K, V> {
    return new SortedMap(this.#compare, withEntry(this.#root, key, value, this.#compare));
  }

  delete(key: K): SortedMap<K, V> {
    if (this.get(key) === undefined) return this;
    return new SortedMap(this.#compare, withoutKey(this.#root, key, this.#compare));
  }

  /**
   * The entries in order, or in reverse order with `fromEnd`.
   * @param options.skip true for the keys to leave out where the walk begins. They must come before all keys to be kept. The walk
   * finds the first key to be kept in O(log n).
   */
  *entries(options: { fromEnd?: boolean; skip?: (key: K) => boolean } = {}): Generator<readonly [K, V]> {
    const { fromEnd = false, skip } = options;
    const near = fromEnd ? "right" : "left";
    const far = fromEnd ? "left" : "right";
    const stack: Entry<K, V>[] = [];
    let entry = this.#root;
    while (entry !== null) {
      if (skip?.(entry.key) === true) entry = entry[far];
      else {
        stack.push(entry);
        entry = entry[near];
      }
    }
    let top = stack.pop();
    while (top !== undefined) {
      yield [top.key, top.value];
      let next = top[far];
      while (next !== null) {
        stack.push(next);
        next = next[near];
      }
      top = stack.pop();
    }
  }

  [Symbol.iterator](): Generator<readonly [K, V]> {
    return this.entries();
  }
}

function sizeOf(subtree: Subtree<unknown, unknown>): number {
  return subtree === null ? 0 : subtree.size;
}

function buildEntry<K, V>(key: K, value: V, left: Subtree<K, V>, right: Subtree<K, V>): Entry<K, V> {
  return { key, value, left, right, size: sizeOf(left) + sizeOf(right) + 1 };
}

/** A balanced subtree of the sorted pairs with indexes from `from` to below `to`. */
function buildSubtree<K, V>(pairs: readonly (readonly [K, V])[], from: number, to: number): Subtree<K, V> {
  if (from >= to) return null;
  const middle = (from + to) >>> 1;
  const pair = pairs[middle];
  if (pair === undefined) return null;
  return buildEntry(pair[0], pair[1], buildSubtree(pairs, from, middle), buildSubtree(pairs, middle + 1, to));
}

/**
 * An entry with these subtrees, rotated if one of them is too heavy.
 * The trees are weight-balanced (Adams 1993) with parameters 3 and 2, which Hirai and Yamamoto proved sound (2011).
 */
function buildBalanced<K, V>(key: K, value: V, left: Subtree<K, V>, right: Subtree<K, V>): Entry<K, V> {
  const leftSize = sizeOf(left);
  const rightSize = sizeOf(right);
  if (leftSize + rightSize <= 1) return buildEntry(key, value, left, right);
  if (right !== null && rightSize > 3 * leftSize) {
    const inner = right.left;
    if (inner === null || inner.size < 2 * sizeOf(right.right)) {
      return buildEntry(right.key, right.value, buildEntry(key, value, left, inner), right.right);
    }
    const outer = buildEntry(right.key, right.value, inner.right, right.right);
    return buildEntry(inner.key, inner.value, buildEntry(key, value, left, inner.left), outer);
  }
  if (left !== null && leftSize > 3 * rightSize) {
    const inner = left.right;
    if (inner === null || inner.size < 2 * sizeOf(left.left)) {
      return buildEntry(left.key, left.value, left.left, buildEntry(key, value, inner, right));
    }
    const outer = buildEntry(left.key, left.value, left.left, inner.left);
    return buildEntry(inner.key, inner.value, outer, buildEntry(key, value, inner.right, right));
  }
  return buildEntry(key, value, left, right);
}

function withEntry<K, V>(subtree: Subtree<K, V>, key: K, value: V, compare: Compare<K>): Entry<K, V> {
  if (subtree === null) return buildEntry(key, value, null, null);
  const { left, right } = subtree;
  const order = compare(key, subtree.key);
  if (order < 0) return buildBalanced(subtree.key, subtree.value, withEntry(left, key, value, compare), right);
  if (order > 0) return buildBalanced(subtree.key, subtree.value, left, withEntry(right, key, value, compare));
  return buildEntry(key, value, left, right);
}

function withoutKey<K, V>(subtree: Subtree<K, V>, key: K, compare: Compare<K>): Subtree<K, V> {
  if (subtree === null) return null;
  const { left, right } = subtree;
  const order = compare(key, subtree.key);
  if (order < 0) return buildBalanced(subtree.key, subtree.value, withoutKey(left, key, compare), right);
  if (order > 0) return buildBalanced(subtree.key, subtree.value, left, withoutKey(right, key, compare));
  if (left === null) return right;
  if (right === null) return left;
  const next = firstOf(right);
  return buildBalanced(next.key, next.value, left, withoutFirst(right));
}

function firstOf<K, V>(entry: Entry<K, V>): Entry<K, V> {
  let first = entry;
  while (first.left !== null) first = first.left;
  return first;
}

function withoutFirst<K, V>(entry: Entry<K, V>): Subtree<K, V> {
  if (entry.left === null) return entry.right;
  return buildBalanced(entry.key, entry.value, withoutFirst(entry.left), entry.right);
}
