import { invalid } from "../refusal.ts";
import { bound, makeQuery, parseIndex } from "../query/query.ts";
import { FIRST_KEY, LAST_KEY } from "../query/order.ts";
import type { Bound, Query } from "../query/query.ts";
import type { Index } from "../query/order.ts";

const SPECIAL: Record<string, string> = { $key: ".key", $value: ".value", $priority: ".priority" };
const BOUNDS = ["startAt", "startAfter", "endAt", "endBefore", "equalTo"] as const;
type BoundName = (typeof BOUNDS)[number];

/** A parameter's JSON values: a value, or a value and a key. */
function values(params: URLSearchParams, name: BoundName): [unknown, unknown] | null {
  const text = params.get(name);
  if (text === null) return null;
  let list: unknown;
  try {
    list = JSON.parse(`[${text}]`);
  } catch {
    throw invalid(`Constraint index field must be a JSON primitive: ${name}`);
  }
  if (!Array.isArray(list) || list.length === 0 || list.length > 2)
    throw invalid(`${name} takes a value, or a value and a key`);
  return [list[0], list[1]];
}

function limit(params: URLSearchParams, name: string): number | null {
  const text = params.get(name);
  if (text === null) return null;
  if (!/^[1-9]\d{0,9}$/.test(text)) throw invalid(`${name} must be a positive integer`);
  return Number(text);
}

function boundOf(index: Index, params: URLSearchParams, end: "start" | "end"): Bound | null {
  const [at, beyond] = end === "start" ? (["startAt", "startAfter"] as const) : (["endAt", "endBefore"] as const);
  const given = ([at, beyond, "equalTo"] as const).filter((name) => params.has(name));
  const [name] = given;
  if (name === undefined) return null;
  if (given.length > 1) throw invalid(`${given.join(" and ")} exclude each other`);
  const [value, key] = values(params, name) ?? [];
  if (name !== beyond) return bound(index, value, key, end, true);
  // After a value means after every key that has it, unless a key says where.
  return bound(index, value, key ?? (end === "start" ? LAST_KEY : FIRST_KEY), end, false);
}

/** The query in a URL's parameters, or null when it has none. @throws Refusal for bounds without `orderBy`, or that are not JSON */
export function parseRestQuery(params: URLSearchParams): Query | null {
  const first = limit(params, "limitToFirst");
  const last = limit(params, "limitToLast");
  const orderBy = params.get("orderBy");
  if (orderBy === null) {
    if (first === null && last === null && !BOUNDS.some((name) => params.has(name))) return null;
    throw invalid("orderBy must be defined when other query parameters are defined");
  }
  if (first !== null && last !== null) throw invalid("limitToFirst and limitToLast exclude each other");
  let name: unknown;
  try {
    name = JSON.parse(orderBy);
  } catch {
    throw invalid("orderBy must be a valid JSON encoded path");
  }
  if (typeof name !== "string" || name === "") throw invalid("orderBy must be a valid JSON encoded path");
  if (name.startsWith(".")) throw invalid(`Invalid orderBy: ${name.slice(0, 80)}`);
  const index = parseIndex(SPECIAL[name] ?? name);
  return makeQuery(index, boundOf(index, params, "start"), boundOf(index, params, "end"), first ?? last, last !== null);
}
