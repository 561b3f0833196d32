import { type Priority, type Tree, type Value, Branch, childOf, Leaf } from "../tree/node.ts";

/** The data at a location as rules see it. It knows its parent, for `parent()`. */
export class Snapshot {
  readonly node: Tree;
  readonly parent: Snapshot | null;

  constructor(node: Tree, parent: Snapshot | null) {
    this.node = node;
    this.parent = parent;
  }

  childAtKey(key: string): Snapshot {
    return new Snapshot(childOf(this.node, key), this);
  }

  /** @param path keys with slashes between them */
  child(path: string): Snapshot {
    if (!path.includes("/")) return path === "" ? this : this.childAtKey(path);
    return path.split("/").reduce<Snapshot>((at, key) => (key === "" ? at : at.childAtKey(key)), this);
  }

  /** A primitive value, or null. An object gives its branch, which rules can only compare with null. */
  value(): Value | Branch | null {
    return this.node instanceof Leaf ? this.node.value : this.node;
  }

  priority(): Priority {
    return this.node === null ? null : this.node.priority;
  }

  /** @param keys null = any child will do */
  hasChildren(keys: readonly string[] | null): boolean {
    if (!(this.node instanceof Branch)) return false;
    return keys === null || keys.every((key) => this.child(key).node !== null);
  }
}
