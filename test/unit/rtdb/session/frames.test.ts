import { expect, test } from "@jest/globals";
import * as fc from "fast-check";
import { FrameReader, toFrames } from "../../../../rtdb-server/session/frames.ts";
import { SegmentReader } from "../../../../rtdb-server/session/segments.ts";

test("any message survives being cut into frames", () => {
  const unit = fc.constantFrom("1", "a", "😀", "é", '"');
  fc.assert(
    fc.property(fc.array(unit, { minLength: 1, maxLength: 50 }), fc.integer({ min: 1, max: 2500 }), (units, times) => {
      const message = `{${units.join("").repeat(times)}}`;
      const frames = toFrames(message);
      const reader = new FrameReader();
      expect(
        frames.map((frame) => reader.read(Buffer.from(frame).toString())).filter((whole) => whole !== null),
      ).toEqual([message]);
      expect(Math.max(...frames.map((frame) => frame.length))).toBeLessThanOrEqual(16384);
    }),
    { numRuns: 200 },
  );
});

test("a keepalive between messages is nothing, and a number within a message is a piece of it", () => {
  const reader = new FrameReader();
  expect(["0", "{}", "2", '{"a":', "1}", "0", "{}"].map((frame) => reader.read(frame))).toEqual([
    null,
    "{}",
    null,
    null,
    '{"a":1}',
    null,
    "{}",
  ]);
});

test("a message that would never end is given up", () => {
  const reader = new FrameReader();
  reader.read("999999");
  const frame = "x".repeat(1024 * 1024);
  expect(() => {
    for (let i = 0; i < 100; i += 1) reader.read(frame);
  }).toThrow(RangeError);
});

const segment = (number: number, pieces: number, data: string): URLSearchParams =>
  new URLSearchParams({ seg0: `${number}`, ts0: `${pieces}`, d0: data });
const base64 = (text: string): string => Buffer.from(text).toString("base64url") + "..";

test("polled segments are put together in their order, whenever they come, and once though they come twice", () => {
  const reader = new SegmentReader();
  const data = base64('{"é":1}');
  expect(reader.read(segment(1, 2, data.slice(4)))).toEqual([]);
  expect(reader.read(segment(2, 1, base64("{}")))).toEqual([]);
  expect(reader.read(segment(0, 2, data.slice(0, 4)))).toEqual(['{"é":1}', "{}"]);
  expect(reader.read(segment(0, 2, data.slice(0, 4)))).toEqual([]);
});

test.each([
  ["a number far ahead", segment(5000, 1, "")],
  ["no number", segment(Number.NaN, 1, "")],
  ["no count", segment(0, 0, "")],
])("polled segments with %s are refused", (_what, params) => {
  expect(() => new SegmentReader().read(params)).toThrow(RangeError);
});
