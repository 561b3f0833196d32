import { isObject } from "../is-object.ts";
import { MAX_DEPTH, MAX_STRING_BYTES } from "../limits.ts";
import { invalidData } from "../request-error.ts";
import { type Node, type Priority, type Tree, type Value, buildBranch, childOf, Leaf, withPriority } from "./node.ts";
import { checkKey } from "./path.ts";

/** The location that parsed data is for. */
interface WriteLocation {
  /** The value of `{".sv": "timestamp"}`, in milliseconds. It is the same for all of one write. */
  readonly now: number;
  /** The data before the write, to which `{".sv": {"increment": 1}}` adds. */
  readonly existing: Tree;
  /** The number of keys in the path of the location. */
  readonly depth: number;
}

/**
 * Builds a node from JSON in export form, in which `.value`, `.priority` and `.sv` (a server value) have a meaning.
 * @throws RequestError for data that cannot be stored
 */
export function parseNode(json: unknown, location: WriteLocation): Tree {
  if (json === null || json === undefined) return null;
  if (typeof json === "string") return new Leaf(checkString(json));
  if (typeof json === "number") return new Leaf(checkNumber(json));
  if (typeof json === "boolean") return new Leaf(json);
  if (typeof json !== "object") throw invalidData(`Not JSON: ${typeof json}`);
  if (Array.isArray(json)) return parseChildren(Object.entries(json), null, location);
  const { now, existing } = location;
  const priority = ".priority" in json ? parsePriority(json[".priority"], location) : null;
  if (".sv" in json) {
    return new Leaf(resolveServerValue(json[".sv"], now, existing instanceof Leaf ? existing.value : null), priority);
  }
  if (".value" in json) {
    const value = json[".value"];
    // The SDKs send a server value with a priority as {".value": {".sv": …}, ".priority": …}.
    if (isObject(value) ? !(".sv" in value) : Array.isArray(value)) {
      throw invalidData(".value must be a string, a number, a boolean, a server value or null");
    }
    return withPriority(parseNode(value, location), priority);
  }
  return parseChildren(Object.entries(json), priority, location);
}

function parseChildren(entries: [string, unknown][], priority: Priority, location: WriteLocation): Tree {
  const { now, existing, depth } = location;
  const children: [string, Node][] = [];
  for (const [key, json] of entries) {
    if (key === ".priority") continue;
    checkKey(key);
    if (depth >= MAX_DEPTH) throw invalidData(`Data is deeper than ${MAX_DEPTH} keys`);
    const child = parseNode(json, { now, existing: childOf(existing, key), depth: depth + 1 });
    if (child !== null) children.push([key, child]);
  }
  return buildBranch(children, priority);
}

function parsePriority(json: unknown, { now, existing }: WriteLocation): Priority {
  if (json === undefined || json === null) return null;
  if (typeof json === "object" && ".sv" in json) {
    return resolveServerValue(json[".sv"], now, existing === null ? null : existing.priority);
  }
  if (typeof json === "string") return checkString(json);
  if (typeof json === "number") return checkNumber(json);
  throw invalidData(".priority must be a string, a number or null");
}

function resolveServerValue(spec: unknown, now: number, existing: Value | null): number {
  if (spec === "timestamp") return now;
  if (typeof spec === "object" && spec !== null && "increment" in spec && typeof spec.increment === "number") {
    const sum = typeof existing === "number" ? existing + spec.increment : spec.increment;
    if (!Number.isFinite(sum)) throw invalidData("The increment gives a number that is too large");
    return sum;
  }
  throw invalidData('Unknown server value: .sv must be "timestamp" or {"increment": number}');
}

function checkNumber(value: number): number {
  if (!Number.isFinite(value)) throw invalidData("Numbers must be finite");
  return value === 0 ? 0 : value; // JSON writes -0 as 0, so every client holds and hashes 0
}

function checkString(value: string): string {
  if (value.length * 3 > MAX_STRING_BYTES && Buffer.byteLength(value) > MAX_STRING_BYTES) {
    throw invalidData("A string is larger than 10 MB");
  }
  return value;
}
