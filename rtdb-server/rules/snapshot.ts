import { type Priority, type Tree, type Value, Branch, childOf, Leaf } from "../tree/node.ts";
import type { Path } from "../tree/path.ts";

/** Called for each location whose data a rule looks at. */
export type OnLook = (path: Path) => void;

/** The data at a location as rules see it. It knows its parent, for `parent()`. */
export class Snapshot {
  readonly node: Tree;
  readonly parent: Snapshot | null;
  /** Empty for the root. */
  readonly key: string;
  readonly #onLook: OnLook | null;

  private constructor(
    node: Tree,
    { parent, key, onLook }: { parent: Snapshot | null; key: string; onLook: OnLook | null },
  ) {
    this.node = node;
    this.parent = parent;
    this.key = key;
    this.#onLook = onLook;
  }

  static ofRoot(node: Tree, onLook: OnLook | null = null): Snapshot {
    return new Snapshot(node, { parent: null, key: "", onLook });
  }

  /** The data, for a rule's answer. The answer can change when this does. */
  #look(): Tree {
    if (this.#onLook !== null) this.#onLook(pathOf(this));
    return this.node;
  }

  childAtKey(key: string): Snapshot {
    return new Snapshot(childOf(this.node, key), { parent: this, key, onLook: this.#onLook });
  }

  /** @param path keys with slashes between them */
  child(path: string): Snapshot {
    if (!path.includes("/")) return path === "" ? this : this.childAtKey(path);
    return path.split("/").reduce<Snapshot>((at, key) => (key === "" ? at : at.childAtKey(key)), this);
  }

  /** A primitive value, or null. An object gives its branch, which rules can only compare with null. */
  value(): Value | Branch | null {
    const node = this.#look();
    return node instanceof Leaf ? node.value : node;
  }

  priority(): Priority {
    return this.#look()?.priority ?? null;
  }

  exists(): boolean {
    return this.#look() !== null;
  }

  /** @param keys null = any child will do */
  hasChildren(keys: readonly string[] | null): boolean {
    if (!(this.#look() instanceof Branch)) return false;
    return keys === null || keys.every((key) => this.child(key).exists());
  }
}

function pathOf(snapshot: Snapshot): Path {
  const keys: string[] = [];
  let at = snapshot;
  while (at.parent !== null) {
    keys.push(at.key);
    at = at.parent;
  }
  return keys.toReversed();
}
