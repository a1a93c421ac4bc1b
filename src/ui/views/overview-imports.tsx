// What imports hold, by package: a cost that no line of the program itself explains.
import { formatBytes, formatPercent } from '#base/format.ts';
import { CellBar } from '../parts/bar.tsx';
import { Size, Term } from '../parts/figures.tsx';
import { useReport } from '../state/context.ts';

const MOST = 10;

export function Imports() {
  const { imports, peak } = useReport().overview;
  if (imports.length === 0 || !peak) return null;
  const sum = imports.reduce((bytes, row) => bytes + row.bytes, 0);
  const rest = imports.slice(MOST);
  const restBytes = rest.reduce((bytes, row) => bytes + row.bytes, 0);
  return (
    <section aria-label="Imports">
      <h2>
        <Term of="imports">Imports</Term>: {formatBytes(sum)}, {formatPercent(sum / peak.bytes)} of the peak
      </h2>
      <table class="table">
        <thead>
          <tr>
            <th scope="col" class="number">
              <Term of="heap">Alive</Term>
            </th>
            <th scope="col" class="grow">
              Package
            </th>
          </tr>
        </thead>
        <tbody>
          {imports.slice(0, MOST).map((row) => (
            <tr key={row.name}>
              <td class="number">
                <Size bytes={row.bytes} of="imports" />
                <CellBar share={row.bytes / imports[0]!.bytes} />
              </td>
              <td>{row.name}</td>
            </tr>
          ))}
          {rest.length > 0 && (
            <tr class="muted">
              <td class="number">
                <Size bytes={restBytes} of="imports" />
              </td>
              <td>{rest.length} more</td>
            </tr>
          )}
        </tbody>
      </table>
    </section>
  );
}
