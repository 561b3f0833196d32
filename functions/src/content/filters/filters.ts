import { linkFilter } from "./links.ts";
import { wordFilter } from "./words.ts";

/**
 * Checks what a user wrote; returns why it is refused, or undefined. Filters run in order for each new and each edited comment, and for
 * each new username. Each must take linear time. Add your own in `createFilters`.
 */
export type TextFilter = (text: string) => string | undefined;

export interface FilterOptions {
  /** Words and phrases. Case, width, invisible characters and the length of a gap make no difference. */
  blockedWords: string[];
  allowLinks: boolean;
}

export function createFilters({ blockedWords, allowLinks }: FilterOptions): TextFilter[] {
  const filters: TextFilter[] = [];
  if (blockedWords.length > 0) filters.push(wordFilter(blockedWords));
  if (!allowLinks) filters.push(linkFilter);
  return filters;
}

/** Why the first filter that refuses the text does so; undefined if none does. */
export function refusalOf(filters: TextFilter[], text: string): string | undefined {
  for (const filter of filters) {
    const refusal = filter(text);
    if (refusal !== undefined) return refusal;
  }
  return undefined;
}
