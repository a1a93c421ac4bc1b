// Lines by how much more they held at the second moment.
import type { GrowthRow } from '#analysis/growth.ts';
import { formatBytes, formatCount, formatSigned } from '#base/format.ts';
import type { Bytes } from '#base/units.ts';
import { CellBar } from '../parts/bar.tsx';
import { describeBytes, EstimateSize } from '../parts/figures.tsx';
import { LineName } from '../parts/line-name.tsx';
import { SortHead } from '../parts/sort-head.tsx';
import { useReport } from '../state/context.ts';
import { GROWTH_COLUMNS, type GrowthColumn, growthValue } from '../state/growth-view.ts';
import { keyOfLine } from '../state/line-table.ts';
import type { Meaning } from '../state/meanings.ts';
import { formatHash } from '../state/route.ts';
import { type Order, sortRows } from '../state/sort.ts';

/** More than anyone reads; what is left out is added up below. */
const MOST = 200;

interface GrowthTableProps {
  readonly rows: readonly GrowthRow[];
  readonly order: Order<GrowthColumn>;
  readonly onOrder: (order: Order<GrowthColumn>) => void;
  /** Address of the flame graph of what came at a line ("train.py:12"). */
  readonly flameOf: (line: string) => string;
}

export function GrowthTable({ rows, order, onOrder, flameOf }: GrowthTableProps) {
  const sorted = sortRows(rows, order, growthValue);
  const shown = sorted.slice(0, MOST);
  const rest = sorted.slice(MOST);
  const most = rows.reduce((bytes, row) => Math.max(bytes, Math.abs(row.net)), 0);
  if (rows.length === 0) return <p class="empty">No line came to hold more or less between the two.</p>;
  return (
    <section aria-label="Growth by line">
      <div class="scroll-x">
        <table class="table">
          <SortHead columns={GROWTH_COLUMNS} order={order} onOrder={onOrder} />
          <tbody>
            {shown.map((row) => (
              <GrowthLine key={`${keyOfLine(row)} ${row.func}`} row={row} most={most} flameOf={flameOf} />
            ))}
          </tbody>
        </table>
      </div>
      {rest.length > 0 && (
        <p class="more muted">
          {formatCount(rest.length)} more lines with {formatSigned(rest.reduce((sum, row) => sum + row.net, 0))}.
        </p>
      )}
    </section>
  );
}

interface GrowthLineProps extends Pick<GrowthTableProps, 'flameOf'> {
  readonly row: GrowthRow;
  readonly most: Bytes;
}

function GrowthLine({ row, most, flameOf }: GrowthLineProps) {
  const report = useReport();
  const certain = row.came.certain && row.went.certain;
  const name = <LineName report={report} row={row} />;
  return (
    <tr>
      <td class="number">
        <span class={certain ? 'size' : 'size uncertain'} data-tip={describeBytes(Math.abs(row.net), 'net')}>
          {certain ? formatSigned(row.net) : 'few samples'}
        </span>
        {row.net > 0 && <CellBar share={row.net / most} />}
      </td>
      <td class="number">{row.came.bytes > 0 ? <EstimateSize value={row.came} of="came" /> : <None />}</td>
      <td class="number">{row.went.bytes > 0 ? <EstimateSize value={row.went} of="went" /> : <None />}</td>
      <td>
        {row.place === 'line' && row.came.bytes > 0 && (
          <a class="growth-flame" href={flameOf(`${row.file}:${row.line}`)} data-tip="Flame graph of what came here">
            flame
          </a>
        )}
        {row.file ? (
          <a class="quiet" href={formatHash('lines', { open: keyOfLine(row) })}>
            {name}
          </a>
        ) : (
          name
        )}
      </td>
      <Part bytes={row.parts.native} of="native" certain={certain} />
      <Part bytes={row.parts.python} of="python" certain={certain} />
      <Part bytes={row.parts.mapped} of="mapped" certain={certain} />
      <td class="number">{row.blocks >= 0.5 ? formatCount(row.blocks) : <None />}</td>
    </tr>
  );
}

function None() {
  return <span class="none">–</span>;
}

function Part({ bytes, of, certain }: { readonly bytes: Bytes; readonly of: Meaning; readonly certain: boolean }) {
  if (bytes === 0 || !certain) return <td class="number none">–</td>;
  return (
    <td class="number">
      <span class="size" data-tip={describeBytes(Math.abs(bytes), of)}>
        {bytes < 0 ? formatSigned(bytes) : formatBytes(bytes)}
      </span>
    </td>
  );
}
