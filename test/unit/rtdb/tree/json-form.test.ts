import { expect, test } from "@jest/globals";
import * as fc from "fast-check";
import { applyChanges } from "../../../../rtdb-server/data/write.ts";
import { exportText, shallowText, valueText } from "../../../../rtdb-server/tree/json-text.ts";
import { json } from "../../../support/rtdb/arbitraries.ts";
import { fromJson, toJson } from "../../../support/rtdb/model.ts";
import { treeOf } from "../../../support/rtdb/tree.ts";
import type { Tree } from "../../../../rtdb-server/tree/node.ts";

const NOW = 1_700_000_000_000;
const exported = (tree: Tree): unknown => JSON.parse(exportText(tree));

test("a read gives what was written, except empty objects and nulls, which do not exist", () => {
  fc.assert(
    fc.property(json, (value) => {
      expect(exported(treeOf(value))).toEqual(toJson(fromJson(value)));
    }),
    { numRuns: 1000 },
  );
});

test("all timestamps of a write are equal, and increments add to the existing data", () => {
  const existing = treeOf({ count: 40, text: "x" });
  const written = {
    at: { ".sv": "timestamp" },
    deep: { at: { ".sv": "timestamp" } },
    count: { ".sv": { increment: 2 } },
    text: { ".sv": { increment: 3 } },
    ranked: { ".value": 1, ".priority": { ".sv": "timestamp" } },
  };
  expect(exported(applyChanges(existing, [{ path: [], json: written }], NOW))).toEqual({
    at: NOW,
    deep: { at: NOW },
    count: 42,
    text: 3,
    ranked: { ".value": 1, ".priority": NOW },
  });
});

test("a server value can have a priority, which can be a server value too", () => {
  const existing = treeOf({ ranked: { ".value": 5, ".priority": 7 } });
  const values: [written: unknown, stored: unknown][] = [
    [
      { ".value": { ".sv": "timestamp" }, ".priority": 1 },
      { ".value": NOW, ".priority": 1 },
    ],
    [
      { ".sv": "timestamp", ".priority": "a" },
      { ".value": NOW, ".priority": "a" },
    ],
    [{ ".value": { ".sv": "timestamp" }, ".priority": null }, NOW],
    [
      { ".value": { ".sv": { increment: 2 } }, ".priority": { ".sv": "timestamp" } },
      { ".value": 7, ".priority": NOW },
    ],
    [
      { ".value": 1, ".priority": { ".sv": { increment: 2 } } },
      { ".value": 1, ".priority": 9 },
    ],
    [{ a: { ".value": { ".sv": "timestamp" }, ".priority": 1 } }, { a: { ".value": NOW, ".priority": 1 } }],
  ];
  for (const [json, stored] of values) {
    expect(exported(applyChanges(existing, [{ path: ["ranked"], json }], NOW))).toEqual({ ranked: stored });
  }
  const priority = { path: ["ranked", ".priority"], json: { ".sv": { increment: 1 } } };
  expect(exported(applyChanges(existing, [priority], NOW))).toEqual({ ranked: { ".value": 5, ".priority": 8 } });
});

test.each([
  [{ ".value": { a: 1 } }],
  [{ ".value": [1] }],
  [{ ".value": { ".value": 1 } }],
  [{ ".value": { ".sv": "now" }, ".priority": 1 }],
  [{ ".value": 1, ".priority": { ".sv": "now" } }],
  [{ ".value": 1, ".priority": true }],
])("%j cannot be stored", (json) => {
  expect(() => applyChanges(null, [{ path: ["x"], json }], NOW)).toThrow(
    expect.objectContaining({ status: "invalid_data" }),
  );
});

test("all increments of an update add to the data before the update", () => {
  const before = treeOf({ a: 1, b: { c: 10 } });
  const increment = (by: number) => ({ ".sv": { increment: by } });
  const after = applyChanges(
    before,
    [
      { path: ["a"], json: increment(1) },
      { path: ["b", "c"], json: increment(5) },
    ],
    NOW,
  );
  expect(exported(after)).toEqual({ a: 2, b: { c: 15 } });
});

test.each([
  [{ ".sv": "nonsense" }],
  [{ ".sv": { increment: "1" } }],
  [{ ".sv": { increment: Number.POSITIVE_INFINITY } }],
  [{ ".value": {} }],
  [{ ".value": 1, ".priority": true }],
  [{ a: { "b.c": 1 } }],
  [{ "": 1 }],
  [Number.POSITIVE_INFINITY],
])("%j is refused", (value) => {
  expect(() => treeOf(value)).toThrow(expect.objectContaining({ status: "invalid_data" }));
});

test("a string of 10 MB is accepted, one more byte is refused", () => {
  const text = "é".repeat(5 * 1024 * 1024);
  expect(treeOf(text)).not.toBeNull();
  expect(() => treeOf(`${text}a`)).toThrow("10 MB");
});

test("minus zero is stored as zero, since JSON carries it to every client as zero", () => {
  expect(exportText(treeOf(-0))).toBe("0");
});

test("REST shows no priorities, shows mostly filled integer keys as an array, and in shallow form only the keys", () => {
  const node = treeOf({ list: { 0: "a", 2: "c" }, sparse: { 5: 1 }, ranked: { ".value": 1, ".priority": 9 } });
  expect(JSON.parse(valueText(node))).toEqual({ list: ["a", null, "c"], sparse: { 5: 1 }, ranked: 1 });
  expect(JSON.parse(shallowText(node))).toEqual({ list: true, sparse: true, ranked: true });
});
