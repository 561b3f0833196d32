/**
 * Checks what a user wrote; returns why it is refused, or undefined. Filters run in order for each new and each edited comment. Add your
 * own in `createFilters`.
 */
export type CommentFilter = (content: string) => string | undefined;

export interface FilterOptions {
  /** Words and phrases. Case, compatibility forms and invisible characters make no difference. */
  blockedWords: string[];
  allowLinks: boolean;
}

export function createFilters({ blockedWords, allowLinks }: FilterOptions): CommentFilter[] {
  const filters: CommentFilter[] = [];
  if (blockedWords.length > 0) filters.push(wordFilter(blockedWords));
  if (!allowLinks) filters.push(linkFilter);
  return filters;
}

// A format character (zero-width space, soft hyphen) splits a word for a program, but not for a reader.
const comparable = (text: string) =>
  text
    .normalize("NFKC")
    .replaceAll(/\p{Cf}/gu, "")
    .toLowerCase();

function wordFilter(words: string[]): CommentFilter {
  const escaped = words.map((word) => comparable(word).replaceAll(/[.*+?^${}()|[\]\\/]/g, String.raw`\$&`));
  const anyWord = new RegExp(String.raw`(?<![\p{L}\p{N}])(?:${escaped.join("|")})(?![\p{L}\p{N}])`, "u");
  return (content) => (anyWord.test(comparable(content)) ? "has a word that is not allowed here" : undefined);
}

const LINK =
  /\b[a-z][a-z\d+.-]*:\/\/|\bwww\.\S|(?<![\p{L}\p{N}@])(?:[a-z\d-]+\.)+(?:com|net|org|info|io|app|dev|ru|cn|xyz|shop|top)\b/iu;

function linkFilter(content: string): string | undefined {
  return LINK.test(content.normalize("NFKC").replaceAll(/\p{Cf}/gu, "")) ? "has a link" : undefined;
}
