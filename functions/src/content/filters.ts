/**
 * Looks at what somebody is about to say; answers why it may not be said, or undefined. Filters run in order for each new and each
 * edited comment; a new one is added in `createFilters`.
 */
export type CommentFilter = (content: string) => string | undefined;

export interface FilterOptions {
  /** Words and phrases, compared without regard to case, compatibility forms and invisible characters. */
  blockedWords: string[];
  allowLinks: boolean;
}

export function createFilters({ blockedWords, allowLinks }: FilterOptions): CommentFilter[] {
  const filters: CommentFilter[] = [];
  if (blockedWords.length > 0) filters.push(refuseWords(blockedWords));
  if (!allowLinks) filters.push(refuseLinks);
  return filters;
}

// Format characters (zero-width space, soft hyphen …) split a word for a program and not for a reader.
const comparable = (text: string) =>
  text
    .normalize("NFKC")
    .replaceAll(/\p{Cf}/gu, "")
    .toLowerCase();

function refuseWords(words: string[]): CommentFilter {
  const escaped = words.map((word) => comparable(word).replaceAll(/[.*+?^${}()|[\]\\/]/g, String.raw`\$&`));
  const any = new RegExp(String.raw`(?<![\p{L}\p{N}])(?:${escaped.join("|")})(?![\p{L}\p{N}])`, "u");
  return (content) => (any.test(comparable(content)) ? "has a word that is not allowed here" : undefined);
}

const LINK =
  /\b[a-z][a-z\d+.-]*:\/\/|\bwww\.\S|(?<![\p{L}\p{N}@])(?:[a-z\d-]+\.)+(?:com|net|org|info|io|app|dev|ru|cn|xyz|shop|top)\b/iu;

function refuseLinks(content: string): string | undefined {
  return LINK.test(content.normalize("NFKC").replaceAll(/\p{Cf}/gu, "")) ? "has a link" : undefined;
}
