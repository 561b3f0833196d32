import type { TextFilter } from "./text-filter.ts";
import { comparable } from "./comparable.ts";

const OVERRIDE = /[\u202d\u202e]/;

/**
 * Refuses whole words and phrases. Case, width, invisible characters and the length of a gap make no difference. Linear in the text: at each
 * place, the expression tries each word once.
 */
export function wordFilter(words: string[]): TextFilter {
  const pattern = wordPattern(words);
  return (text) => {
    const seen = comparable(text);
    // An override may show letters in the opposite order.
    const isRefused = pattern.test(seen) || (OVERRIDE.test(text) && pattern.test(reversed(seen)));
    return isRefused ? "has a word that is not allowed here" : undefined;
  };
}

/** Exported for the test that looks for superlinear expressions. */
export function wordPattern(words: string[]): RegExp {
  const escaped = words.map((word) =>
    comparable(word)
      .trim()
      .replaceAll(/[.*+?^${}()|[\]\\/]/g, String.raw`\$&`),
  );
  return new RegExp(String.raw`(?<![\p{L}\p{N}])(?:${escaped.join("|")})(?![\p{L}\p{N}])`, "u");
}

function reversed(text: string): string {
  return Array.from(text).toReversed().join("");
}
