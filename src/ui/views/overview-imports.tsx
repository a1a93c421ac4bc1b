// What no line of the program itself explains: what imports hold, by package, and which files are resident.
import { formatBytes, formatPercent } from '#base/format.ts';
import { Term } from '../parts/figures.tsx';
import { OwnersTable } from '../parts/owners-table.tsx';
import { useReport } from '../state/context.ts';

export function ImportsAndFiles() {
  const { imports, files, peak } = useReport().overview;
  if (!peak || (imports.length === 0 && (files?.rows.length ?? 0) === 0)) return null;
  return (
    <div class="column">
      <Imports />
      <Files />
    </div>
  );
}

function Imports() {
  const { imports, peak } = useReport().overview;
  if (imports.length === 0 || !peak) return null;
  const sum = imports.reduce((bytes, row) => bytes + row.bytes, 0);
  return (
    <section aria-label="Imports">
      <h2>
        <Term of="imports">Imports</Term>: {formatBytes(sum)}, {formatPercent(sum / peak.bytes)} of the peak
      </h2>
      <OwnersTable owners={imports} of="imports" amount="heap" who="Package" />
    </section>
  );
}

function Files() {
  const { files } = useReport().overview;
  if (!files || files.rows.length === 0) return null;
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
