// Each run: how many, what one needs, what it shares, and how many would fit beside the others.
import type { Fit, FitRun } from '#analysis/fit/fit.ts';
import { formatCount, formatDuration, formatMiB, formatPercent } from '#base/format.ts';
import { mostWords, peakWords, sharedFilesWords } from '#report/fit-words.ts';
import { plainLine } from '#report/plain-text.ts';
import { meaningOf } from '../state/meanings.ts';

interface RunColumn {
  readonly title: string;
  readonly tip: string;
  readonly cell: (run: FitRun) => string;
}

const SHARED: RunColumn = {
  title: 'Shared',
  tip: 'Of these files, pages that others of the runs have mapped too: once for all of them, in MiB. "?": they were not recorded by path.',
  cell: sharedFilesWords,
};

function columnsOf({ risk, runs }: Fit): RunColumn[] {
  return [
    { title: 'Count', tip: 'Instances that are put together.', cell: ({ count }) => formatCount(count) },
    { title: 'Peak', tip: 'Of one instance alone, in MiB.', cell: peakWords },
    {
      title: 'Unit',
      tip: `${meaningOf('vmhwm')} ${meaningOf('pss')}`,
      cell: ({ unit }) => unit,
    },
    { title: 'Median', tip: 'Its level of half the time, in MiB.', cell: ({ steady }) => formatMiB(steady.high) },
    {
      title: 'Own',
      tip: 'What each instance adds at its peak, in MiB.',
      cell: ({ ownPeak }) => formatMiB(ownPeak.high),
    },
    {
      title: 'Files',
      tip: 'Pages of files, once for all its instances, in MiB.',
      cell: ({ files }) => formatMiB(files),
    },
    ...(runs.length > 1 ? [SHARED] : []),
    { title: 'Cycle', tip: 'How long it ran.', cell: ({ cycleMs }) => formatDuration(cycleMs) },
    {
      title: 'Fit at worst',
      tip: 'How many fit beside the others as given, all peaks at once.',
      cell: (run) => mostWords(run).byWorst,
    },
    {
      title: `At ${formatPercent(risk)} risk`,
      tip: `How many fit beside the others so that the limit is exceeded in no more than ${formatPercent(risk)} of cycles.`,
      cell: (run) => mostWords(run).byRisk,
    },
  ];
}

export function FitRuns({ fit }: { readonly fit: Fit }) {
  const columns = columnsOf(fit);
  return (
    <section aria-label="Runs">
      <h2>Runs, in MiB</h2>
      <div class="scroll-x">
        <table class="table">
          <thead>
            <tr>
              <th scope="col" class="grow">
                Run
              </th>
              {columns.map(({ title, tip }) => (
                <th key={title} scope="col" class="number" data-tip={tip}>
                  {title}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {fit.runs.map((run) => (
              <tr key={run.name}>
                <th scope="row" class="row-name">
                  {plainLine(run.name)}
                </th>
                {columns.map(({ title, cell }) => (
                  <td key={title} class="number">
                    {cell(run)}
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </section>
  );
}
