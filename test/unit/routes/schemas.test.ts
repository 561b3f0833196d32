import { describe, expect, test } from "@jest/globals";
import { Content } from "../../../functions/src/routes/schemas/comment.ts";
import { VideoId } from "../../../functions/src/routes/schemas/ids.ts";

describe("content", () => {
  test.each([
    "a",
    "line\nbreak\tand tab",
    "👩‍👩‍👧‍👦".repeat(285),
    "مرحبا",
    "e\u0301",
    "<script>alert(1)</script>",
    "😀".repeat(2_000),
  ])("%p is taken as it is", (text) => {
    expect(Content.parse(text)).toBe(text);
  });

  test.each([
    ["nothing", ""],
    ["white space alone", " \n\t\u00a0\u3000"],
    ["2,001 code points", "😀".repeat(2_001)],
    ["a lone surrogate", "a\ud83d"],
    ["NUL", "a\0b"],
    ["a carriage return", "a\rb"],
    ["an escape", "\u001b[31m"],
    ["an array", ["a"]],
    ["an object", { toString: () => "a" }],
    ["a number", 1],
  ])("%s is refused", (_what, value) => {
    expect(Content.safeParse(value).success).toBe(false);
  });
});

test.each(["", "a.b", "a/b", "a#b", "a$b", "a[b", "a b", "ä", "a\0", "x".repeat(129), "..", "%2e"])(
  "%p is no video id",
  (id) => {
    expect(VideoId.safeParse(id).success).toBe(false);
  },
);
