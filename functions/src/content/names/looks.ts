import { createHash } from "node:crypto";
import { looksOf } from "./skeleton.ts";

/**
 * The version of the rules by which `lookKeys` computes. Raise it when the same name gets other keys, for example with a new table of
 * confusables: maintenance then computes all keys again.
 */
export const LOOKS_VERSION = 1;

/** The name's looks as keys of 32 bytes, whatever its length. */
export function lookKeys(name: string): Buffer[] {
  return looksOf(name).map((look) => createHash("sha256").update(look).digest());
}
