import { FIRST_KEY, LAST_KEY, parseIndex } from "../../query/order.ts";
import { buildBound, buildQuery } from "../../query/query.ts";
import { invalidData } from "../../request-error.ts";
import type { Index } from "../../query/order.ts";
import type { Bound, Limit, Query } from "../../query/query.ts";

const BUILT_IN_INDEXES: Record<string, string> = { $key: ".key", $value: ".value", $priority: ".priority" };
const START_PARAMETERS = ["startAt", "startAfter", "equalTo"] as const;
const END_PARAMETERS = ["endAt", "endBefore", "equalTo"] as const;
type BoundParameter = (typeof START_PARAMETERS)[number] | (typeof END_PARAMETERS)[number];

/** The query in a URL's parameters, or null if there is none. @throws RequestError, for example for bounds without `orderBy` */
export function parseQueryParameters(parameters: URLSearchParams): Query | null {
  const limit = parseLimit(parameters);
  const orderBy = parameters.get("orderBy");
  if (orderBy === null) {
    const hasBound = [...START_PARAMETERS, ...END_PARAMETERS].some((name) => parameters.has(name));
    if (limit === null && !hasBound) return null;
    throw invalidData("orderBy must be defined when other query parameters are defined");
  }
  const index = parseOrderBy(orderBy);
  return buildQuery({ index, start: parseStart(index, parameters), end: parseEnd(index, parameters), limit });
}

function parseOrderBy(text: string): Index {
  let name: unknown;
  try {
    name = JSON.parse(text);
  } catch {
    name = null;
  }
  if (typeof name !== "string" || name === "") throw invalidData("orderBy must be a valid JSON encoded path");
  if (name.startsWith(".")) throw invalidData(`Invalid orderBy: ${name.slice(0, 80)}`);
  return parseIndex(BUILT_IN_INDEXES[name] ?? name);
}

function parseLimit(parameters: URLSearchParams): Limit | null {
  const first = parseCount(parameters, "limitToFirst");
  const last = parseCount(parameters, "limitToLast");
  if (first !== null && last !== null) throw invalidData("limitToFirst and limitToLast exclude each other");
  if (first !== null) return { count: first, from: "start" };
  return last === null ? null : { count: last, from: "end" };
}

function parseCount(parameters: URLSearchParams, name: string): number | null {
  const text = parameters.get(name);
  if (text === null) return null;
  if (!/^[1-9]\d{0,9}$/.test(text)) throw invalidData(`${name} must be a positive integer`);
  return Number(text);
}

function parseStart(index: Index, parameters: URLSearchParams): Bound | null {
  const name = findBound(parameters, START_PARAMETERS);
  if (name === null) return null;
  const [value, key] = parseValueAndKey(parameters, name);
  if (name !== "startAfter") return buildBound(index, "start", { value, key, isInclusive: true });
  // Without a key, the query starts after all children with the value.
  return buildBound(index, "start", { value, key: key ?? LAST_KEY, isInclusive: false });
}

function parseEnd(index: Index, parameters: URLSearchParams): Bound | null {
  const name = findBound(parameters, END_PARAMETERS);
  if (name === null) return null;
  const [value, key] = parseValueAndKey(parameters, name);
  if (name !== "endBefore") return buildBound(index, "end", { value, key, isInclusive: true });
  // Without a key, the query ends before all children with the value.
  return buildBound(index, "end", { value, key: key ?? FIRST_KEY, isInclusive: false });
}

function findBound(parameters: URLSearchParams, names: readonly BoundParameter[]): BoundParameter | null {
  const present = names.filter((name) => parameters.has(name));
  if (present.length > 1) throw invalidData(`${present.join(" and ")} exclude each other`);
  return present[0] ?? null;
}

/** The JSON values of a bound: `value`, or `value,"key"`. */
function parseValueAndKey(parameters: URLSearchParams, name: BoundParameter): [value: unknown, key: unknown] {
  let values: unknown;
  try {
    values = JSON.parse(`[${parameters.get(name)}]`);
  } catch {
    throw invalidData(`Constraint index field must be a JSON primitive: ${name}`);
  }
  if (!Array.isArray(values) || values.length === 0 || values.length > 2) {
    throw invalidData(`${name} takes a value, or a value and a key`);
  }
  return [values[0], values[1]];
}
