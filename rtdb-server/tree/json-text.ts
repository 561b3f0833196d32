import { type Branch, type Tree, Leaf } from "./node.ts";

/**
 * A node as JSON in export form: with priorities, never as an array. Used by the realtime protocol, for exported files and for
 * `format=export`.
 */
export function exportText(node: Tree): string {
  if (node === null) return "null";
  if (node instanceof Leaf) {
    const value = JSON.stringify(node.value);
    return node.priority === null ? value : `{".value":${value},".priority":${JSON.stringify(node.priority)}}`;
  }
  const parts: string[] = [];
  for (const [key, child] of node.children) parts.push(`${JSON.stringify(key)}:${exportText(child)}`);
  if (node.priority !== null) parts.push(`".priority":${JSON.stringify(node.priority)}`);
  return `{${parts.join(",")}}`;
}

/** A node as JSON for REST: without priorities, and as an array where the keys allow it. */
export function valueText(node: Tree): string {
  if (node === null) return "null";
  if (node instanceof Leaf) return JSON.stringify(node.value);
  const length = arrayLengthOf(node);
  if (length !== null) {
    const items = Array.from({ length }, () => "null");
    for (const [key, child] of node.children) items[Number(key)] = valueText(child);
    return `[${items.join(",")}]`;
  }
  return `{${[...node.children].map(([key, child]) => `${JSON.stringify(key)}:${valueText(child)}`).join(",")}}`;
}

/** The length of the array that shows the children. Null unless all keys are integers and at least half of them exist. */
function arrayLengthOf(node: Branch): number | null {
  let largest = 0;
  for (const [key] of node.children) {
    if (!/^(?:0|[1-9]\d{0,8})$/.test(key)) return null;
    largest = Math.max(largest, Number(key));
  }
  return largest < 2 * node.children.size ? largest + 1 : null;
}

/** A node as JSON for `shallow=true`: each child as `true`, a primitive value as itself. */
export function shallowText(node: Tree): string {
  if (node === null || node instanceof Leaf) return valueText(node);
  return `{${[...node.children].map(([key]) => `${JSON.stringify(key)}:true`).join(",")}}`;
}
