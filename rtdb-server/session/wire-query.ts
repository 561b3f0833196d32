import { MAX_QUERY_LENGTH } from "../limits.ts";
import { type Index, parseIndex } from "../query/order.ts";
import { type Bound, type Limit, type Query, buildBound, buildQuery, queryTooLong } from "../query/query.ts";
import { invalidData } from "../request-error.ts";

type Field = "i" | "sp" | "sn" | "sin" | "ep" | "en" | "ein" | "l" | "vf";
type WireQuery = Partial<Record<Field, unknown>>;

const FIELDS: ReadonlySet<string> = new Set<Field>(["i", "sp", "sn", "sin", "ep", "en", "ein", "l", "vf"]);

/**
 * The text of a query object that was parsed, by which a revocation repeats it. It is kept as long as the listen.
 * @throws RequestError if it is too long
 */
export function wireQueryText(json: object): string {
  const text = JSON.stringify(json);
  if (text.length > MAX_QUERY_LENGTH) throw queryTooLong();
  return text;
}

/**
 * Parses a query object of the realtime protocol. `i` is the index; `sp`, `sn`, `sin` are value, key and inclusiveness of the
 * start; `ep`, `en`, `ein` those of the end; `l` is the limit, and `vf` the side from which it counts ("l" = left).
 * @throws RequestError
 */
export function parseWireQuery(json: object): Query {
  const unknownField = Object.keys(json).find((field) => !FIELDS.has(field));
  if (unknownField !== undefined) throw invalidData(`Unknown field in a query: ${unknownField.slice(0, 80)}`);
  const wire: WireQuery = json;
  if (wire.i !== undefined && typeof wire.i !== "string") throw invalidData("The index of a query must be a string");
  // Also of a bound that is not there, and of keys that the order does not use: a revocation repeats the whole query.
  checkTypes([wire.sn, wire.en], "string", "The key of a bound");
  checkTypes([wire.sin, wire.ein], "boolean", "The inclusiveness of a bound");
  const limit = parseLimit(wire);
  const index = parseIndex(wire.i ?? ".priority");
  return buildQuery({ index, start: parseStart(index, wire), end: parseEnd(index, wire), limit });
}

function checkTypes(values: unknown[], type: "string" | "boolean", what: string): void {
  if (values.some((value) => value !== undefined && typeof value !== type))
    throw invalidData(`${what} must be a ${type}`);
}

function parseStart(index: Index, wire: WireQuery): Bound | null {
  if (!("sp" in wire)) return null;
  return buildBound(index, "start", { value: wire.sp, key: wire.sn, isInclusive: wire.sin !== false });
}

function parseEnd(index: Index, wire: WireQuery): Bound | null {
  if (!("ep" in wire)) return null;
  return buildBound(index, "end", { value: wire.ep, key: wire.en, isInclusive: wire.ein !== false });
}

function parseLimit({ sp, l: count, vf: side }: WireQuery): Limit | null {
  if (side !== undefined && side !== "l" && side !== "r") throw invalidData("A query's limit counts from l or r");
  if (count === undefined) return null;
  if (typeof count !== "number" || !Number.isInteger(count) || count <= 0) {
    throw invalidData("A query's limit must be a positive integer");
  }
  if (side === undefined) return { count, from: sp === undefined ? "end" : "start" };
  return { count, from: side === "r" ? "end" : "start" };
}
