import { expect, test } from "@jest/globals";
import { SegmentReader } from "../../../../rtdb-server/http/realtime/segments.ts";
import { MAX_PIECES } from "../../../../rtdb-server/limits.ts";

const segment = (number: number, pieceCount: number, data: string): URLSearchParams =>
  new URLSearchParams({ seg0: `${number}`, ts0: `${pieceCount}`, d0: data });
const base64 = (text: string): string => Buffer.from(text).toString("base64url") + "..";

test("segments are joined by number in any order of arrival, and a repeated segment is ignored", () => {
  const reader = new SegmentReader();
  const data = base64('{"é":1}');
  expect(reader.read(segment(1, 2, data.slice(4)))).toEqual([]);
  expect(reader.read(segment(2, 1, base64("{}")))).toEqual([]);
  expect(reader.read(segment(0, 2, data.slice(0, 4)))).toEqual(['{"é":1}', "{}"]);
  expect(reader.read(segment(0, 2, data.slice(0, 4)))).toEqual([]);
});

test.each([
  ["a number far ahead", segment(5000, 1, "")],
  ["a number that is none", segment(Number.NaN, 1, "")],
  ["no piece count", segment(0, 0, "")],
  ["a piece count that is too large", segment(0, MAX_PIECES + 1, "")],
])("a segment with %s is refused", (_what, params) => {
  expect(() => new SegmentReader().read(params)).toThrow(RangeError);
});
