import { invalid } from "../refusal.ts";
import { Leaf } from "../tree/node.ts";
import { parsePath } from "../tree/path.ts";
import { FIRST_KEY, LAST_KEY } from "./order.ts";
import type { Tree } from "../tree/node.ts";
import type { Index, Position } from "./order.ts";

export interface Bound {
  readonly at: Position;
  readonly inclusive: boolean;
}

/** A selection among the children of a place. Two queries with the same `id` select the same. */
export interface Query {
  readonly id: string;
  readonly index: Index;
  readonly start: Bound | null;
  readonly end: Bound | null;
  readonly limit: number | null;
  readonly fromEnd: boolean;
}

const SPECIAL = new Set([".key", ".value", ".priority"]);

export function parseIndex(name: string): Index {
  if (SPECIAL.has(name)) return { name, path: [] };
  const path = parsePath(name);
  if (path.length === 0 || name.includes(".")) throw invalid(`No such index: ${name.slice(0, 80)}`);
  return { name, path };
}

/** The value of a bound: a primitive or null. */
export function boundValue(json: unknown): Tree {
  if (json === null || json === undefined) return null;
  const isFinite = typeof json !== "number" || Number.isFinite(json);
  if (isFinite && (typeof json === "string" || typeof json === "number" || typeof json === "boolean"))
    return new Leaf(json);
  throw invalid("A query's bound must be text, a number, a boolean or null");
}

/** The bound of a query; by key the value is the key. */
export function bound(index: Index, value: unknown, key: unknown, end: "start" | "end", inclusive: boolean): Bound {
  if (index.name === ".key") {
    if (typeof value !== "string") throw invalid("A bound by key must be text");
    return { at: { value: null, key: value }, inclusive };
  }
  if (key !== undefined && typeof key !== "string") throw invalid("The key of a bound must be text");
  return { at: { value: boundValue(value), key: key ?? (end === "start" ? FIRST_KEY : LAST_KEY) }, inclusive };
}

type Wire = Partial<Record<"i" | "sp" | "sn" | "sin" | "ep" | "en" | "ein" | "l" | "vf", unknown>>;
const FIELDS = new Set(["i", "sp", "sn", "sin", "ep", "en", "ein", "l", "vf"]);

/** The query object of the realtime protocol. */
export function parseQuery(json: object): Query {
  const unknown = Object.keys(json).find((field) => !FIELDS.has(field));
  if (unknown !== undefined) throw invalid(`Unknown field in a query: ${unknown.slice(0, 80)}`);
  const wire = json as Wire;
  if (wire.i !== undefined && typeof wire.i !== "string") throw invalid("A query's index must be text");
  if (wire.l !== undefined && !(Number.isInteger(wire.l) && Number(wire.l) > 0)) {
    throw invalid("A query's limit must be a positive integer");
  }
  if (wire.vf !== undefined && wire.vf !== "l" && wire.vf !== "r") throw invalid("A query's limit counts from l or r");
  const index = parseIndex(wire.i ?? ".priority");
  const start = "sp" in wire ? bound(index, wire.sp, wire.sn, "start", wire.sin !== false) : null;
  const end = "ep" in wire ? bound(index, wire.ep, wire.en, "end", wire.ein !== false) : null;
  return makeQuery(
    index,
    start,
    end,
    wire.l === undefined ? null : Number(wire.l),
    (wire.vf ?? (start ? "l" : "r")) === "r",
  );
}

const boundId = (bound: Bound | null): unknown =>
  bound && [bound.at.value instanceof Leaf ? bound.at.value.value : null, bound.at.key, bound.inclusive];

export function makeQuery(
  index: Index,
  start: Bound | null,
  end: Bound | null,
  limit: number | null,
  fromEnd: boolean,
): Query {
  const id = JSON.stringify([index.name, boundId(start), boundId(end), limit, limit !== null && fromEnd]);
  return { id, index, start, end, limit, fromEnd };
}
