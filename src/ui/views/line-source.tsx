// An opened row: the source around the line as far as it is embedded, with what each of these lines holds.
import { useLayoutEffect, useMemo, useRef } from 'preact/hooks';
import type { LineRow } from '#analysis/lines.ts';
import { CellBar } from '../parts/bar.tsx';
import { EstimateSize } from '../parts/figures.tsx';
import { useReport } from '../state/context.ts';
import { LINE_COLUMNS } from '../state/line-table.ts';
import { formatHash } from '../state/route.ts';

/** Always this tall, so that a long table knows where its rows are. */
export const SOURCE_HEIGHT = 260;
const REACH = 12;

interface LineSourceProps {
  readonly row: LineRow;
  readonly rows: readonly LineRow[];
  readonly by: 'user' | 'leaf';
  readonly moment: number;
  readonly process: number;
}

export function LineSource({ row, rows, by, moment, process }: LineSourceProps) {
  const flame = {
    line: `${row.file}:${row.line}`,
    by: by === 'leaf' ? 'leaf' : '',
    moment: moment < 0 ? '' : moment,
    process: process < 0 ? '' : process,
  };
  return (
    <tr class="source-row">
      <td colSpan={LINE_COLUMNS.length}>
        <div class="source" style={{ height: `${SOURCE_HEIGHT - 1}px` }}>
          {row.place === 'line' ? (
            <>
              <p>
                <span class="muted">{row.file}</span>
                <a href={formatHash('flame', flame)}>Flame graph of this line</a>
                <a href={formatHash('flame', { ...flame, order: 'inverted' })}>inverted</a>
              </p>
              <SourceLines row={row} rows={rows} />
            </>
          ) : (
            <p class="muted">
              No line of your own code was running: this was allocated by the interpreter, by libraries before your code
              began, or by threads without Python.
            </p>
          )}
        </div>
      </td>
    </tr>
  );
}

function SourceLines({ row, rows }: { readonly row: LineRow; readonly rows: readonly LineRow[] }) {
  const report = useReport();
  const around = report.sources.around(row.file, row.line, REACH);
  const held = useMemo(() => {
    const ofFile = rows.filter((other) => other.file === row.file && other.heap.bytes > 0);
    return new Map(ofFile.map((other) => [other.line, other]));
  }, [rows, row.file]);
  const current = useRef<HTMLTableRowElement>(null);
  // Into the middle of the box that scrolls, without moving the page.
  useLayoutEffect(() => {
    const box = current.current?.closest('.source-scroll');
    if (box && current.current) box.scrollTop = current.current.offsetTop - box.clientHeight / 2;
  }, []);
  const most = Math.max(1, ...[...held.values()].map((other) => other.heap.bytes));
  if (around.length === 0) return <p class="muted">The source of this file is not in the report.</p>;
  return (
    <div class="source-scroll">
      <table class="source-lines" aria-label={`Source around line ${row.line}`}>
        <tbody>
          {around.map((source) => {
            const line = held.get(source.line);
            return (
              <tr
                key={source.line}
                ref={source.line === row.line ? current : null}
                class={source.line === row.line ? 'source-current' : undefined}
              >
                <td class="number">{line && <EstimateSize value={line.heap} of="heap" plain />}</td>
                <td class="source-bar">{line && <CellBar share={line.heap.bytes / most} />}</td>
                <th scope="row" class="number">
                  {source.line}
                </th>
                <td>
                  <code>{source.text}</code>
                </td>
              </tr>
            );
          })}
        </tbody>
      </table>
    </div>
  );
}
