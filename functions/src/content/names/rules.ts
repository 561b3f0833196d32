import { USERNAME_CODE_POINTS, USERNAME_LENGTH } from "../../contract/limits.ts";
import { USERNAME } from "../../contract/patterns.ts";
import { canonicalize } from "../canonicalize.ts";
import { isLookalike } from "./scripts.ts";

/**
 * The rules for usernames, after Unicode's recommendations for identifiers (UAX 31) and against look-alikes (UTS 39): letters and marks of all
 * scripts, digits, and `_`, `.`, `-`, `·`. Whether a name is taken or reserved is decided elsewhere.
 * @see https://www.unicode.org/reports/tr31/ and https://www.unicode.org/reports/tr39/
 */

/** Joiners, fillers, variation selectors: two names could differ only in what nobody sees. */
const IGNORABLE = /\p{Default_Ignorable_Code_Point}/u;
/** Letters and a mark without ink: hieroglyphic blanks, and the Khitan filler. */
const BLANK = /[\u{13441}\u{13442}\u{16fe4}]/u;
const LETTER_OR_DIGIT = /[\p{L}\p{Nd}\p{Nl}]/u;
/** UTS 39, 5.4: more marks than a script needs make a smear. Counted when decomposed. */
const SMEAR = /\p{Mn}{5}/u;

const segmenter = new Intl.Segmenter("en", { granularity: "grapheme" });

/** The user-perceived characters of a text. */
export function graphemesOf(text: string): string[] {
  return Array.from(segmenter.segment(text), ({ segment }) => segment);
}

/** The form in which a name is stored and compared with the rules. */
export function toName(text: string): string {
  return text.normalize("NFC");
}

/** Why nobody may have this name, which `toName` made; undefined if it follows the rules. */
export function nameProblem(name: string): string | undefined {
  // Bounds the work of everything below.
  if (name.length > 2 * USERNAME_CODE_POINTS.max) return TOO_LONG;
  if (!USERNAME.test(name)) return "may have letters and digits of any script, dots, underscores and hyphens";
  if (IGNORABLE.test(name) || BLANK.test(name)) return "has an invisible character";
  if (!LETTER_OR_DIGIT.test(name)) return "has no letter and no digit";
  if (/^\p{M}/u.test(name)) return "begins with a mark that belongs to no letter";
  if (SMEAR.test(name.normalize("NFD"))) return "has too many marks on one letter";
  return lengthProblem(name) ?? (isLookalike(name) ? "mixes scripts to look like another name" : undefined);
}

const TOO_LONG = `is longer than ${USERNAME_LENGTH.max} characters`;

function lengthProblem(name: string): string | undefined {
  const length = graphemesOf(name).length;
  if (length < USERNAME_LENGTH.min) return `is shorter than ${USERNAME_LENGTH.min} characters`;
  if (length > USERNAME_LENGTH.max) return TOO_LONG;
  // A compatibility character can become a whole phrase, which may be too long or have spaces.
  if (!USERNAME.test(canonicalize(name))) return "has a character that stands for a phrase";
  return undefined;
}
