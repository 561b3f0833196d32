import { skeletonOf } from "./skeleton.ts";

/** The scripts in common use (UAX 31, table 5). The letters of all others count as one more. */
const SCRIPTS = [
  "Arabic",
  "Armenian",
  "Bengali",
  "Bopomofo",
  "Cyrillic",
  "Devanagari",
  "Ethiopic",
  "Georgian",
  "Greek",
  "Gujarati",
  "Gurmukhi",
  "Han",
  "Hangul",
  "Hebrew",
  "Hiragana",
  "Kannada",
  "Katakana",
  "Khmer",
  "Lao",
  "Latin",
  "Malayalam",
  "Myanmar",
  "Oriya",
  "Sinhala",
  "Tamil",
  "Telugu",
  "Thaana",
  "Thai",
  "Tibetan",
].map((script) => ({ script, pattern: new RegExp(String.raw`^\p{Script_Extensions=${script}}$`, "u") }));

/** Letters of phonetic alphabets. They are Latin by name; a table of confusables ends in them where a script has no likeness in Latin. */
const PHONETIC = /^[\u0250-\u02af\u1d00-\u1dbf]$/;
const COMMON = /^[\p{Script=Common}\p{Script=Inherited}]$/u;

/** Scripts that one text uses side by side (UTS 39, 5.2, "highly restrictive"): Japanese, Chinese and Korean, with Latin. */
const WRITING_SYSTEMS = [
  ["Latin", "Han", "Hiragana", "Katakana"],
  ["Latin", "Han", "Bopomofo"],
  ["Latin", "Han", "Hangul"],
];

/**
 * Whether the name mixes scripts and yet looks as if it did not: "pаypal" with a Cyrillic "а". Such a name has no use but to deceive, whether or
 * not somebody has the name that it looks like. A mixture that can be seen ("Вася_PRO") is no look-alike.
 */
export function isLookalike(name: string): boolean {
  return isMixed(name) && !isMixed(skeletonOf(name));
}

/** Whether no writing system has all letters of the text. */
function isMixed(text: string): boolean {
  const scripts = Array.from(text)
    .filter((character) => !COMMON.test(character))
    .map(scriptsOf);
  const systems = [...SCRIPTS.map(({ script }) => [script]), ["other"], ...WRITING_SYSTEMS];
  return !systems.some((system) => scripts.every((possible) => possible.some((script) => system.includes(script))));
}

/** The scripts that use the character. */
function scriptsOf(character: string): string[] {
  if (PHONETIC.test(character)) return ["other"];
  const scripts = SCRIPTS.filter(({ pattern }) => pattern.test(character)).map(({ script }) => script);
  return scripts.length > 0 ? scripts : ["other"];
}
