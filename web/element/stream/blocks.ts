/** A browser lays out a block that is in sight, and skips the others whole. */
const SIZE = 40;

/** Some comments that follow each other. */
export interface Block<T> {
  /** The same as long as the block is there. */
  key: string;
  comments: readonly T[];
  /** The comment before the first one. */
  before: T | undefined;
}

/**
 * Divides comments into blocks that keep their places: what is added at an end changes the block at that end alone, so that neither we nor
 * the browser work on the others.
 */
export class Blocks<T extends { id: string }> {
  /** The ids at which blocks begin, ascending. */
  #starts: readonly string[] = [];

  /** @param comments oldest first */
  of(comments: readonly T[]): Block<T>[] {
    this.#starts = startsOf(comments, this.#starts);
    const blocks: Block<T>[] = [];
    let from = 0;
    for (const [n, key] of this.#starts.entries()) {
      const next = this.#starts[n + 1];
      const end = next === undefined ? -1 : comments.findIndex(({ id }) => id >= next);
      const to = end < 0 ? comments.length : end;
      if (to > from) blocks.push({ key, comments: comments.slice(from, to), before: comments[from - 1] });
      from = to;
    }
    return blocks;
  }
}

/** A block keeps its start when the comment there is deleted or not drawn any more. */
function startsOf(comments: readonly { id: string }[], known: readonly string[]): string[] {
  const first = comments[0]?.id;
  const last = comments.at(-1)?.id;
  if (first === undefined || last === undefined) return [];
  const ofFirst = known.findLastIndex((start) => start <= first);
  const starts = known.slice(Math.max(0, ofFirst)).filter((start) => start <= last);
  const placeOf = (start: string) => comments.findIndex(({ id }) => id >= start);
  if (starts.length === 0) starts.push(comments[Math.max(0, comments.length - SIZE)]?.id ?? first);
  for (let place = placeOf(starts[0] ?? first); place > 0; place -= SIZE) {
    starts.unshift(comments[Math.max(0, place - SIZE)]?.id ?? first);
  }
  for (let place = placeOf(starts.at(-1) ?? first) + SIZE; place < comments.length; place += SIZE) {
    starts.push(comments[place]?.id ?? last);
  }
  return starts;
}
