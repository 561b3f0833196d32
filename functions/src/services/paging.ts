/** A page of items. Its cursor names a place, not a count, so pages join without a gap or a repeat while items come and go. */
export interface Page<Item> {
  items: Item[];
  /** Send it back to get the next page; null at the end. */
  nextCursor: string | null;
}

/**
 * Makes a page from rows of which one more than `limit` was requested.
 * @param cursorOf the place of a row
 */
export function pageOf<Row, Item>(
  rows: Row[],
  limit: number,
  { toItem, cursorOf }: { toItem: (row: Row) => Item; cursorOf: (row: Row) => string },
): Page<Item> {
  const last = rows.length > limit ? rows[limit - 1] : undefined;
  return { items: rows.slice(0, limit).map(toItem), nextCursor: last === undefined ? null : cursorOf(last) };
}
