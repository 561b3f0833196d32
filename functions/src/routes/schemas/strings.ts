import { z } from "@hono/zod-openapi";
import { countLineBreaks, isBidiBalanced } from "../../content/text.ts";
import { MAX_LINE_BREAKS } from "../../contract/limits.ts";

/**
 * A string that matches a pattern. JSON Schema has no flags and reads every pattern with `u`, so the document gets the bare source.
 * @throws Error for a pattern with a flag other than `u`
 */
export function matching(pattern: RegExp, message: string) {
  if (!["", "u"].includes(pattern.flags)) throw new Error(`JSON Schema cannot express the flags of ${pattern}`);
  return z.string().regex(pattern, message).openapi({ pattern: pattern.source });
}

/** Well-formed Unicode of this length in code points, which is how JSON Schema and MySQL's VARCHAR count too. */
export function text({ min = 0, max }: { min?: number; max: number }) {
  return z
    .string()
    .refine((value) => value.isWellFormed(), "is not well-formed Unicode")
    .refine((value) => hasAtLeast(value, min), min === 1 ? "is empty" : `is shorter than ${min} characters`)
    .refine((value) => hasAtMost(value, max), `is longer than ${max.toLocaleString("en")} characters`)
    .openapi(min === 0 ? { maxLength: max } : { minLength: min, maxLength: max });
}

const C0_CONTROLS = /[\u0000-\u0008\u000b-\u001f]/;

/**
 * Text that people write for others: without C0 control characters except line feeds and tabs, with few line breaks, and with nothing that
 * turns the direction of the text after it.
 */
export function plainText({ max }: { max: number }) {
  return text({ max })
    .refine((value) => !C0_CONTROLS.test(value), "has control characters other than line feed and tab")
    .refine((value) => countLineBreaks(value) <= MAX_LINE_BREAKS, `has more than ${MAX_LINE_BREAKS} line breaks`)
    .refine(isBidiBalanced, "has a bidirectional control character that is not closed on its line");
}

/** A whole number in a query or a header: digits and nothing else, so "", "1e3", "0x10" and " 5" are refused. */
export function integer(min: number, max = 999_999_999_999_999) {
  return z
    .string()
    .regex(/^\d{1,15}$/, "must be a whole number")
    .transform(Number)
    .pipe(z.number().min(min).max(max))
    .openapi({ type: "integer", minimum: min, maximum: max });
}

// A string has at most as many code points as code units, and at least half as many. So most texts need no counting.
function hasAtLeast(value: string, min: number): boolean {
  return value.length >= 2 * min || codePoints(value) >= min;
}

function hasAtMost(value: string, max: number): boolean {
  return value.length <= max || codePoints(value) <= max;
}

function codePoints(value: string): number {
  return Array.from(value).length;
}
