import * as fc from "fast-check";
import type { ModelQuery } from "./model.ts";

/** Few keys, so that writes and queries meet. They include integers, and keys that mean something in JavaScript. */
const key = fc.constantFrom("a", "b", "c", "1", "02", "10", "-1", "__proto__", "constructor", "4294967296");
const primitive = fc.oneof(
  fc.constantFrom("", "a", "b", "Z", "é"),
  fc.integer({ min: -3, max: 3 }),
  fc.constantFrom(0.5, 1e9),
  fc.boolean(),
);
const priority = fc.oneof({ weight: 4, arbitrary: fc.constant(null) }, fc.constantFrom(1, 2, "p", "q"));

const object = (child: fc.Arbitrary<unknown>): fc.Arbitrary<unknown> =>
  fc.tuple(fc.array(fc.tuple(key, child), { maxLength: 5 }), priority).map(([pairs, priority]) => {
    const json: Record<string, unknown> = Object.fromEntries(pairs);
    return priority === null ? json : { ...json, ".priority": priority };
  });
const leaf = fc
  .tuple(primitive, priority)
  .map(([value, priority]) => (priority === null ? value : { ".value": value, ".priority": priority }));

/** Data in export form, up to three keys deep, null included. */
export const json: fc.Arbitrary<unknown> = fc.oneof(
  { weight: 2, arbitrary: fc.constant(null) },
  { weight: 4, arbitrary: leaf },
  { weight: 3, arbitrary: object(leaf) },
  { weight: 2, arbitrary: object(fc.oneof(leaf, object(leaf))) },
);

export const path = fc.array(key, { minLength: 1, maxLength: 3 });

/** The changes of one write: a set, a set of a priority, or an update of several locations. */
export const write = fc.oneof(
  fc.tuple(path, json).map(([path, json]) => [{ path, json }]),
  fc.tuple(path, fc.constantFrom(1, 2, "p", null)).map(([path, json]) => [{ path: [...path, ".priority"], json }]),
  fc
    .array(fc.record({ path: fc.array(key, { minLength: 2, maxLength: 3 }), json }), { minLength: 1, maxLength: 4 })
    .map(withoutOverlaps),
);

/** An update cannot write to a location and to one above it. */
function withoutOverlaps<T extends { path: string[] }>(changes: T[]): T[] {
  return changes.filter(({ path }, i) => {
    const earlier = changes.slice(0, i);
    return !earlier.some((other) => isWithin(path, other.path) || isWithin(other.path, path));
  });
}

const isWithin = (path: string[], ancestor: string[]): boolean => ancestor.every((key, i) => path[i] === key);

function bound(orderBy: string) {
  const values: Record<string, fc.Arbitrary<string | number>> = {
    ".key": key,
    ".priority": fc.constantFrom(0, 1, 2, "p", "q"),
  };
  const value = values[orderBy] ?? primitive;
  return fc.record({
    value: orderBy === ".key" ? value : fc.oneof(value, fc.constant(null)),
    isInclusive: fc.boolean(),
  });
}

const limit = fc.oneof(
  { weight: 1, arbitrary: fc.constant({}) },
  { weight: 2, arbitrary: fc.record({ limitToFirst: fc.integer({ min: 1, max: 4 }) }) },
  { weight: 2, arbitrary: fc.record({ limitToLast: fc.integer({ min: 1, max: 4 }) }) },
);

/** Queries of every order, with and without bounds and limits. */
export const query: fc.Arbitrary<ModelQuery> = fc
  .constantFrom(".key", ".value", ".priority", "a", "b/c")
  .chain((orderBy) =>
    fc
      .tuple(fc.option(bound(orderBy), { nil: null }), fc.option(bound(orderBy), { nil: null }), limit)
      .map(([start, end, limit]) => ({
        orderBy,
        ...(start === null ? {} : { start }),
        ...(end === null ? {} : { end }),
        ...limit,
      })),
  );

/** The query as the SDK sends it. */
export function toWireQuery({ orderBy, start, end, limitToFirst, limitToLast }: ModelQuery): Record<string, unknown> {
  const isByKey = orderBy === ".key";
  return {
    i: orderBy,
    ...(start && { sp: start.value, sin: start.isInclusive }),
    ...(start && !start.isInclusive && !isByKey && { sn: "[MAX_NAME]" }),
    ...(end && { ep: end.value, ein: end.isInclusive }),
    ...(end && !end.isInclusive && !isByKey && { en: "[MIN_NAME]" }),
    ...(limitToFirst !== undefined && { l: limitToFirst, vf: "l" }),
    ...(limitToLast !== undefined && { l: limitToLast, vf: "r" }),
  };
}
