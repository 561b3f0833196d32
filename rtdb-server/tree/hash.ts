import { createHash } from "node:crypto";
import { type Tree, type Value, Branch, Leaf } from "./node.ts";
import { compareChildren } from "./value-order.ts";

const doubleBytes = new DataView(new ArrayBuffer(8));

function typeAndValue(value: Value): string {
  if (typeof value !== "number") return `${typeof value}:${value}`;
  doubleBytes.setFloat64(0, value);
  return `number:${doubleBytes.getBigUint64(0).toString(16).padStart(16, "0")}`;
}

function textToHash(node: Leaf | Branch): string {
  const prefix = node.priority === null ? "" : `priority:${typeAndValue(node.priority)}:`;
  if (node instanceof Leaf) return prefix + typeAndValue(node.value);
  let children = [...node.children];
  if (children.some(([, child]) => child.priority !== null)) children = children.sort(compareChildren);
  return prefix + children.map(([key, child]) => `:${key}:${hashOf(child)}`).join("");
}

/**
 * The hash with which the SDKs identify the data that they hold: Base64 of SHA-1, or "" for no data.
 * Each node caches its hash, so a change costs new hashes only from its location up to the root.
 */
export function hashOf(node: Tree): string {
  if (node === null) return "";
  node.cachedHash ??= createHash("sha1").update(textToHash(node)).digest("base64");
  return node.cachedHash;
}
