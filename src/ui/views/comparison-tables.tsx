// What the peak consisted of in both runs, their processes, and what was different around them.
import type { Change } from '#analysis/noise.ts';
import { formatMiB } from '#base/format.ts';
import type { ComparisonPage } from '#report/compare-page.ts';
import { ROW_WORDS } from '#report/composition-words.ts';
import { ChangeCells, ChangeHeads, type ChangeScale, scaleOfChanges } from '../parts/change.tsx';
import { Size, Term } from '../parts/figures.tsx';
import { BeforeAfterHeads, LeftOut } from './comparison-lines.tsx';

interface Props {
  readonly page: ComparisonPage;
}

/** Neither run has a tenth of a MiB of it. */
function isSeen(row: Change): boolean {
  return [row.before, row.after].some((bytes) => /[1-9]/.test(formatMiB(bytes)));
}

export function PartChanges({ page: { parts, peak } }: Props) {
  if (!peak) return null;
  const shown = parts.filter(isSeen);
  const scale = scaleOfChanges([...shown, peak]);
  return (
    <section aria-label="What the peak consisted of">
      <h2>What the peak consisted of</h2>
      <div class="scroll-x">
        <table class="table">
          <thead>
            <tr>
              <th scope="col" class="grow">
                Row
              </th>
              <BeforeAfterHeads />
              <ChangeHeads />
            </tr>
          </thead>
          <tbody>
            {shown.map((part) => (
              <tr key={part.id}>
                <td data-tip={ROW_WORDS[part.id].meaning}>{ROW_WORDS[part.id].title}</td>
                <Figures row={part} scale={scale} />
              </tr>
            ))}
            <tr class="row-total">
              <th scope="row" class="row-name">
                <Term of={peak.unit === 'PSS' ? 'pss' : 'vmhwm'}>{peak.unit === 'PSS' ? 'sum of PSS' : 'VmHWM'}</Term>
              </th>
              <Figures row={peak} scale={scale} />
            </tr>
          </tbody>
        </table>
      </div>
    </section>
  );
}

function Figures({ row, scale }: { readonly row: Change; readonly scale: ChangeScale }) {
  return (
    <>
      <td class="number">
        <Size bytes={row.before} />
      </td>
      <td class="number">
        <Size bytes={row.after} />
      </td>
      <ChangeCells row={row} scale={scale} />
    </>
  );
}

export function ProcessChanges({ page: { processes } }: Props) {
  if (processes.rows.length === 0) return null;
  const scale = scaleOfChanges(processes.rows);
  return (
    <section aria-label="Processes">
      <h2>
        Processes, by their largest <Term of="vmhwm" />
      </h2>
      <table class="table">
        <thead>
          <tr>
            <th scope="col" class="grow">
              Process
            </th>
            <ChangeHeads />
          </tr>
        </thead>
        <tbody>
          {processes.rows.map((row) => (
            <tr key={row.command}>
              <td class="process-command">
                <span data-tip={row.command}>{withoutFolder(row.command)}</span>
                <small class="was">
                  <Size bytes={row.before} of="vmhwm" /> → <Size bytes={row.after} of="vmhwm" />
                  {countWords(row.countBefore, row.countAfter)}
                </small>
              </td>
              <ChangeCells row={row} scale={scale} />
            </tr>
          ))}
        </tbody>
      </table>
      <LeftOut list={processes} what="kinds of processes" />
    </section>
  );
}

/** "python3 train.py": where room is short, the folder of the interpreter says least. */
function withoutFolder(command: string): string {
  return command.replace(/^\/\S*\//, '');
}

function countWords(before: number, after: number): string {
  if (before !== after) return `, ${before} → ${after} of them`;
  return after > 1 ? `, ${after} of them` : '';
}

export function Around({ page: { around } }: Props) {
  return (
    <section aria-label="Different around the runs">
      <h2>Different around the runs</h2>
      {around.rows.length === 0 ? (
        <p class="muted">Nothing: the same command, Python, packages, limits, and end.</p>
      ) : (
        <table class="table around">
          <thead>
            <tr>
              <th scope="col">What</th>
              <th scope="col">Before</th>
              <th scope="col">After</th>
            </tr>
          </thead>
          <tbody>
            {around.rows.map(({ title, before, after }) => (
              <tr key={title}>
                <th scope="row" class="row-name">
                  {title}
                </th>
                <td>{before}</td>
                <td>{after}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
      <LeftOut list={around} what="differences" />
    </section>
  );
}
