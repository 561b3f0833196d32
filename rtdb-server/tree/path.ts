import { MAX_DEPTH, MAX_KEY_BYTES } from "../limits.ts";
import { invalidData } from "../request-error.ts";

/** The keys from the root to a location. */
export type Path = readonly string[];

// oxlint-disable-next-line no-control-regex -- keys must not contain control characters
const FORBIDDEN_IN_KEY = /[.#$[\]/\u0000-\u001f\u007f]/;

/** Whether the text can be a key: 1 to 768 bytes of UTF-8, without `. # $ [ ] /` or control characters. */
export function isValidKey(text: string): boolean {
  const isTooLong = text.length * 3 > MAX_KEY_BYTES && Buffer.byteLength(text) > MAX_KEY_BYTES;
  return text !== "" && !isTooLong && !FORBIDDEN_IN_KEY.test(text);
}

/** @throws RequestError unless the text can be a key */
export function checkKey(text: string): void {
  if (isValidKey(text)) return;
  const shown = JSON.stringify(text.slice(0, 80));
  throw invalidData(`Invalid key ${shown}: keys have 1 to 768 bytes, without . # $ [ ] / or control characters`);
}

/** The parts between slashes. Empty parts are dropped. */
export const splitPath = (text: string): string[] => text.split("/").filter((part) => part !== "");

/**
 * The keys of "/a/b". The last one can be ".priority", since a write can set a priority alone.
 * @throws RequestError for a bad key, or a path that is too deep
 */
export function parsePath(text: string): string[] {
  const path = splitPath(text);
  if (path.length > MAX_DEPTH + 1) throw invalidData(`Path is deeper than ${MAX_DEPTH} keys`);
  path.forEach((key, i) => {
    if (key !== ".priority" || i !== path.length - 1) checkKey(key);
  });
  return path;
}

export const pathText = (path: Path): string => `/${path.join("/")}`;

/** Whether the path is the ancestor itself or below it. */
export function isWithin(path: Path, ancestor: Path): boolean {
  return path.length >= ancestor.length && ancestor.every((key, i) => path[i] === key);
}
