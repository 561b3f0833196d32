import { failEvaluation } from "./scope.ts";
import type { Snapshot } from "./snapshot.ts";
import type { Type } from "./typed-expression.ts";

export interface Method<Target> {
  readonly parameters: readonly Type[];
  /** Whether the last parameter can be left out. */
  readonly isLastOptional?: true;
  readonly returns: Type;
  readonly call: (target: Target, ...args: unknown[]) => unknown;
}

const asText = (value: unknown): string => (typeof value === "string" ? value : failEvaluation());

export const SNAPSHOT_METHODS: ReadonlyMap<string, Method<Snapshot>> = new Map<string, Method<Snapshot>>([
  ["val", { parameters: [], returns: "primitive", call: (data) => data.value() }],
  ["child", { parameters: ["string"], returns: "snapshot", call: (data, path) => data.child(asText(path)) }],
  ["parent", { parameters: [], returns: "snapshot", call: (data) => data.parent ?? failEvaluation() }],
  ["hasChild", { parameters: ["string"], returns: "boolean", call: (data, path) => data.child(asText(path)).exists() }],
  [
    "hasChildren",
    {
      parameters: ["key list"],
      isLastOptional: true,
      returns: "boolean",
      call: (data, keys) => data.hasChildren(Array.isArray(keys) ? keys.map(asText) : null),
    },
  ],
  ["exists", { parameters: [], returns: "boolean", call: (data) => data.exists() }],
  ["getPriority", { parameters: [], returns: "primitive", call: (data) => data.priority() }],
  ["isString", { parameters: [], returns: "boolean", call: (data) => typeof data.value() === "string" }],
  ["isNumber", { parameters: [], returns: "boolean", call: (data) => typeof data.value() === "number" }],
  ["isBoolean", { parameters: [], returns: "boolean", call: (data) => typeof data.value() === "boolean" }],
]);

export const STRING_METHODS: ReadonlyMap<string, Method<string>> = new Map<string, Method<string>>([
  ["contains", { parameters: ["string"], returns: "boolean", call: (text, part) => text.includes(asText(part)) }],
  ["beginsWith", { parameters: ["string"], returns: "boolean", call: (text, part) => text.startsWith(asText(part)) }],
  ["endsWith", { parameters: ["string"], returns: "boolean", call: (text, part) => text.endsWith(asText(part)) }],
  [
    "replace",
    {
      parameters: ["string", "string"],
      returns: "string",
      // The replacement is a function, so that "$&" in it means nothing special.
      call: (text, from, to) => text.replaceAll(asText(from), () => asText(to)),
    },
  ],
  ["toLowerCase", { parameters: [], returns: "string", call: (text) => text.toLowerCase() }],
  ["toUpperCase", { parameters: [], returns: "string", call: (text) => text.toUpperCase() }],
  [
    "matches",
    {
      parameters: ["regexp"],
      returns: "boolean",
      call: (text, pattern) => (pattern instanceof RegExp ? pattern.test(text) : failEvaluation()),
    },
  ],
]);
