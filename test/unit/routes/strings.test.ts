import { expect, test } from "@jest/globals";
import { integer, matching, plainText, text } from "../../../functions/src/routes/schemas/strings.ts";

test.each([
  ["ab", false],
  ["abc", true],
  ["abcde", true],
  ["abcdef", false],
  // Two code units each.
  ["😀😀", false],
  ["😀😀😀", true],
  ["😀😀😀😀😀", true],
  ["😀😀😀😀😀😀", false],
])("a text of 3 to 5 code points: %p is accepted: %p", (value, isAccepted) => {
  expect(text({ min: 3, max: 5 }).safeParse(value).success).toBe(isAccepted);
});

test("ill-formed Unicode is refused, and control characters in plain text", () => {
  expect(text({ max: 5 }).safeParse("a\ud83d").success).toBe(false);
  expect(text({ max: 5 }).safeParse("a\0").success).toBe(true);
  expect(plainText({ max: 5 }).safeParse("a\0").success).toBe(false);
  expect(plainText({ max: 5 }).safeParse("a\n\t").success).toBe(true);
});

test.each(["0x1", " 1", "1 ", "1e1", "+1", "-1", "1.0", "", "٣", "11", "9".repeat(16)])(
  "%p is not a whole number from 0 to 10",
  (value) => {
    expect(integer(0, 10).safeParse(value).success).toBe(false);
  },
);

test("digits are a whole number", () => {
  expect(["0", "7", "10", "007"].map((value) => integer(0, 10).parse(value))).toEqual([0, 7, 10, 7]);
});

test("a pattern with flags that JSON Schema cannot express is refused", () => {
  expect(() => matching(/^a$/i, "must be a")).toThrow("flags");
  expect(() => matching(/^\p{L}$/u, "must be a letter")).not.toThrow();
});
