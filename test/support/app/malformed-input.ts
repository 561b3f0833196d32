import { MAX_CONTENT_LENGTH } from "../../../functions/src/contract/limits.ts";

/** Values that are not the content of a comment. */
export const INVALID_CONTENTS: unknown[] = [
  null,
  1,
  1.5,
  true,
  [],
  {},
  ["text"],
  { $gt: "" },
  { toString: "x" },
  "",
  "  \n\t ",
  "\u0000",
  "a\u0000b",
  "\u0001",
  "\u001b[2J",
  "\ud800",
  "a\udc00b",
  "x".repeat(MAX_CONTENT_LENGTH + 1),
  "👩".repeat(MAX_CONTENT_LENGTH + 1),
  "\u200b".repeat(MAX_CONTENT_LENGTH + 1),
];

/** Strings that are not the id of anything: injections, paths and characters that a key cannot have. */
export const INVALID_IDS = [
  "' OR '1'='1",
  "1; DROP TABLE comments; --",
  '" UNION SELECT password_hash FROM users -- ',
  "\\'; --",
  "%27%20OR%201=1",
  "../../etc/passwd",
  "..%2f..%2fetc%2fpasswd",
  "${7*7}",
  "{{7*7}}",
  "<script>alert(1)</script>",
  "a.b",
  "a$b",
  "a#b",
  "a[0]",
  "%00",
  "%ff",
  "%",
  "ｖ",
  "x".repeat(129),
  "__proto__/x",
];

/** Strings that are not the body of a post. */
export const INVALID_BODIES = [
  "",
  "null",
  "1",
  '"x"',
  "[]",
  '[{"content":"x"}]',
  "{",
  "{content:'x'}",
  '{"content":"x",}',
  '{"content":"x"} {}',
  "\ufeff{",
  "\u0000",
  '{"content":"x","id":"1"}',
  '{"content":"x","constructor":{}}',
  '{"content":"x","__proto__":{"role":"admin"}}',
  "[".repeat(8_000),
  '{"content":"\\ud800"}',
  "NaN",
];

/** Texts that look odd and are valid. */
export const ODD_TEXTS = [
  "👩‍👩‍👧‍👦🏳️‍🌈🇨🇭👍🏿",
  "\u202eright to left\u202c \u05e9\u05dc\u05d5\u05dd \u0645\u0631\u062d\u0628\u0627",
  "e\u0301 vs \u00e9",
  "Z̸̧̢̖͙a̷lgo",
  "\ufeffbom",
  "\u200bzero\u200dwidth",
  "\u2028line\u2029",
  "a\tb\nc",
  "a\u007f\u0085",
  "𝕏𐍈",
  "a\uffff\ufffe",
  "' OR 1=1; --",
  "\\0 \\n %s ${x}",
  "<img src=x onerror=alert(1)>",
  "💩".repeat(MAX_CONTENT_LENGTH),
  "x".repeat(MAX_CONTENT_LENGTH),
];

/** Texts that some parsers take for a whole number, and others that none does. */
export const NOT_WHOLE_NUMBERS = [
  "",
  "-1",
  "1e1",
  "0x10",
  " 5",
  "5 ",
  "1.0",
  "NaN",
  "Infinity",
  "٣",
  "9999999999999999",
  "null",
  "[]",
  "1;2",
];
