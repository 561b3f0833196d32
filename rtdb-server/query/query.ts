import { MAX_QUERY_LENGTH } from "../limits.ts";
import { invalidData, type RequestError } from "../request-error.ts";
import { type Node, type Tree, Leaf } from "../tree/node.ts";
import { type Index, type Position, comparePositions, FIRST_KEY, LAST_KEY, positionOf } from "./order.ts";

export type Side = "start" | "end";

export interface Bound {
  readonly position: Position;
  readonly isInclusive: boolean;
}

export interface Limit {
  readonly count: number;
  /** The side from which the limit counts. */
  readonly from: Side;
}

/** A selection among the children of a location. */
export interface Query {
  /** Equal for queries that select the same children. */
  readonly id: string;
  readonly index: Index;
  readonly start: Bound | null;
  readonly end: Bound | null;
  readonly limit: Limit | null;
}

/** @throws RequestError if the query is too long */
export function buildQuery(query: Omit<Query, "id">): Query {
  const { index, start, end, limit } = query;
  const limitId = [limit?.count ?? null, limit?.from === "end"];
  const id = JSON.stringify([index.name, boundId(start), boundId(end), ...limitId]);
  if (id.length > MAX_QUERY_LENGTH) throw queryTooLong();
  return { id, ...query };
}

export const queryTooLong = (): RequestError => invalidData(`A query is longer than ${MAX_QUERY_LENGTH} characters`);

function boundId(bound: Bound | null): unknown {
  if (bound === null) return null;
  const { value, key } = bound.position;
  return [value instanceof Leaf ? value.value : null, key, bound.isInclusive];
}

interface BoundJson {
  /** For the index ".key" this is the key. */
  readonly value: unknown;
  /** The position among the children with this value. By default the bound includes all of them. */
  readonly key?: unknown;
  readonly isInclusive: boolean;
}

/** @throws RequestError for values of the wrong type */
export function buildBound(index: Index, side: Side, { value, key, isInclusive }: BoundJson): Bound {
  if (index.name === ".key") {
    if (typeof value !== "string") throw invalidData("The bound of a query by key must be a string");
    return { position: { value: null, key: value }, isInclusive };
  }
  if (key !== undefined && typeof key !== "string") throw invalidData("The key of a bound must be a string");
  const defaultKey = side === "start" ? FIRST_KEY : LAST_KEY;
  return { position: { value: boundValue(value), key: key ?? defaultKey }, isInclusive };
}

function boundValue(json: unknown): Tree {
  if (json === null || json === undefined) return null;
  if (typeof json === "string" || typeof json === "boolean") return new Leaf(json);
  if (typeof json === "number" && Number.isFinite(json)) return new Leaf(json);
  throw invalidData("The bound of a query must be a string, a number, a boolean or null");
}

export function isBeforeStart(query: Query, position: Position): boolean {
  if (query.start === null) return false;
  const order = comparePositions(position, query.start.position);
  return order < 0 || (order === 0 && !query.start.isInclusive);
}

export function isAfterEnd(query: Query, position: Position): boolean {
  if (query.end === null) return false;
  const order = comparePositions(position, query.end.position);
  return order > 0 || (order === 0 && !query.end.isInclusive);
}

/** Whether a child is between the bounds of the query. */
export function isInRange(query: Query, key: string, node: Node): boolean {
  const position = positionOf(query.index, key, node);
  return !isBeforeStart(query, position) && !isAfterEnd(query, position);
}
