// The table itself. Of a long one only the rows in sight are in the page.
import { useEffect, useMemo, useRef } from 'preact/hooks';
import type { LineRow } from '#analysis/lines.ts';
import type { Bytes } from '#base/units.ts';
import { SortHead } from '../parts/sort-head.tsx';
import { useScroll, windowOf } from '../parts/window-rows.ts';
import { keyOfLine, LINE_COLUMNS, type LineColumn } from '../state/line-table.ts';
import { replaceParams } from '../state/route.ts';
import type { Order } from '../state/sort.ts';
import { LineRowView } from './line-row.tsx';
import { LineSource, SOURCE_HEIGHT } from './line-source.tsx';

const ROW_HEIGHT = 42;
/** Up to here the page holds the whole table: it can then be searched and printed by the browser. */
const MOST_WHOLE = 500;

export interface LinesTableProps {
  readonly rows: readonly LineRow[];
  readonly whole: Bytes;
  readonly order: Order<LineColumn>;
  readonly onOrder: (order: Order<LineColumn>) => void;
  readonly by: 'user' | 'leaf';
  readonly moment: number;
  readonly process: number;
  /** keyOfLine of the row that shows its source. */
  readonly open: string;
}

export function LinesTable(props: LinesTableProps) {
  const { rows, open } = props;
  const scroller = useRef<HTMLDivElement>(null);
  const scroll = useScroll(scroller);
  const openRow = useMemo(() => findOpenRow(rows, open), [rows, open]);
  const isLong = rows.length > MOST_WHOLE;
  const { first, end } = isLong
    ? windowOf(rows.length, ROW_HEIGHT, scroll.top, scroll.height, openRow, SOURCE_HEIGHT)
    : { first: 0, end: rows.length };
  // A link to a line leads to it; opening one by hand moves nothing.
  // Only where the view begins.
  useEffect(() => {
    if (openRow > 8 && scroller.current) scroller.current.scrollTop = (openRow - 3) * ROW_HEIGHT;
  }, []);
  const above = first * ROW_HEIGHT + (openRow >= 0 && openRow < first ? SOURCE_HEIGHT : 0);
  const below = (rows.length - end) * ROW_HEIGHT + (openRow >= end ? SOURCE_HEIGHT : 0);
  return (
    <div class={isLong ? 'scroll-table scroll-table-long' : 'scroll-table'} ref={scroller}>
      <table class="table lines-table" aria-rowcount={rows.length + 1}>
        <SortHead columns={LINE_COLUMNS} order={props.order} onOrder={props.onOrder} />
        <tbody>
          {above > 0 && <Spacer height={above} />}
          {rows.slice(first, end).map((row, i) => {
            const key = keyOfLine(row);
            const isOpen = first + i === openRow;
            return (
              <>
                <LineRowView
                  key={key}
                  {...props}
                  row={row}
                  isOpen={isOpen}
                  onToggle={() => replaceParams({ open: isOpen ? '' : key })}
                />
                {isOpen && <LineSource key={`${key} source`} {...props} row={row} />}
              </>
            );
          })}
          {below > 0 && <Spacer height={below} />}
        </tbody>
      </table>
    </div>
  );
}

/** A line that only holds what it imported is meant too where only its place is named. */
function findOpenRow(rows: readonly LineRow[], open: string): number {
  if (open === '') return -1;
  const exact = rows.findIndex((row) => keyOfLine(row) === open);
  return exact >= 0 ? exact : rows.findIndex((row) => keyOfLine(row) === `${open}:import`);
}

function Spacer({ height }: { readonly height: number }) {
  return (
    <tr class="spacer">
      <td colSpan={LINE_COLUMNS.length} style={{ height: `${height}px` }} />
    </tr>
  );
}
