import { Branch, childOf, Leaf } from "../tree/node.ts";
import type { Priority, Tree, Value } from "../tree/node.ts";

/** The data at a place as rules see it; knows the way up, so that `parent()` works. */
export class Snapshot {
  readonly node: Tree;
  readonly up: Snapshot | null;

  constructor(node: Tree, up: Snapshot | null) {
    this.node = node;
    this.up = up;
  }

  step(key: string): Snapshot {
    return new Snapshot(childOf(this.node, key), this);
  }

  /** @param path keys with slashes between them */
  child(path: string): Snapshot {
    if (!path.includes("/")) return path === "" ? this : this.step(path);
    return path.split("/").reduce<Snapshot>((at, key) => (key === "" ? at : at.step(key)), this);
  }

  /** A primitive, the branch itself (which rules can only compare with null), or null. */
  val(): Value | Branch | null {
    return this.node instanceof Leaf ? this.node.value : this.node;
  }

  priority(): Priority {
    return this.node === null ? null : this.node.priority;
  }

  hasChildren(keys: readonly string[] | null): boolean {
    if (!(this.node instanceof Branch)) return false;
    return keys === null || keys.every((key) => this.child(key).node !== null);
  }
}
