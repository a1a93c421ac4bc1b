// What no line of the program itself explains: what imports hold, by package, and which files are resident.
import type { FileOwner } from '#analysis/mapped-files.ts';
import { formatBytes, formatDuration, formatPercent } from '#base/format.ts';
import { Term } from '../parts/figures.tsx';
import { OwnersTable } from '../parts/owners-table.tsx';
import { useReport } from '../state/context.ts';
import type { Meaning } from '../state/meanings.ts';
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
  if (!files || !peak) return null;
  const isOfAll = files.unit === 'PSS';
  const amount = isOfAll ? 'pss' : 'rss';
  if (![...files.rows, ...files.shared].some(({ bytes }) => bytes > 0)) return null;
  return (
    <div class="stack">
      <Owners label="Files" owners={files.rows} of={isOfAll ? 'filesOfAll' : 'files'} amount={amount} />
      <Owners label="Shared memory" owners={files.shared} of="sharedFiles" amount={amount} />
    </div>
  );
}

interface OwnersProps {
  readonly label: string;
  readonly owners: readonly FileOwner[];
  readonly of: Meaning;
  readonly amount: Meaning;
}

function Owners({ label, owners, of, amount }: OwnersProps) {
  const sum = owners.reduce((bytes, row) => bytes + row.bytes, 0);
  if (sum <= 0) return null;
  return (
    <section aria-label={label}>
      <h2>
        <Term of={of} />: {formatBytes(sum)}
      </h2>
      <OwnersTable owners={owners} of={of} amount={amount} who="Belongs to" />
    </section>
  );
}
