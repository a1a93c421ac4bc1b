// The head of a table that can be sorted: a button in each column, with the column's meaning.
import type { Meaning } from '../state/meanings.ts';
import { meaningOf } from '../state/meanings.ts';
import { nextOrder, type Order } from '../state/sort.ts';

export interface Column<C extends string> {
  readonly name: C;
  readonly title: string;
  readonly isText?: boolean;
  readonly meaning?: Meaning;
}

interface SortHeadProps<C extends string> {
  readonly columns: readonly Column<C>[];
  readonly order: Order<C>;
  readonly onOrder: (order: Order<C>) => void;
}

export function SortHead<C extends string>({ columns, order, onOrder }: SortHeadProps<C>) {
  return (
    <thead>
      <tr>
        {columns.map((column) => {
          const sorted = order.column === column.name;
          const direction = order.descending ? 'descending' : 'ascending';
          return (
            <th
              key={column.name}
              scope="col"
              class={column.isText ? 'grow' : 'number'}
              aria-sort={sorted ? direction : undefined}
            >
              <button
                type="button"
                class="sort"
                data-tip={column.meaning ? meaningOf(column.meaning) : undefined}
                onClick={() => onOrder(nextOrder(order, column.name, column.isText === true))}
              >
                {column.title}
                <span aria-hidden="true">{sorted ? (order.descending ? ' ▾' : ' ▴') : ''}</span>
              </button>
            </th>
          );
        })}
      </tr>
    </thead>
  );
}
