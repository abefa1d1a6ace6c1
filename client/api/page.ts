/** A part of a list, oldest first. */
export interface Page<Item> {
  readonly items: readonly Item[];
  /** What to ask for as `after` to go on; absent at the end. */
  readonly next?: string;
}

/** The page of `limit` items from rows read with a limit of one more, which tells whether there is a next page. */
export function pageOf<Row, Item>(
  rows: readonly Row[],
  limit: number,
  itemOf: (row: Row) => Item,
  cursorOf: (row: Row) => string,
): Page<Item> {
  const shown = rows.slice(0, limit);
  const last = shown.at(-1);
  const items = shown.map(itemOf);
  return rows.length > limit && last ? { items, next: cursorOf(last) } : { items };
}
