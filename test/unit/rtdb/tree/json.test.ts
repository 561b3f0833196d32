import { expect, test } from "@jest/globals";
import * as fc from "fast-check";
import { applyChanges } from "../../../../rtdb-server/data/change.ts";
import { parseNode } from "../../../../rtdb-server/tree/json.ts";
import { exportText, shallowText, valueText } from "../../../../rtdb-server/tree/text.ts";
import { json } from "../../../support/rtdb-arbitraries.ts";
import { fromJson, toJson } from "../../../support/rtdb-model.ts";
import type { Tree } from "../../../../rtdb-server/tree/node.ts";

const NOW = 1_700_000_000_000;
const parse = (json: unknown, existing: Tree = null): Tree => parseNode(json, { now: NOW }, existing, 0);

test("what is written is what is read, but for empty objects and nulls, which do not exist", () => {
  fc.assert(
    fc.property(json, (value) => {
      expect(JSON.parse(exportText(parse(value)))).toEqual(toJson(fromJson(value)));
    }),
    { numRuns: 1000 },
  );
});

test("placeholders are resolved with one timestamp, and increments build on the data that stands there", () => {
  const existing = parse({ count: 40, text: "x" });
  const written = {
    at: { ".sv": "timestamp" },
    deep: { at: { ".sv": "timestamp" } },
    count: { ".sv": { increment: 2 } },
    text: { ".sv": { increment: 3 } },
    ranked: { ".value": 1, ".priority": { ".sv": "timestamp" } },
  };
  expect(JSON.parse(exportText(parse(written, existing)))).toEqual({
    at: NOW,
    deep: { at: NOW },
    count: 42,
    text: 3,
    ranked: { ".value": 1, ".priority": NOW },
  });
});

test("increments of one update all build on the data before it", () => {
  const before = parse({ a: 1, b: { c: 10 } });
  const by = (increment: number) => ({ ".sv": { increment } });
  const after = applyChanges(
    before,
    [
      { path: ["a"], json: by(1) },
      { path: ["b", "c"], json: by(5) },
    ],
    NOW,
  );
  expect(JSON.parse(exportText(after))).toEqual({ a: 2, b: { c: 15 } });
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
  expect(() => parse(value)).toThrow(expect.objectContaining({ status: "invalid_data" }));
});

test("a text of 10 MB is taken, one byte more is not", () => {
  const text = "é".repeat(5 * 1024 * 1024);
  expect(parse(text)).not.toBeNull();
  expect(() => parse(`${text}a`)).toThrow("10 MB");
});

test("minus zero is zero, as JSON carries it to every client", () => {
  expect(exportText(parse(-0))).toBe("0");
});

test("REST leaves priorities out, shows filled integer keys as an array, and in shallow form the keys", () => {
  const node = parse({ list: { 0: "a", 2: "c" }, sparse: { 5: 1 }, ranked: { ".value": 1, ".priority": 9 } });
  expect(JSON.parse(valueText(node))).toEqual({ list: ["a", null, "c"], sparse: { 5: 1 }, ranked: 1 });
  expect(JSON.parse(shallowText(node))).toEqual({ list: true, sparse: true, ranked: true });
});
