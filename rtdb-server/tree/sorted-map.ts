export type Compare<K> = (a: K, b: K) => number;

interface Entry<K, V> {
  readonly key: K;
  readonly value: V;
  readonly left: Entry<K, V> | null;
  readonly right: Entry<K, V> | null;
  readonly size: number;
}
type Tree<K, V> = Entry<K, V> | null;

const sizeOf = (tree: Tree<unknown, unknown>): number => (tree === null ? 0 : tree.size);

function entry<K, V>(key: K, value: V, left: Tree<K, V>, right: Tree<K, V>): Entry<K, V> {
  return { key, value, left, right, size: sizeOf(left) + sizeOf(right) + 1 };
}

// Weight-balanced trees (Adams 1993) with the parameters 3 and 2, proved sound by Hirai and Yamamoto (2011).
function balanced<K, V>(key: K, value: V, left: Tree<K, V>, right: Tree<K, V>): Entry<K, V> {
  const l = sizeOf(left);
  const r = sizeOf(right);
  if (l + r <= 1) return entry(key, value, left, right);
  if (right !== null && r > 3 * l) {
    const inner = right.left;
    if (inner === null || inner.size < 2 * sizeOf(right.right)) {
      return entry(right.key, right.value, entry(key, value, left, inner), right.right);
    }
    const outer = entry(right.key, right.value, inner.right, right.right);
    return entry(inner.key, inner.value, entry(key, value, left, inner.left), outer);
  }
  if (left !== null && l > 3 * r) {
    const inner = left.right;
    if (inner === null || inner.size < 2 * sizeOf(left.left)) {
      return entry(left.key, left.value, left.left, entry(key, value, inner, right));
    }
    const outer = entry(left.key, left.value, left.left, inner.left);
    return entry(inner.key, inner.value, outer, entry(key, value, inner.right, right));
  }
  return entry(key, value, left, right);
}

function insert<K, V>(tree: Tree<K, V>, key: K, value: V, compare: Compare<K>): Entry<K, V> {
  if (tree === null) return entry(key, value, null, null);
  const order = compare(key, tree.key);
  if (order < 0) return balanced(tree.key, tree.value, insert(tree.left, key, value, compare), tree.right);
  if (order > 0) return balanced(tree.key, tree.value, tree.left, insert(tree.right, key, value, compare));
  return entry(key, value, tree.left, tree.right);
}

function withoutFirst<K, V>(tree: Entry<K, V>): Tree<K, V> {
  if (tree.left === null) return tree.right;
  return balanced(tree.key, tree.value, withoutFirst(tree.left), tree.right);
}

function remove<K, V>(tree: Tree<K, V>, key: K, compare: Compare<K>): Tree<K, V> {
  if (tree === null) return null;
  const order = compare(key, tree.key);
  if (order < 0) return balanced(tree.key, tree.value, remove(tree.left, key, compare), tree.right);
  if (order > 0) return balanced(tree.key, tree.value, tree.left, remove(tree.right, key, compare));
  if (tree.left === null) return tree.right;
  if (tree.right === null) return tree.left;
  let next = tree.right;
  while (next.left !== null) next = next.left;
  return balanced(next.key, next.value, tree.left, withoutFirst(tree.right));
}

function build<K, V>(pairs: readonly (readonly [K, V])[], from: number, to: number): Tree<K, V> {
  if (from >= to) return null;
  const middle = (from + to) >>> 1;
  const pair = pairs[middle];
  if (pair === undefined) return null;
  return entry(pair[0], pair[1], build(pairs, from, middle), build(pairs, middle + 1, to));
}

/** An immutable sorted map: a change returns a new map and shares all but O(log n) entries with the old one. */
export class SortedMap<K, V> {
  readonly #compare: Compare<K>;
  readonly #root: Tree<K, V>;

  private constructor(compare: Compare<K>, root: Tree<K, V>) {
    this.#compare = compare;
    this.#root = root;
  }

  /** @param pairs any order; of two equal keys the later counts. */
  static from<K, V>(compare: Compare<K>, pairs: Iterable<readonly [K, V]>): SortedMap<K, V> {
    const sorted = [...pairs].sort((a, b) => compare(a[0], b[0]));
    const unique = sorted.filter((pair, i) => {
      const next = sorted[i + 1];
      return next === undefined || compare(pair[0], next[0]) !== 0;
    });
    return new SortedMap(compare, build(unique, 0, unique.length));
  }

  get size(): number {
    return sizeOf(this.#root);
  }

  get(key: K): V | undefined {
    let tree = this.#root;
    while (tree !== null) {
      const order = this.#compare(key, tree.key);
      if (order === 0) return tree.value;
      tree = order < 0 ? tree.left : tree.right;
    }
    return undefined;
  }

  set(key: K, value: V): SortedMap<K, V> {
    return new SortedMap(this.#compare, insert(this.#root, key, value, this.#compare));
  }

  delete(key: K): SortedMap<K, V> {
    return this.get(key) === undefined ? this : new SortedMap(this.#compare, remove(this.#root, key, this.#compare));
  }

  /**
   * The entries in order, or from the last to the first.
   * @param skip true for the keys that lie outside at the end where the walk begins; found in O(log n).
   */
  *entries(reverse = false, skip?: (key: K) => boolean): Generator<readonly [K, V]> {
    const near = reverse ? "right" : "left";
    const far = reverse ? "left" : "right";
    const stack: Entry<K, V>[] = [];
    let tree = this.#root;
    while (tree !== null) {
      if (skip?.(tree.key) === true) tree = tree[far];
      else {
        stack.push(tree);
        tree = tree[near];
      }
    }
    for (let top = stack.pop(); top !== undefined; top = stack.pop()) {
      yield [top.key, top.value];
      for (tree = top[far]; tree !== null; tree = tree[near]) stack.push(tree);
    }
  }

  [Symbol.iterator](): Generator<readonly [K, V]> {
    return this.entries();
  }
}
