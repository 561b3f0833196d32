import { invalid } from "../refusal.ts";
import { MAX_DEPTH, MAX_KEY_BYTES } from "../limits.ts";

/** The keys from the root to a place. */
export type Path = readonly string[];

// oxlint-disable-next-line no-control-regex -- control characters are what is forbidden
const FORBIDDEN = /[.#$[\]/\u0000-\u001f\u007f]/;

/** Throws unless the text may be a key: not empty, at most 768 bytes of UTF-8, none of `. # $ [ ] /`, no control character. */
export function checkKey(key: string): void {
  const tooLong = key.length * 3 > MAX_KEY_BYTES && Buffer.byteLength(key) > MAX_KEY_BYTES;
  if (key === "" || tooLong || FORBIDDEN.test(key)) {
    throw invalid(
      `Invalid key: ${JSON.stringify(key.slice(0, 80))} must be 1 to 768 bytes without . # $ [ ] / or control characters`,
    );
  }
}

/** "/a/b" as keys; empty parts are dropped. A last part ".priority" is let through: a write may name the priority alone. */
export function parsePath(text: string): string[] {
  const path = text.split("/").filter((part) => part !== "");
  if (path.length > MAX_DEPTH + 1) throw invalid(`Path is deeper than ${MAX_DEPTH} keys`);
  path.forEach((key, i) => {
    if (key !== ".priority" || i !== path.length - 1) checkKey(key);
  });
  return path;
}

export const pathText = (path: Path): string => `/${path.join("/")}`;

/** Whether the place is the ancestor, or below it. */
export function isWithin(path: Path, ancestor: Path): boolean {
  return path.length >= ancestor.length && ancestor.every((key, i) => path[i] === key);
}
