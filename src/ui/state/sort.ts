// Sorting of tables: one column, up or down, equal rows in their given order.

export interface Order<C extends string> {
  readonly column: C;
  readonly descending: boolean;
}

/** "freed.up" in the address. */
export function formatOrder<C extends string>({ column, descending }: Order<C>): string {
  return descending ? column : `${column}.up`;
}

/** Numbers before NaN whatever the direction, texts by the reader's language. Gives a new list. */
export function sortRows<R, C extends string>(
  rows: readonly R[],
  order: Order<C>,
  read: (row: R, column: C) => number | string,
): R[] {
  const sign = order.descending ? -1 : 1;
  return [...rows].sort((a, b) => {
    const left = read(a, order.column);
    const right = read(b, order.column);
    if (typeof left === 'string' || typeof right === 'string') {
      return sign * String(left).localeCompare(String(right), 'en', { numeric: true });
    }
    if (Number.isNaN(left) || Number.isNaN(right)) return Number(Number.isNaN(left)) - Number(Number.isNaN(right));
    return sign * (left - right);
  });
}

/** What a click on a column's head leads to: the same column turns, another begins with its largest (names: smallest). */
export function nextOrder<C extends string>(order: Order<C>, column: C, isText: boolean): Order<C> {
  if (order.column === column) return { column, descending: !order.descending };
  return { column, descending: !isText };
}
