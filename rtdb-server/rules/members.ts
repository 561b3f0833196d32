import { Branch } from "../tree/node.ts";
import { Snapshot } from "./snapshot.ts";
import { unevaluable } from "./scope.ts";

/**
 * What an expression is known to give when the rules are uploaded. "any" (claims of a token) and "primitive" (stored values) are
 * known only when the rule runs.
 */
export type Type =
  "any" | "primitive" | "boolean" | "number" | "string" | "null" | "snapshot" | "regexp" | "keys" | "query";

export interface Method<T> {
  /** The last may be left out where `optional`. */
  readonly takes: readonly Type[];
  readonly optional?: true;
  readonly gives: Type;
  readonly call: (target: T, ...args: unknown[]) => unknown;
}

const text = (value: unknown): string => (typeof value === "string" ? value : unevaluable());

export const SNAPSHOT_METHODS: ReadonlyMap<string, Method<Snapshot>> = new Map<string, Method<Snapshot>>([
  ["val", { takes: [], gives: "primitive", call: (s) => s.val() }],
  ["child", { takes: ["string"], gives: "snapshot", call: (s, path) => s.child(text(path)) }],
  ["parent", { takes: [], gives: "snapshot", call: (s) => s.up ?? unevaluable() }],
  ["hasChild", { takes: ["string"], gives: "boolean", call: (s, path) => s.child(text(path)).node !== null }],
  [
    "hasChildren",
    {
      takes: ["keys"],
      optional: true,
      gives: "boolean",
      call: (s, keys) => s.hasChildren(Array.isArray(keys) ? keys.map(text) : null),
    },
  ],
  ["exists", { takes: [], gives: "boolean", call: (s) => s.node !== null }],
  ["getPriority", { takes: [], gives: "primitive", call: (s) => s.priority() }],
  ["isString", { takes: [], gives: "boolean", call: (s) => typeof s.val() === "string" }],
  ["isNumber", { takes: [], gives: "boolean", call: (s) => typeof s.val() === "number" }],
  ["isBoolean", { takes: [], gives: "boolean", call: (s) => typeof s.val() === "boolean" }],
]);

export const STRING_METHODS: ReadonlyMap<string, Method<string>> = new Map<string, Method<string>>([
  ["contains", { takes: ["string"], gives: "boolean", call: (s, part) => s.includes(text(part)) }],
  ["beginsWith", { takes: ["string"], gives: "boolean", call: (s, part) => s.startsWith(text(part)) }],
  ["endsWith", { takes: ["string"], gives: "boolean", call: (s, part) => s.endsWith(text(part)) }],
  [
    "replace",
    { takes: ["string", "string"], gives: "string", call: (s, from, to) => s.replaceAll(text(from), () => text(to)) },
  ],
  ["toLowerCase", { takes: [], gives: "string", call: (s) => s.toLowerCase() }],
  ["toUpperCase", { takes: [], gives: "string", call: (s) => s.toUpperCase() }],
  [
    "matches",
    {
      takes: ["regexp"],
      gives: "boolean",
      call: (s, pattern) => (pattern instanceof RegExp ? pattern.test(s) : unevaluable()),
    },
  ],
]);

export const QUERY_MEMBERS: ReadonlyMap<string, Type> = new Map([
  ["orderByKey", "boolean"],
  ["orderByPriority", "boolean"],
  ["orderByValue", "boolean"],
  ["orderByChild", "primitive"],
  ["startAt", "primitive"],
  ["endAt", "primitive"],
  ["equalTo", "primitive"],
  ["limitToFirst", "primitive"],
  ["limitToLast", "primitive"],
]);

/** A property of a token's claims; absent ones are null. The members of stored objects cannot be read this way. */
export function property(target: unknown, name: unknown): unknown {
  if (name === "length" && typeof target === "string") return target.length;
  if (typeof target !== "object" || target === null || target instanceof Branch) return unevaluable();
  if (typeof name !== "string" && typeof name !== "number") return unevaluable();
  const value: unknown = Object.hasOwn(target, name) ? Reflect.get(target, name) : null;
  return value ?? null;
}
