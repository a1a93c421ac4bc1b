// Lines and imports that changed, with the intervals of what was sampled.
import type { ImportChange } from '#analysis/compare-imports.ts';
import type { LineChange } from '#analysis/compare-lines.ts';
import type { ComparisonPage, Listed } from '#report/compare-page.ts';
import { titleOfLine } from '#report/compare-words.ts';
import { ChangeCells, ChangeHeads, type ChangeScale, scaleOfChanges } from '../parts/change.tsx';
import { EstimateSize } from '../parts/figures.tsx';

interface Props {
  readonly page: ComparisonPage;
}

export function LineChanges({ page: { lines, peak } }: Props) {
  if (!peak) return null;
  const scale = scaleOfChanges(lines.rows);
  return (
    <section aria-label="Lines that changed">
      <h2>Lines that changed</h2>
      {lines.rows.length === 0 ? (
        <p class="muted">No line changed by more than two runs of one program differ by.</p>
      ) : (
        <div class="scroll-x">
          <table class="table">
            <thead>
              <tr>
                <BeforeAfterHeads />
                <ChangeHeads />
                <th scope="col" class="grow">
                  Line
                </th>
              </tr>
            </thead>
            <tbody>
              {lines.rows.map((row) => (
                <LineRow key={`${titleOfLine(row)} ${row.func} ${row.source}`} row={row} scale={scale} />
              ))}
            </tbody>
          </table>
        </div>
      )}
      <LeftOut list={lines} what="lines" />
    </section>
  );
}

function LineRow({ row, scale }: { readonly row: LineChange; readonly scale: ChangeScale }) {
  return (
    <tr>
      <td class="number">
        <EstimateSize value={row.beforeHeap} of="heap" />
      </td>
      <td class="number">
        <EstimateSize value={row.afterHeap} of="heap" />
      </td>
      <ChangeCells row={row} scale={scale} />
      <td>
        <span class="line-name">
          <span class="line-place">{titleOfLine(row)}</span>
          {row.place === 'line' && row.func !== '' && row.func !== '<module>' && (
            <span class="line-func"> {row.func}</span>
          )}
          {row.sourceBefore !== '' && (
            <code class="line-source">
              <del>{row.sourceBefore}</del>
            </code>
          )}
          {row.source !== '' && <code class="line-source">{row.source}</code>}
        </span>
      </td>
    </tr>
  );
}

export function ImportChanges({ page: { imports } }: Props) {
  if (imports.rows.length === 0) return null;
  const scale = scaleOfChanges(imports.rows);
  return (
    <section aria-label="Imports that changed">
      <h2>Imports that changed</h2>
      <table class="table">
        <thead>
          <tr>
            <th scope="col" class="grow">
              Package
            </th>
            <ChangeHeads />
          </tr>
        </thead>
        <tbody>
          {imports.rows.map((row) => (
            <ImportRow key={row.name} row={row} scale={scale} />
          ))}
        </tbody>
      </table>
      <LeftOut list={imports} what="imports" />
    </section>
  );
}

function ImportRow({ row, scale }: { readonly row: ImportChange; readonly scale: ChangeScale }) {
  return (
    <tr>
      <td>
        {row.name}
        <small class="was">
          <EstimateSize value={row.beforeHeap} of="imports" plain /> →{' '}
          <EstimateSize value={row.afterHeap} of="imports" plain />
        </small>
      </td>
      <ChangeCells row={row} scale={scale} />
    </tr>
  );
}

export function BeforeAfterHeads() {
  return (
    <>
      <th scope="col" class="number">
        Before
      </th>
      <th scope="col" class="number">
        After
      </th>
    </>
  );
}

export function LeftOut({ list, what }: { readonly list: Listed<unknown>; readonly what: string }) {
  return list.left === 0 ? null : (
    <p class="more muted">
      {list.left} more {what}
    </p>
  );
}
