// Whether runs fit together, in words: the answer first, then what they need together, then run by run.
import type { Chance } from '#analysis/fit/chance.ts';
import type { Fit, FitRun, Span } from '#analysis/fit/fit.ts';
import { formatBytes, formatCount, formatDuration, formatMiB, formatPercent } from '#base/format.ts';
import { renderTable, type TextColumn, wrapText } from '#base/text-table.ts';
import type { Bytes } from '#base/units.ts';
import { type Paint, painter } from './colour.ts';
import { plainLine } from './plain-text.ts';
import { EXIT_DONE, EXIT_FINDING, type Report } from './report.ts';

export interface FitTerminalOptions {
  readonly width: number;
  readonly colour: boolean;
}

export function renderFitTerminal(fit: Fit, { width, colour }: FitTerminalOptions): Report {
  const paint = painter(colour);
  const say = (text: string) => wrapText(text, width, { first: '', rest: '' });
  const blocks = [
    say(fitHeadline(fit)).map((line) => paint(fit.fits ? 'strong' : 'bad', line)),
    togetherTable(fit, width, paint),
    chanceSentences(fit).flatMap(say),
    runTable(fit, width, paint),
    cautions(fit)
      .flatMap(say)
      .map((line) => paint('warning', line)),
    assumptions(fit)
      .flatMap(say)
      .map((line) => paint('faint', line)),
  ].filter((lines) => lines.length > 0);
  const text = blocks.map((lines) => `${lines.join('\n')}\n`).join('\n');
  return { text, exitCode: fit.fits ? EXIT_DONE : EXIT_FINDING };
}

/** "40 x A and 1 x B need 14.2 GiB at worst: they fit into 16.0 GiB with 1.80 GiB to spare." */
export function fitHeadline(fit: Fit): string {
  const { runs, worst, limit } = fit;
  const alone = runs.length === 1 && runs[0]!.count === 1;
  const [need, they, do_, exceed] = alone ? ['needs', 'it', 'fits', 'exceeds'] : ['need', 'they', 'fit', 'exceed'];
  const who = namesOf(runs);
  if (fit.by === 'risk') {
    const chance = formatChance(fit.random.exceedsInCycle.high);
    const answer = fit.fits ? `${they} ${do_}` : `${they} ${alone ? 'does' : 'do'} not fit`;
    return `${who} ${exceed} ${formatBytes(limit)} in ${chance} of cycles: ${answer} at a risk of ${formatPercent(fit.risk)}.`;
  }
  const most = `${who} ${need} ${formatBytes(worst.high)} at worst`;
  const difference = formatBytes(Math.abs(limit - worst.high));
  if (fit.fits) return `${most}: ${they} ${do_} into ${formatBytes(limit)} with ${difference} to spare.`;
  const atBest = worst.low > limit ? '' : ` At best ${they} ${need} ${formatBytes(worst.low)}, which is within it.`;
  return `${most}: ${they} ${alone ? 'does' : 'do'} not fit into ${formatBytes(limit)}, by ${difference}.${atBest}`;
}

function namesOf(runs: readonly FitRun[]): string {
  const names = runs.map(({ name, count }) => `${formatCount(count)} x ${plainLine(name)}`);
  return names.length === 1 ? names[0]! : `${names.slice(0, -1).join(', ')} and ${names.at(-1)}`;
}

function togetherTable(fit: Fit, width: number, paint: Paint): string[] {
  const { random } = fit;
  const value = ({ low, high }: Span<Chance>): Span<Bytes> => ({ low: low.value, high: high.value });
  const rows: [string, Span<Bytes>, string][] = [
    ['  all peaks at once', fit.worst, ''],
    ['  99 % of cycles stay below', value(random.q99), marginOf(random.q99.high)],
    ['  95 % of cycles stay below', value(random.q95), marginOf(random.q95.high)],
    ['  half of the cycles', value(random.median), marginOf(random.median.high)],
    ['  each at its median level', fit.steady, ''],
  ];
  const columns: TextColumn[] = [
    { align: 'left', header: 'Together', cut: 'end', least: 12 },
    { align: 'right', header: 'MiB', paint: (text) => paint('accent', text) },
    { align: 'right', header: '±', paint: (text) => paint('faint', text) },
    { align: 'right', header: 'at least' },
    { align: 'right', header: 'of limit' },
  ];
  const cells = rows.map(([title, { low, high }, margin]) => [
    title,
    formatMiB(high),
    margin,
    formatMiB(low),
    formatPercent(high / fit.limit),
  ]);
  return renderTable(columns, cells, { width, indent: '', paintHeader: (text) => paint('strong', text) });
}

/** Of a quantile, from the number of draws. */
function marginOf({ value, low, high }: Chance): string {
  return `±${formatMiB(Math.max(value - low, high - value))}`;
}

function chanceSentences({ random, limit }: Fit): string[] {
  const { exceedsInCycle, exceedsAtInstant, draws, cycleMs, seed } = random;
  const drawn = `(${formatCount(draws)} draws, seed ${seed}; 95 % intervals)`;
  if (exceedsInCycle.high.high === 0) {
    return [`However they start, they never exceed ${formatBytes(limit)}. Cycles at random ${drawn}.`];
  }
  return [
    `Started at random, they exceed ${formatBytes(limit)} at some time in ${formatChance(exceedsInCycle.high)} of cycles of ` +
      `${formatDuration(cycleMs)}, and at a random instant in ${formatChance(exceedsAtInstant.high)} ${drawn}.`,
  ];
}

/** "3.1 % (2.8 % to 3.4 %)", "less than 0.4 %" where it was never seen. */
function formatChance({ value, low, high }: Chance): string {
  if (high === 0) return 'none';
  if (value === 0) return `less than ${formatPercent(Math.max(high, 0.001))}`;
  const [from, to] = [formatPercent(low), formatPercent(high)];
  return from === to ? from : `${formatPercent(value)} (${from} to ${to})`;
}

interface RunColumn extends TextColumn {
  readonly cell: (run: FitRun) => string;
  /** Left out on screens that are narrower. */
  readonly from?: number;
}

function runTable(fit: Fit, width: number, paint: Paint): string[] {
  const columns = runColumns(fit, paint).filter(({ from }) => from === undefined || width >= from);
  const cells = fit.runs.map((run) => columns.map(({ cell }) => cell(run)));
  return renderTable(columns, cells, { width, indent: '', paintHeader: (text) => paint('strong', text) });
}

function runColumns({ risk }: Fit, paint: Paint): RunColumn[] {
  const peakOf = ({ exact, peak }: FitRun) => `${exact ? '' : '≥'}${formatMiB(peak.high)}`;
  const most = ({ mostByWorst }: FitRun) => formatMost(mostByWorst.low, mostByWorst.high);
  const risked = ({ mostByRisk: { low, high }, mostTried }: FitRun) =>
    formatMost(low?.value ?? null, high?.value ?? null, mostTried);
  return [
    { align: 'left', header: 'Run', cut: 'end', least: 10, cell: ({ name }) => plainLine(name) },
    { align: 'right', header: 'count', cell: ({ count }) => formatCount(count) },
    { align: 'right', header: 'peak MiB', paint: (text) => paint('accent', text), cell: peakOf },
    { align: 'left', header: 'unit', from: 90, cell: ({ unit }) => unit },
    { align: 'right', header: 'median', from: 100, cell: ({ steady }) => formatMiB(steady.high) },
    { align: 'right', header: 'own', from: 76, cell: ({ ownPeak }) => formatMiB(ownPeak.high) },
    { align: 'right', header: 'files', from: 76, cell: ({ files }) => formatMiB(files) },
    { align: 'right', header: 'cycle', from: 90, cell: ({ cycleMs }) => formatDuration(cycleMs) },
    { align: 'right', header: 'fit at worst', cell: most },
    { align: 'right', header: `at ${formatPercent(risk)} risk`, cell: risked },
  ];
}

/** "40", "38 to 40", "none" where the others alone are too much, "any" without end, "2,000+" where no more were tried. */
function formatMost(low: number | null, high: number | null, tried = Number.POSITIVE_INFINITY): string {
  const word = (most: number | null) => {
    if (most === null) return 'any';
    return most < 1 ? 'none' : `${formatCount(most)}${most >= tried ? '+' : ''}`;
  };
  return word(low) === word(high) ? word(low) : `${word(low)} to ${word(high)}`;
}

function cautions({ runs }: Fit): string[] {
  const named = (which: (run: FitRun) => boolean) => runs.filter(which).map(({ name }) => plainLine(name));
  const open = named((run) => !run.exact);
  const swapped = named((run) => run.swapped);
  const untold = named((run) => run.files === 0);
  return [
    ...(open.length > 0 ? [`May need more than was seen, as the end was not: ${open.join(', ')}.`] : []),
    ...(swapped.length > 0 ? [`Partly in swap, which is not counted here: ${swapped.join(', ')}.`] : []),
    ...(untold.length > 0 ? [`Files not told apart, so counted for each instance: ${untold.join(', ')}.`] : []),
  ];
}

function assumptions({ runs }: Fit): string[] {
  const several =
    runs.length > 1 ? ' Different runs: each its own at most, one for all of the same Python at least.' : '';
  return [
    `Files (libraries, mapped weights) count once for all instances of a run.${several} "own" is what each instance adds. ` +
      'Random starts: instances repeat their recorded cycle without pause, each at its own place in it. ' +
      'The limit must hold these programs alone: leave room for the system and for page cache.',
  ];
}
