// One row of the table of lines.
import type { LineRow } from '#analysis/lines.ts';
import { formatCount, formatPercent } from '#base/format.ts';
import type { Bytes } from '#base/units.ts';
import { CellBar } from '../parts/bar.tsx';
import { EstimateSize, Size } from '../parts/figures.tsx';
import { LineName } from '../parts/line-name.tsx';
import { useReport } from '../state/context.ts';
import { reservedBytes } from '../state/line-table.ts';
import type { Meaning } from '../state/meanings.ts';

interface LineRowProps {
  readonly row: LineRow;
  readonly whole: Bytes;
  readonly isOpen: boolean;
  readonly onToggle: () => void;
}

export function LineRowView({ row, whole, isOpen, onToggle }: LineRowProps) {
  const report = useReport();
  const share = whole > 0 ? row.heap.bytes / whole : 0;
  return (
    <tr class={isOpen ? 'row-open' : undefined}>
      <td class="number">
        {row.heap.bytes > 0 ? <EstimateSize value={row.heap} of="heap" /> : <span class="none">–</span>}
        {row.heap.bytes > 0 && <CellBar share={share} />}
      </td>
      <td class="number">{row.heap.certain && row.heap.bytes > 0 ? formatPercent(share) : ''}</td>
      <td>
        <button type="button" class="line-open" aria-expanded={isOpen} onClick={onToggle}>
          <LineName report={report} row={row} />
        </button>
      </td>
      <Part bytes={row.parts.native} of="native" certain={row.heap.certain} />
      <Part bytes={row.parts.python} of="python" certain={row.heap.certain} />
      <Part bytes={row.parts.mapped} of="mapped" certain={row.heap.certain} />
      <Part bytes={reservedBytes(row)} of="reserved" certain />
      <td class="number">
        <EstimateSize value={row.allocated} of="allocated" plain />
      </td>
      <Part bytes={row.freed} of="freed" certain={row.allocated.certain} />
      <td class="number">{formatCount(row.allocations)}</td>
      <td class="number">{formatCount(row.heap.samples + row.allocated.samples)}</td>
    </tr>
  );
}

interface PartProps {
  readonly bytes: Bytes;
  readonly of: Meaning;
  /** Of the figure that this is a part of: a part of an uncertain one is no fact either. */
  readonly certain: boolean;
}

function Part({ bytes, of, certain }: PartProps) {
  if (bytes <= 0) return <td class="number none">–</td>;
  if (!certain) {
    return (
      <td class="number none" data-tip="Too few samples to state it.">
        ?
      </td>
    );
  }
  return (
    <td class="number">
      <Size bytes={bytes} of={of} />
    </td>
  );
}
