/** The rules for texts that people write: what is visible, what may turn the direction of writing, and what breaks a line. */

/**
 * Characters that leave nothing to see: control and format characters, white space, marks without a base, default-ignorable code points,
 * and the letters and symbols that Unicode draws as a blank (Braille pattern blank, Hangul and Khitan fillers, hieroglyphic blanks, null
 * notehead).
 */
const INVISIBLE =
  /[\p{Default_Ignorable_Code_Point}\p{White_Space}\p{Cc}\p{Cf}\p{M}\p{Noncharacter_Code_Point}\u2800\u{1d159}\u{13441}\u{13442}\u{16fe4}]/u;

/** Whether the text shows something. */
export function hasVisible(text: string): boolean {
  for (const character of text) if (!INVISIBLE.test(character)) return true;
  return false;
}

/** Every character at which Unicode breaks a line in any case (UAX 14, classes BK, CR, LF and NL); CR LF is one break. */
const LINE_BREAK = /\r\n|[\n\v\f\r\u0085\u2028\u2029]/g;

export function countLineBreaks(text: string): number {
  return text.match(LINE_BREAK)?.length ?? 0;
}

const OPENING: Record<string, string> = {
  // Embeddings and overrides, closed by PDF.
  "\u202a": "\u202c",
  "\u202b": "\u202c",
  "\u202d": "\u202c",
  "\u202e": "\u202c",
  // Isolates, closed by PDI.
  "\u2066": "\u2069",
  "\u2067": "\u2069",
  "\u2068": "\u2069",
};
const CONTROLS = /[\n\v\f\r\u0085\u2028\u2029\u202a-\u202e\u2066-\u2069]/g;

/**
 * Whether every bidirectional override, embedding and isolate is closed on its line, in order, and nothing else is. What is open at the end of a
 * comment would turn the text after it on somebody's page, and a stray closing one would end what the page itself opened.
 * @see https://www.unicode.org/reports/tr9/
 */
export function isBidiBalanced(text: string): boolean {
  const open: string[] = [];
  for (const [control] of text.matchAll(CONTROLS)) {
    const closing = OPENING[control];
    if (closing !== undefined) open.push(closing);
    else if (control === "\u202c" || control === "\u2069") {
      if (open.pop() !== control) return false;
    } else if (open.length > 0) return false;
  }
  return open.length === 0;
}
