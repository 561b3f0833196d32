import { linkFilter } from "./links.ts";
import type { TextFilter } from "./text-filter.ts";
import { wordFilter } from "./words.ts";

export interface FilterOptions {
  /** Words and phrases. Case, width, invisible characters and the length of a gap make no difference. */
  blockedWords: string[];
  allowLinks: boolean;
}

/** The filters for these options. Add your own here. */
export function createFilters({ blockedWords, allowLinks }: FilterOptions): TextFilter[] {
  const filters: TextFilter[] = [];
  if (blockedWords.length > 0) filters.push(wordFilter(blockedWords));
  if (!allowLinks) filters.push(linkFilter);
  return filters;
}
