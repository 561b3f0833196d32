import * as fc from "fast-check";
import type { ModelQuery } from "./rtdb-model.ts";

const KEYS = ["a", "b", "c", "1", "02", "10", "-1", "__proto__", "constructor", "4294967296"];

export const key = fc.constantFrom(...KEYS);
export const primitive = fc.oneof(
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

/** The parts of one write: a set, or an update of several places none of which lies above another. */
export const write = fc.oneof(
  fc.tuple(path, json).map(([path, json]) => [{ path, json }]),
  fc.tuple(path, fc.constantFrom(1, 2, "p", null)).map(([path, json]) => [{ path: [...path, ".priority"], json }]),
  fc
    .array(fc.record({ path: fc.array(key, { minLength: 2, maxLength: 3 }), json }), { minLength: 1, maxLength: 4 })
    .map((parts) =>
      parts.filter(
        ({ path }, i) => !parts.some((other, j) => j < i && (isAbove(other.path, path) || isAbove(path, other.path))),
      ),
    ),
);
const isAbove = (above: readonly string[], below: readonly string[]): boolean =>
  above.every((key, i) => below[i] === key);

const bound = (orderBy: string) => {
  const values: Record<string, fc.Arbitrary<string | number>> = {
    ".key": key,
    ".priority": fc.constantFrom(0, 1, 2, "p", "q"),
  };
  const value = values[orderBy] ?? primitive;
  return fc.record({ value: orderBy === ".key" ? value : fc.oneof(value, fc.constant(null)), inclusive: fc.boolean() });
};

/** Queries of every order, with and without bounds, limited or not. */
export const query: fc.Arbitrary<ModelQuery> = fc
  .constantFrom(".key", ".value", ".priority", "a", "b/c")
  .chain((orderBy) =>
    fc
      .tuple(
        fc.option(bound(orderBy), { nil: null }),
        fc.option(bound(orderBy), { nil: null }),
        fc.option(fc.integer({ min: 1, max: 4 }), { nil: null }),
        fc.boolean(),
      )
      .map(([start, end, limit, fromEnd]) => ({
        orderBy,
        ...(start === null ? {} : { start }),
        ...(end === null ? {} : { end }),
        ...(limit === null ? {} : fromEnd ? { last: limit } : { first: limit }),
      })),
  );

/** The query as the SDK puts it on the wire. */
export function toWire({ orderBy, start, end, first, last }: ModelQuery): Record<string, unknown> {
  return {
    i: orderBy,
    ...(start === undefined
      ? {}
      : {
          sp: start.value,
          sin: start.inclusive,
          ...(start.inclusive || orderBy === ".key" ? {} : { sn: "[MAX_NAME]" }),
        }),
    ...(end === undefined
      ? {}
      : { ep: end.value, ein: end.inclusive, ...(end.inclusive || orderBy === ".key" ? {} : { en: "[MIN_NAME]" }) }),
    ...(first === undefined ? {} : { l: first, vf: "l" }),
    ...(last === undefined ? {} : { l: last, vf: "r" }),
  };
}
