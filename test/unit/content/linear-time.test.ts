import { describe, expect, test } from "@jest/globals";
import { join } from "node:path";
import { z } from "zod";
import { check } from "recheck";
import { linkFilter } from "../../../functions/src/content/filters/links.ts";
import { MAX_FILTERED_LENGTH, comparable } from "../../../functions/src/content/filters/comparable.ts";
import { wordFilter, wordPattern } from "../../../functions/src/content/filters/words.ts";
import { nameProblem } from "../../../functions/src/content/names/rules.ts";
import { countLineBreaks, hasVisible, isBidiBalanced } from "../../../functions/src/content/text.ts";
import { USERNAME } from "../../../functions/src/contract/patterns.ts";
import { TAGS } from "../../../functions/src/routes/http/conditional.ts";
import { Content } from "../../../functions/src/routes/schemas/comment.ts";
import { redactText } from "../../../functions/src/runtime/redact.ts";
import { root } from "../../../scripts/platform/paths.ts";
import { countSteps } from "../../support/regular-expression-steps.ts";
import { findRegularExpressions } from "../../support/regular-expressions.ts";

const { literals, dynamic } = findRegularExpressions(join(root, "functions/src"));

/** Expressions that are built when the program runs, by their file. Those of zod are the ones that the schemas use. */
const BUILT: Record<string, RegExp[]> = {
  "content/filters/words.ts": [wordPattern(["darn", "two words", "c++", "aaa", "aab"])],
  "content/names/scripts.ts": [/^\p{Script_Extensions=Latin}$/u],
  "contract/patterns.ts": [USERNAME],
  "routes/http/conditional.ts": [TAGS],
  zod: [z.regexes.email, z.regexes.uuid(), z.regexes.datetime({}), z.regexes.datetime({ precision: 3 })],
};

/** "safe", or how the steps of the expression grow. Without a time limit: it counts steps, so its verdict is the same on every machine. */
async function verdictOn(source: string, flags: string): Promise<string> {
  const unlimited = { timeout: null, attackTimeout: null, incubationTimeout: null };
  const found = await check(source, flags, unlimited);
  return found.status === "vulnerable" ? found.complexity.summary : found.status;
}

describe("every regular expression of the functions takes linear time:", () => {
  test.each(Array.from(literals.values()))("/$source/$flags in $file", async ({ source, flags }) => {
    expect(await verdictOn(source, flags)).toBe("safe");
  });

  test.each(Object.entries(BUILT).flatMap(([file, patterns]) => patterns.map((pattern) => ({ file, pattern }))))(
    "$pattern of $file",
    async ({ pattern }) => {
      expect(await verdictOn(pattern.source, pattern.flags)).toBe("safe");
    },
  );

  test("and none is built in a file that this test does not know", () => {
    expect(literals.size).toBeGreaterThan(40);
    expect(["zod", ...dynamic].toSorted()).toEqual(Object.keys(BUILT).toSorted());
  });

  test.each([
    ["a run before a required character", /[\w.-]+@\w/],
    ["two overlapping runs", /\.*[.\d]*x/],
    ["the earlier filter for links", /(?:[a-z\d-]+\.)+(?:com|net|org)\b/iu],
  ])("control: %s is noticed", async (_, { source, flags }) => {
    expect(await verdictOn(source, flags)).toContain("polynomial");
  });
});

/** What a hostile author may send, `length` units long. `㏂` and `ﷺ` grow under NFKC. */
const HOSTILE = [
  "㏂",
  "ﷺ",
  "a.",
  "a",
  ".",
  "-",
  "www.",
  "a@",
  "@",
  "://",
  "a:",
  "'",
  "\u202d",
  "\n",
  " ",
  "\u200b",
  "。",
  "co\u0301",
];

const words = wordFilter(["darn", "aaaaaaaab", "a b", "two words"]);
const READERS: Record<string, (text: string) => unknown> = {
  linkFilter,
  wordFilter: words,
  redactText,
  hasVisible,
  countLineBreaks,
  isBidiBalanced,
  nameProblem,
  content: (text) => Content.safeParse(text).success,
};

describe("the steps that it takes to read a hostile text grow no faster than the text:", () => {
  test.each(Object.keys(READERS))("%s", (name) => {
    const read = READERS[name]!;
    for (const part of HOSTILE) {
      const [half, whole] = [1_000, 2_000].map((length) =>
        countSteps(() => read(part.repeat(Math.ceil(length / part.length)).slice(0, length))),
      ) as [number, number];
      expect({ part, grows: whole > 2.2 * half + 200 }).toEqual({ part, grows: false });
      // 18 for the growth under NFKC, and less than 10 expressions.
      expect({ part, isMany: whole > 180 * 2_000 }).toEqual({ part, isMany: false });
    }
  });

  test("control: reading the rest of the text again at each place is noticed", () => {
    const read = (text: string) => Array.from(text, (_, n) => /x/.test(text.slice(n)));
    const [half, whole] = [1_000, 2_000].map((length) => countSteps(() => read("a".repeat(length)))) as [
      number,
      number,
    ];
    expect(whole).toBeGreaterThan(2.2 * half + 200);
  });
});

test("what the filters read is bounded after normalization, and no comment is cut", () => {
  expect(comparable("ﷺ".repeat(2_000)).length).toBeLessThanOrEqual(MAX_FILTERED_LENGTH);
  expect(words(`${"ﷺ".repeat(1_999)} darn`.slice(-2_000))).toBeDefined();
  expect(comparable("ﷺ".repeat(100_000)).length).toBeLessThanOrEqual(MAX_FILTERED_LENGTH);
});
