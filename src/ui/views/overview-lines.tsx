// The lines that held most at the peak; imports stand apart.
import type { LineRow } from '#analysis/lines.ts';
import { formatPercent } from '#base/format.ts';
import { CellBar } from '../parts/bar.tsx';
import { NoAgent } from '../parts/empty.tsx';
import { EstimateSize, Term } from '../parts/figures.tsx';
import { LineName } from '../parts/line-name.tsx';
import { useReport } from '../state/context.ts';
import { keyOfLine } from '../state/line-table.ts';
import { formatHash } from '../state/route.ts';

const MOST = 10;

export function TopLines() {
  const report = useReport();
  const { heap, lines, peak } = report.overview;
  const alive = lines.filter((row) => row.heap.bytes > 0 && !row.importing);
  // What stands on too few samples comes last, whatever it may amount to.
  const held = [...alive.filter((row) => row.heap.certain), ...alive.filter((row) => !row.heap.certain)];
  if (!heap || !peak || held.length === 0) return <NoAgent />;
  const most = held[0]!.heap.bytes;
  return (
    <section aria-label="Lines that held most">
      <h2>Lines that held most at the peak</h2>
      <table class="table">
        <thead>
          <tr>
            <th scope="col" class="number">
              <Term of="heap">Alive</Term>
            </th>
            <th scope="col" class="number">
              <Term of="ofPeak" />
            </th>
            <th scope="col" class="grow">
              Line
            </th>
          </tr>
        </thead>
        <tbody>
          {held.slice(0, MOST).map((row) => (
            <TopLine key={keyOfLine(row)} row={row} share={row.heap.bytes / peak.bytes} most={most} />
          ))}
        </tbody>
      </table>
      <p class="more">
        <a href={formatHash('lines')}>All lines</a> · <a href={formatHash('flame')}>Flame graph of the peak</a>
      </p>
    </section>
  );
}

function TopLine({ row, share, most }: { readonly row: LineRow; readonly share: number; readonly most: number }) {
  const report = useReport();
  return (
    <tr>
      <td class="number">
        <EstimateSize value={row.heap} of="heap" />
        <CellBar share={row.heap.bytes / most} />
      </td>
      <td class="number">{row.heap.certain ? formatPercent(share) : ''}</td>
      <td>
        {row.file ? (
          <a class="quiet" href={formatHash('lines', { open: keyOfLine(row) })}>
            <LineName report={report} row={row} />
          </a>
        ) : (
          <LineName report={report} row={row} />
        )}
      </td>
    </tr>
  );
}
