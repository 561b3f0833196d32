import { MAX_CONTENT_LENGTH } from "../../contract/limits.ts";

/** No character grows by more under NFKC (UAX 15, "Maximum Expansion Factor"; U+FDFA is the one that does). */
const MAX_NFKC_EXPANSION = 18;
/** UTF-16 units. What a filter reads is never longer, so its time is bounded, whatever was written. */
export const MAX_FILTERED_LENGTH = MAX_CONTENT_LENGTH * MAX_NFKC_EXPANSION;

const IGNORABLE = /[\p{Default_Ignorable_Code_Point}\p{Cf}]/gu;
const BLANKS = /[\p{White_Space}\u2800]+/gu;

/**
 * The text as a reader sees it: without the invisible characters that split a word for a program, in one width, with each run of white
 * space as one space. It keeps the case.
 */
export function asSeen(text: string): string {
  // NFKC makes ignorable fillers of visible ones, so what is ignorable goes last.
  return text.normalize("NFKC").slice(0, MAX_FILTERED_LENGTH).replaceAll(IGNORABLE, "").replaceAll(BLANKS, " ");
}

/** `asSeen` without a difference of case. Upper case first, so that ß is ss, ſ is s and ς is σ. */
export function comparable(text: string): string {
  return asSeen(text).toUpperCase().toLowerCase().replaceAll("ς", "σ").normalize("NFC");
}
