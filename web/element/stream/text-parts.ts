import { USERNAME_CHARACTERS } from "../../../functions/src/contract/patterns.ts";

export interface TextPart {
  text: string;
  /** Where it leads; undefined for plain text. */
  href?: string;
}

/** How much a folded text shows. Only a text that is a good deal longer is folded. */
const FOLDED_LENGTH = 320;
const FOLDED_LINES = 6;

const LINK = /https?:\/\/[^\s<>"'`]+/giu;
/** What ends a sentence, or closes what was opened before the link, is not part of it. */
const TRAILING = /[.,;:!?'"*_~…。、！？，．：；]+$/u;
const CLOSING: Record<string, string> = { ")": "(", "]": "[", "}": "{" };

/** The parts of a text: what is written as an http(s) address is a link; nothing is guessed. */
export function textParts(text: string): TextPart[] {
  const parts: TextPart[] = [];
  let end = 0;
  for (const match of text.matchAll(LINK)) {
    const address = withoutTrailing(match[0]);
    if (!isLink(address)) continue;
    if (match.index > end) parts.push({ text: text.slice(end, match.index) });
    parts.push({ text: address, href: address });
    end = match.index + address.length;
  }
  if (end < text.length) parts.push({ text: text.slice(end) });
  return parts;
}

/** Whether a text is folded until the reader unfolds it. */
export function isLong(text: string): boolean {
  return text.length > FOLDED_LENGTH * 1.25 || text.split("\n").length > FOLDED_LINES + 1;
}

/** The beginning of a text's parts. It ends between two words if it can, and never within a link or a character. */
export function folded(parts: readonly TextPart[]): TextPart[] {
  const shown: TextPart[] = [];
  let length = FOLDED_LENGTH;
  let lines = FOLDED_LINES;
  for (const part of parts) {
    const text = part.href === undefined ? beginningOf(part.text, length, lines) : part.text;
    shown.push({ ...part, text });
    length -= text.length;
    lines -= text.split("\n").length - 1;
    if (text !== part.text || length <= 0) break;
  }
  return shown;
}

function beginningOf(text: string, length: number, lines: number): string {
  const some = text.split("\n").slice(0, lines).join("\n");
  if (some.length <= length) return some;
  const cut = some.slice(0, length);
  const space = Math.max(cut.lastIndexOf(" "), cut.lastIndexOf("\n"));
  if (space > length / 2) return cut.slice(0, space);
  // A user-perceived character may be several code points.
  let end = 0;
  for (const { index, segment } of new Intl.Segmenter().segment(some)) {
    if (index + segment.length > length) break;
    end = index + segment.length;
  }
  return some.slice(0, end);
}

function withoutTrailing(address: string): string {
  const last = address.at(-1) ?? "";
  const opening = CLOSING[last];
  const isUnopened = opening !== undefined && countOf(address, last) > countOf(address, opening);
  const shorter = isUnopened ? address.slice(0, -1) : address.replace(TRAILING, "");
  return shorter === address ? address : withoutTrailing(shorter);
}

function countOf(text: string, character: string): number {
  return text.split(character).length - 1;
}

/** A name before an `@` looks like the site that one gets to, and is not. */
function isLink(address: string): boolean {
  try {
    const { username, password, hostname } = new URL(address);
    return username === "" && password === "" && hostname.includes(".");
  } catch {
    return false;
  }
}

/** What may follow a whole name. A dot or a hyphen goes on with the name only if more of it follows. */
const AFTER_NAME = new RegExp(`^[.·-]*(?!${USERNAME_CHARACTERS})`, "u");

/** Whether a text has `@username`, as a whole name. */
export function mentions(content: string, username: string): boolean {
  const text = content.toLowerCase();
  const name = `@${username.toLowerCase()}`;
  for (let at = text.indexOf(name); at >= 0; at = text.indexOf(name, at + 1)) {
    if (AFTER_NAME.test(text.slice(at + name.length))) return true;
  }
  return false;
}
