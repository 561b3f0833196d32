import { describe, expect, test } from "@jest/globals";
import { MAX_LINE_BREAKS } from "../../../functions/src/contract/limits.ts";
import { Content } from "../../../functions/src/routes/schemas/comment.ts";
import { plainText } from "../../../functions/src/routes/schemas/strings.ts";

const isComment = (text: string) => Content.safeParse(text).success;

describe("a comment of which nothing can be seen is refused:", () => {
  test.each([
    ["zero-width spaces", "\u200b\u200b"],
    ["Hangul fillers", "\u3164 \u1160\uffa0"],
    ["Braille blanks", "\u2800\u2800"],
    ["a soft hyphen", "\u00ad"],
    ["a combining grapheme joiner", "\u034f"],
    ["combining marks", "\u0301\u0302"],
    ["an enclosing mark", "\u20dd"],
    ["variation selectors", "\ufe0f\u{e0100}"],
    ["tags", "\u{e0041}\u{e007f}"],
    ["joiners", "\u200d\u200c\u2060"],
    ["closed direction controls", "\u2067\u2069\u202e\u202c"],
    ["a byte order mark", "\ufeff"],
    ["spaces of every kind", " \u00a0\u1680\u2003\u202f\u205f\u3000\t\n"],
    ["interlinear anchors", "\ufff9\ufffb"],
    ["a null notehead", "\u{1d159}"],
    ["hieroglyphic blanks", "\u{13441}\u{13442}"],
    ["a Mongolian vowel separator", "\u180e\u180b"],
    ["a noncharacter", "\ufffe\u{1ffff}"],
    ["a mixture", " \u200b\u0301\u3164\u2800\n\ufe0f"],
  ])("%s", (_, text) => {
    expect(isComment(text)).toBe(false);
    // Control: one letter makes it visible.
    expect(isComment(`${text}a`)).toBe(true);
  });

  test.each([".", "👍", "👍🏽", "🇫🇷", "👩‍👩‍👧‍👦", "1️⃣", "e\u0301", "क्", "\u0661", "♥", "؟"])("%s can be seen", (text) => {
    expect(isComment(text)).toBe(true);
  });
});

describe("direction controls", () => {
  test.each([
    ["an override", "\u202eabc"],
    ["an embedding", "\u202babc"],
    ["an isolate", "\u2067abc"],
    ["an isolate that an embedding's end does not close", "\u2067abc\u202c"],
    ["an override that an isolate's end does not close", "\u202eabc\u2069"],
    ["two overrides closed once", "\u202e\u202eabc\u202c"],
    ["a crossing", "\u202ea\u2067b\u202cc\u2069"],
    ["one closed on the next line", "\u202eabc\n\u202c"],
    ["one closed after a paragraph separator", "\u202eabc\u2029\u202c"],
    ["a closing one without an opening one", "abc\u2069"],
    ["the same of an override", "abc\u202c"],
  ])("%s is refused, in a note too", (_, text) => {
    expect(isComment(text)).toBe(false);
    expect(plainText({ max: 500 }).safeParse(text).success).toBe(false);
  });

  test.each([
    "a \u202eabc\u202c b",
    "\u2067a\u202bb\u202c\u2069",
    "\u2067a\u2069\n\u2067b\u2069",
    "שלום \u200fabc",
    "\u200eabc",
  ])("%j is accepted: what it opens it closes", (text) => {
    expect(isComment(text)).toBe(true);
  });
});

describe("line breaks", () => {
  test.each(["\n", "\u0085", "\u2028", "\u2029", "\n\u2028"])(
    "%j: as many as are allowed, and no more",
    (lineBreak) => {
      const count = MAX_LINE_BREAKS / lineBreak.length;
      expect(isComment(`a${lineBreak.repeat(count)}b`)).toBe(true);
      expect(isComment(`a${lineBreak.repeat(count)}b\nc`)).toBe(false);
    },
  );

  test.each(["\r", "\v", "\f", "\u001b"])("%j is a control character, and refused", (control) => {
    expect(isComment(`a${control}b`)).toBe(false);
  });
});
