import { expect, test } from "@jest/globals";
import * as fc from "fast-check";
import { FrameReader, toFrames } from "../../../../rtdb-server/http/realtime/frames.ts";

test("every message survives being cut into frames and joined again", () => {
  const character = fc.constantFrom("1", "a", "😀", "é", '"');
  fc.assert(
    fc.property(
      fc.array(character, { minLength: 1, maxLength: 50 }),
      fc.integer({ min: 1, max: 2500 }),
      (characters, times) => {
        const message = `{${characters.join("").repeat(times)}}`;
        const frames = toFrames(message);
        const reader = new FrameReader();
        const overTheWire = frames.map((frame) => Buffer.from(frame).toString());
        const messages = overTheWire.map((frame) => reader.read(frame)).filter((whole) => whole !== null);
        expect(messages).toEqual([message]);
        expect(Math.max(...frames.map((frame) => frame.length))).toBeLessThanOrEqual(16384);
      },
    ),
    { numRuns: 200 },
  );
});

test("a keepalive between messages is ignored, and a number within a message is a piece of it", () => {
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

test("a message that is too large is refused before its last piece", () => {
  const reader = new FrameReader();
  reader.read("999999");
  const frame = "x".repeat(1024 * 1024);
  expect(() => {
    for (let i = 0; i < 100; i += 1) reader.read(frame);
  }).toThrow(RangeError);
});
