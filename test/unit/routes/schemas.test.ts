import { describe, expect, test } from "@jest/globals";
import { MAX_CONTENT_LENGTH } from "../../../functions/src/contract/limits.ts";
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
    "😀".repeat(MAX_CONTENT_LENGTH),
  ])("%p is accepted unchanged", (text) => {
    expect(Content.parse(text)).toBe(text);
  });

  test.each([
    ["an empty string", ""],
    ["white space only", " \n\t\u00a0\u3000"],
    ["one code point too many", "😀".repeat(MAX_CONTENT_LENGTH + 1)],
    ["a lone surrogate", "a\ud83d"],
    ["NUL", "a\0b"],
    ["a carriage return", "a\rb"],
    ["an escape character", "\u001b[31m"],
    ["an array", ["a"]],
    ["an object", { toString: () => "a" }],
    ["a number", 1],
  ])("%s is refused", (_what, value) => {
    expect(Content.safeParse(value).success).toBe(false);
  });
});

test.each(["", "a.b", "a/b", "a#b", "a$b", "a[b", "a b", "ä", "a\0", "x".repeat(129), "..", "%2e"])(
  "%p is not a video id",
  (id) => {
    expect(VideoId.safeParse(id).success).toBe(false);
  },
);
