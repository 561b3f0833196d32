import { type Index, FIRST_KEY, LAST_KEY, parseIndex } from "../../query/order.ts";
import { type Bound, type Limit, type Query, type Side, buildBound, buildQuery } from "../../query/query.ts";
import { invalidData } from "../../request-error.ts";

const BUILT_IN_INDEXES: ReadonlyMap<string, string> = new Map([
  ["$key", ".key"],
  ["$value", ".value"],
  ["$priority", ".priority"],
]);
const BOUND_PARAMETERS = {
  start: { inclusive: "startAt", exclusive: "startAfter", keyBeyond: LAST_KEY },
  end: { inclusive: "endAt", exclusive: "endBefore", keyBeyond: FIRST_KEY },
} as const;
const ALL_BOUND_PARAMETERS = ["startAt", "startAfter", "endAt", "endBefore", "equalTo"];

/** The query in a URL's parameters, or null if there is none. @throws RequestError, for example for bounds without `orderBy` */
export function parseQueryParameters(parameters: URLSearchParams): Query | null {
  const limit = parseLimit(parameters);
  const orderBy = parameters.get("orderBy");
  if (orderBy === null) {
    const hasBound = ALL_BOUND_PARAMETERS.some((name) => parameters.has(name));
    if (limit === null && !hasBound) return null;
    throw invalidData("orderBy must be defined when other query parameters are defined");
  }
  const index = parseOrderBy(orderBy);
  const start = parseBound(index, "start", parameters);
  const end = parseBound(index, "end", parameters);
  return buildQuery({ index, start, end, limit });
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
  return parseIndex(BUILT_IN_INDEXES.get(name) ?? name);
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

function parseBound(index: Index, side: Side, parameters: URLSearchParams): Bound | null {
  const { inclusive, exclusive, keyBeyond } = BOUND_PARAMETERS[side];
  const names = [inclusive, exclusive, "equalTo"].filter((name) => parameters.has(name));
  const [name] = names;
  if (name === undefined) return null;
  if (names.length > 1) throw invalidData(`${names.join(" and ")} exclude each other`);
  const [value, key] = parseValueAndKey(parameters, name);
  if (name !== exclusive) return buildBound(index, side, { value, key, isInclusive: true });
  // Without a key, an exclusive bound excludes all children with its value.
  return buildBound(index, side, { value, key: key ?? keyBeyond, isInclusive: false });
}

/** The JSON values of a bound: `value`, or `value,"key"`. */
function parseValueAndKey(parameters: URLSearchParams, name: string): [value: unknown, key: unknown] {
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
