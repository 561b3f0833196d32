import { describe, expect, test } from "@jest/globals";
import { array, assert, constantFrom, oneof, property, string, webUrl } from "fast-check";
import { folded, isLong, mentions, textParts } from "../../../web/element/stream/text-parts.ts";

const linksOf = (text: string) => textParts(text).flatMap(({ href }) => href ?? []);

describe("the links of a text", () => {
  test.each([
    ["See https://example.com.", ["https://example.com"]],
    ["(https://example.com/a_(b))", ["https://example.com/a_(b)"]],
    [
      "https://example.com/?q=1&r=[2], and http://example.org/#x!",
      ["https://example.com/?q=1&r=[2]", "http://example.org/#x"],
    ],
    ["HTTPS://EXAMPLE.COM/", ["HTTPS://EXAMPLE.COM/"]],
    ["https://例え.jp/パス。", ["https://例え.jp/パス"]],
  ])("%s", (text, links) => {
    expect(linksOf(text)).toEqual(links);
  });

  test.each([
    "example.com",
    "file.zip",
    "javascript:alert(1)",
    "ftp://example.com",
    "https://",
    "https://localhost",
    "https://bank.example@evil.example/",
    "https://user:pass@evil.example/",
  ])("there is none in %s", (text) => {
    expect(linksOf(text)).toEqual([]);
  });

  test("are found by the oldest browser that the README names, which has no URL.parse", () => {
    const parse = Object.getOwnPropertyDescriptor(URL, "parse")!;
    Reflect.deleteProperty(URL, "parse");
    try {
      expect(linksOf("https://example.com and https://")).toEqual(["https://example.com"]);
    } finally {
      Object.defineProperty(URL, "parse", parse);
    }
  });

  test("take nothing away from the text, whatever it is", () => {
    const word = oneof(string(), webUrl(), constantFrom("(", ")", ".", "https://a.b/(", "]"));
    assert(
      property(array(word), (words) => {
        const text = words.join(" ");
        expect(
          textParts(text)
            .map((part) => part.text)
            .join(""),
        ).toBe(text);
      }),
    );
  });
});

describe("a folded text", () => {
  test("is a beginning of the text, and shorter", () => {
    const character = constantFrom("a", " ", "\n", "x\u0301", "👩‍👩‍👧");
    assert(
      property(array(character, { minLength: 400, maxLength: 900 }), (characters) => {
        const text = characters.join("");
        if (!isLong(text)) return;
        const shown = folded(textParts(text))
          .map((part) => part.text)
          .join("");
        expect(text.startsWith(shown)).toBe(true);
        expect(shown.length).toBeLessThan(text.length);
        // Not between a letter and its accent, nor within a family.
        expect(text.slice(shown.length)).not.toMatch(/^[\u0301\u200d]/);
      }),
    );
  });

  test("has its last link whole", () => {
    const address = `https://example.com/${"a".repeat(400)}`;
    const text = `${"word ".repeat(60)}${address} and more ${"word ".repeat(60)}`;
    const shown = folded(textParts(text));
    expect(shown.at(-1)).toEqual({ text: address, href: address });
  });
});

test.each([
  ["@ann", true],
  ["Hello @Ann!", true],
  ["@anna", false],
  ["@ann_2", false],
  ["@anna is not @ann", true],
  ["@annann", false],
  ["ann", false],
  ["@ann.", true],
  ["@ann...", true],
  ["@ann - hi", true],
  ["@ann-", true],
  ["@ann😀", true],
  ["@ann.b", false],
  ["@ann-b", false],
  ["@ann--b", false],
  ["@ann·b", false],
  ["@ann\u0301", false],
  ["@ann𠮷", false],
])("%p mentions ann: %p", (text, isIt) => {
  expect(mentions(text, "ann")).toBe(isIt);
});
