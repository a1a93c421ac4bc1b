// Two runs side by side: the verdict first, both peaks, both over time, and then what is behind the difference. The same in a
// report (with the run before it) and as the page of `highwater diff`.
import { formatBytes } from '#base/format.ts';
import type { ComparedRun, ComparisonPage } from '#report/compare-page.ts';
import { describeBytes } from '../parts/figures.tsx';
import { ImportChanges, LineChanges } from './comparison-lines.tsx';
import { Around, PartChanges, ProcessChanges } from './comparison-tables.tsx';
import { BothOverTime } from './comparison-timeline.tsx';

interface ComparisonProps {
  readonly page: ComparisonPage;
}

export function Comparison({ page }: ComparisonProps) {
  const hasAside = page.imports.rows.length > 0 || page.processes.rows.length > 0;
  return (
    <>
      {page.cautions.map((caution) => (
        <p class="banner" key={caution}>
          {caution}
        </p>
      ))}
      <section class="headline" aria-label="Verdict">
        <h1>{page.headline}</h1>
        <BothPeaks page={page} />
        {page.repeats !== '' && <p class="beside">{page.repeats}</p>}
        {page.rule !== '' && <p class="beside">{page.rule}</p>}
      </section>
      <BothOverTime page={page} />
      <LineChanges page={page} />
      <div class="columns">
        <PartChanges page={page} />
        {hasAside && (
          <div class="column">
            <ImportChanges page={page} />
            <ProcessChanges page={page} />
          </div>
        )}
      </div>
      <Around page={page} />
    </>
  );
}

function BothPeaks({ page }: ComparisonProps) {
  const { before, after } = page;
  const most = Math.max(before.peak ?? 0, after.peak ?? 0, 1);
  return (
    <div class="peaks">
      <PeakRow word="Before" run={before} most={most} />
      <PeakRow word="After" run={after} most={most} />
    </div>
  );
}

interface PeakRowProps {
  readonly word: 'Before' | 'After';
  readonly run: ComparedRun;
  readonly most: number;
}

function PeakRow({ word, run, most }: PeakRowProps) {
  const { name, command, peak, headline, startedAt } = run;
  return (
    <div class="peak-row">
      <div class="peak-name" data-tip={command}>
        <b>{word}</b> <span>{name}</span>
      </div>
      <div class="peak-bar" aria-hidden="true">
        <span class={`peak-${word.toLowerCase()}`} style={{ width: `${(100 * (peak ?? 0)) / most}%` }} />
      </div>
      <div class="peak-size" data-tip={peak === null ? 'Not measured.' : describeBytes(peak)}>
        {peak === null ? '–' : formatBytes(peak)}
      </div>
      <p class="peak-words">
        {headline}.{startWords(startedAt)}
      </p>
    </div>
  );
}

/** " Started 2026-11-28 12:04:31 UTC.": runs of one minute are told apart; "" where the profile does not say. */
function startWords(ms: number): string {
  const start = new Date(ms);
  return Number.isNaN(start.getTime()) ? '' : ` Started ${start.toISOString().slice(0, 19).replace('T', ' ')} UTC.`;
}
