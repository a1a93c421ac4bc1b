// How a line of code is named wherever it stands: place, function, source text, and marks.

import type { LineRow } from '#analysis/lines.ts';
import { assertNever } from '#base/assert.ts';
import { PLACE_TITLES } from '#report/place.ts';
import type { Report } from '../state/report.ts';

type NamedLine = Pick<LineRow, 'place' | 'file' | 'line' | 'func' | 'importing'>;

export function titleOfLine(report: Report, row: NamedLine): string {
  switch (row.place) {
    case 'native':
    case 'startup':
      return PLACE_TITLES[row.place];
    case 'line':
      return report.paths.place(row.file, row.line);
    default:
      return assertNever(row.place);
  }
}

/** Where room is short the folders give way, never the file and its line. */
function Place({ title }: { readonly title: string }) {
  const cut = title.lastIndexOf('/') + 1;
  return (
    <>
      {cut > 0 && <span class="line-folder">{title.slice(0, cut)}</span>}
      <span class="line-file">{title.slice(cut)}</span>
    </>
  );
}

export function LineName({ report, row }: { readonly report: Report; readonly row: NamedLine }) {
  const source = report.sources.find(row.file, row.line);
  return (
    <span class="line-name">
      <span class="line-place" data-tip={row.file ? `${row.file}, line ${row.line}` : undefined}>
        <Place title={titleOfLine(report, row)} />
      </span>
      {row.importing && (
        <span class="tag" data-tip="Allocated on behalf of an import statement.">
          import
        </span>
      )}
      {row.func && row.func !== '<module>' && <span class="line-func"> {row.func}</span>}
      {source && <code class="line-source">{source}</code>}
    </span>
  );
}
