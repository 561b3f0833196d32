import { describe, expect, test } from "@jest/globals";
import { createFilters } from "../../../functions/src/content/filters/filters.ts";

function refusal(content: string, options: { blockedWords?: string[]; allowLinks?: boolean }): string | undefined {
  const filters = createFilters({ blockedWords: [], allowLinks: true, ...options });
  return filters.map((filter) => filter(content)).find((reason) => reason !== undefined);
}

describe("blocked words", () => {
  const options = { blockedWords: ["darn", "two words", "c++", "été"] };

  test.each([
    "darn",
    "Oh DARN!",
    "ｄａｒｎ",
    "da\u200brn",
    "d\u00adarn",
    "so: two words.",
    "I like C++ a lot",
    "e\u0301te\u0301",
  ])("%j is refused", (content) => {
    expect(refusal(content, options)).toBe("has a word that is not allowed here");
  });

  test.each(["darning socks", "undarn", "two  other words", "c+", "etc"])(
    "%j passes: it only contains the word as a part",
    (content) => {
      expect(refusal(content, options)).toBeUndefined();
    },
  );
});

describe("links", () => {
  test.each(["see https://x.y", "HTTP://X", "www.example", "go to example.com now", "e\u200bxample.com", "ftp://a"])(
    "%j is refused if links are, and passes otherwise",
    (content) => {
      expect(refusal(content, { allowLinks: false })).toBe("has a link");
      expect(refusal(content, {})).toBeUndefined();
    },
  );

  test.each(["5.5 of 10", "well...no", "a.b.c", "ada@work", "this/that"])("%j is no link", (content) => {
    expect(refusal(content, { allowLinks: false })).toBeUndefined();
  });
});

test("without configuration everything passes", () => {
  expect(createFilters({ blockedWords: [], allowLinks: true })).toEqual([]);
});
