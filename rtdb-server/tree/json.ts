import { MAX_DEPTH, MAX_STRING_BYTES } from "../limits.ts";
import { invalid } from "../refusal.ts";
import { branch, childOf, Leaf, withPriority } from "./node.ts";
import { checkKey } from "./path.ts";
import type { Node, Priority, Tree, Value } from "./node.ts";

/** What placeholders in a write stand for: one timestamp (ms) for the whole write, and the data that increments build on. */
export interface ServerValues {
  readonly now: number;
}

function serverValue(spec: unknown, values: ServerValues, existing: Value | null): number {
  if (spec === "timestamp") return values.now;
  if (typeof spec === "object" && spec !== null && "increment" in spec && typeof spec.increment === "number") {
    const sum = typeof existing === "number" ? existing + spec.increment : spec.increment;
    if (!Number.isFinite(sum)) throw invalid("Increment leaves the range of numbers");
    return sum;
  }
  throw invalid("Unknown server value: .sv takes timestamp or { increment: number }");
}

function checkNumber(value: number): number {
  if (!Number.isFinite(value)) throw invalid("Numbers must be finite");
  return value === 0 ? 0 : value; // JSON writes -0 as 0, so every client holds and hashes 0
}

function checkText(value: string): string {
  if (value.length * 3 > MAX_STRING_BYTES && Buffer.byteLength(value) > MAX_STRING_BYTES) {
    throw invalid("A string is larger than 10 MB");
  }
  return value;
}

function parsePriority(json: unknown, values: ServerValues, existing: Tree): Priority {
  if (json === undefined || json === null) return null;
  if (typeof json === "object" && ".sv" in json) {
    return serverValue(json[".sv"], values, existing === null ? null : existing.priority);
  }
  if (typeof json === "string") return checkText(json);
  if (typeof json === "number") return checkNumber(json);
  throw invalid(".priority must be text, a number or null");
}

/**
 * JSON in export form (`.value`, `.priority`, `.sv`) as a node.
 * @param existing the data now at the place, which increments build on
 * @param depth how deep the place is; the whole may have at most 32 keys above a value
 */
export function parseNode(json: unknown, values: ServerValues, existing: Tree, depth: number): Tree {
  if (json === null || json === undefined) return null;
  if (typeof json === "string") return new Leaf(checkText(json));
  if (typeof json === "number") return new Leaf(checkNumber(json));
  if (typeof json === "boolean") return new Leaf(json);
  if (typeof json !== "object") throw invalid(`Not JSON: ${typeof json}`);
  if (Array.isArray(json)) return parseChildren(Object.entries(json), null, values, existing, depth);
  const priority = ".priority" in json ? parsePriority(json[".priority"], values, existing) : null;
  if (".sv" in json) {
    return new Leaf(serverValue(json[".sv"], values, existing instanceof Leaf ? existing.value : null), priority);
  }
  if (".value" in json) {
    const value = json[".value"];
    if (typeof value === "object" && value !== null) throw invalid(".value must be text, a number, a boolean or null");
    return withPriority(parseNode(value, values, existing, depth), priority);
  }
  return parseChildren(Object.entries(json), priority, values, existing, depth);
}

function parseChildren(
  pairs: [string, unknown][],
  priority: Priority,
  values: ServerValues,
  existing: Tree,
  depth: number,
): Tree {
  const children: [string, Node][] = [];
  for (const [key, json] of pairs) {
    if (key === ".priority") continue;
    checkKey(key);
    if (depth >= MAX_DEPTH) throw invalid(`Data is deeper than ${MAX_DEPTH} keys`);
    const child = parseNode(json, values, childOf(existing, key), depth + 1);
    if (child !== null) children.push([key, child]);
  }
  return branch(children, priority);
}
