// What no line of the program itself explains: what imports hold, by package, and which files are resident.
import { formatBytes, formatDuration, formatPercent } from '#base/format.ts';
import { Term } from '../parts/figures.tsx';
import { OwnersTable } from '../parts/owners-table.tsx';
import { useReport } from '../state/context.ts';
import { ImportsTable } from './imports-table.tsx';

export function Imports() {
  const { imports, importTree, peak } = useReport().overview;
  if (imports.length === 0 || !peak) return null;
  const { time } = importTree.total;
  const sum = imports.reduce((bytes, row) => bytes + row.bytes, 0);
  return (
    <section aria-label="Imports">
      <h2>
        <Term of="imports">Imports</Term>: {formatBytes(sum)}, {formatPercent(sum / peak.bytes)} of the peak
        {time && `, ${formatDuration(time.ms)}`}
      </h2>
      <ImportsTable tree={importTree} />
    </section>
  );
}

export function Files() {
  const { files, peak } = useReport().overview;
  if (!files || !peak || files.rows.length === 0) return null;
  const sum = files.rows.reduce((bytes, row) => bytes + row.bytes, 0);
  return (
    <section aria-label="Files">
      <h2>
        <Term of="files">Files</Term>: {formatBytes(sum)}
      </h2>
      <OwnersTable owners={files.rows} of="files" amount="rss" who="Belongs to" />
    </section>
  );
}
