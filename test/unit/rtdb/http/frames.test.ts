import { expect, test } from "@jest/globals";
import * as fc from "fast-check";
import { FrameReader, toFrames } from "../../../../rtdb-server/http/realtime/frames.ts";
import { MAX_MESSAGE_LENGTH } from "../../../../rtdb-server/limits.ts";

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

test("of a message that is too long only the first piece is kept, and the next message is read", () => {
  const reader = new FrameReader();
  const piece = "x".repeat(1024 * 1024);
  const count = MAX_MESSAGE_LENGTH / piece.length + 5;
  reader.read(String(count));
  reader.read("the first");
  for (let i = 2; i < count; i += 1) expect(reader.read(piece)).toBeNull();
  expect(() => reader.read(piece)).toThrow(expect.objectContaining({ name: "MessageTooLong", start: "the first" }));
  expect(["2", "{", "}"].map((frame) => reader.read(frame))).toEqual([null, null, "{}"]);
});
