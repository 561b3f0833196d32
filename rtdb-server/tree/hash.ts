import { createHash } from "node:crypto";
import { compareChildren } from "./value-order.ts";
import { Branch, Leaf } from "./node.ts";
import type { Tree, Value } from "./node.ts";

const double = new DataView(new ArrayBuffer(8));

function typed(value: Value): string {
  if (typeof value !== "number") return `${typeof value}:${value}`;
  double.setFloat64(0, value);
  return `number:${double.getBigUint64(0).toString(16).padStart(16, "0")}`;
}

function hashText(node: Leaf | Branch): string {
  const prefix = node.priority === null ? "" : `priority:${typed(node.priority)}:`;
  if (node instanceof Leaf) return prefix + typed(node.value);
  let pairs = [...node.children];
  if (pairs.some(([, child]) => child.priority !== null)) pairs = pairs.sort(compareChildren);
  return prefix + pairs.map(([key, child]) => `:${key}:${hashOf(child)}`).join("");
}

/**
 * The hash by which clients name the data they hold: Base64 of SHA-1, the empty string for nothing.
 * Cached in the node, so after a change only the nodes on the way to it are hashed again.
 */
export function hashOf(node: Tree): string {
  if (node === null) return "";
  node.cachedHash ??= createHash("sha1").update(hashText(node)).digest("base64");
  return node.cachedHash;
}
