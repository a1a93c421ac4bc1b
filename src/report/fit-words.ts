// Whether runs fit together, in words: the same in the terminal and on the page.
import type { Chance } from '#analysis/fit/chance.ts';
import type { Fit, FitRun, Span } from '#analysis/fit/fit.ts';
import { formatBytes, formatCount, formatDuration, formatMiB, formatPercent } from '#base/format.ts';
import type { Bytes } from '#base/units.ts';
import { plainLine } from './plain-text.ts';

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

export interface TogetherRow extends Span<Bytes> {
  readonly title: string;
  /** "±0.4", in MiB; "" where nothing was drawn. */
  readonly margin: string;
}

/** From the most to what they need most of the time. */
export function togetherRows({ random, worst, steady }: Fit): TogetherRow[] {
  const drawn = (title: string, { low, high }: Span<Chance>) => ({
    title,
    low: low.value,
    high: high.value,
    margin: marginOf(high),
  });
  return [
    { title: 'all peaks at once', ...worst, margin: '' },
    drawn('99 % of cycles stay below', random.q99),
    drawn('95 % of cycles stay below', random.q95),
    drawn('half of the cycles', random.median),
    { title: 'each at its median level', ...steady, margin: '' },
  ];
}

/** Of a quantile, from the number of draws. */
function marginOf({ value, low, high }: Chance): string {
  return `±${formatMiB(Math.max(value - low, high - value))}`;
}

export function chanceSentences({ random, limit }: Fit): string[] {
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
export function formatChance({ value, low, high }: Chance): string {
  if (high === 0) return 'none';
  if (value === 0) return `less than ${formatPercent(Math.max(high, 0.001))}`;
  const [from, to] = [formatPercent(low), formatPercent(high)];
  return from === to ? from : `${formatPercent(value)} (${from} to ${to})`;
}

/** How many of a run fit with all peaks at once, and within the risk. */
export function mostWords({ mostByWorst, mostByRisk: { low, high }, mostTried }: FitRun): {
  readonly byWorst: string;
  readonly byRisk: string;
} {
  return {
    byWorst: formatMost(mostByWorst.low, mostByWorst.high),
    byRisk: formatMost(low?.value ?? null, high?.value ?? null, mostTried),
  };
}

/** The peak of one instance, "≥" where its end was not seen. */
export function peakWords({ exact, peak }: FitRun): string {
  return `${exact ? '' : '≥'}${formatMiB(peak.high)}`;
}

/** "40", "38 to 40", "none" where the others alone are too much, "any" without end, "2,000+" where no more were tried. */
function formatMost(low: number | null, high: number | null, tried = Number.POSITIVE_INFINITY): string {
  const word = (most: number | null) => {
    if (most === null) return 'any';
    return most < 1 ? 'none' : `${formatCount(most)}${most >= tried ? '+' : ''}`;
  };
  return word(low) === word(high) ? word(low) : `${word(low)} to ${word(high)}`;
}

export function cautions({ runs }: Fit): string[] {
  const named = (which: (run: FitRun) => boolean) => runs.filter(which).map(({ name }) => plainLine(name));
  const open = named((run) => !run.exact);
  const swapped = named((run) => run.swapped);
  const untold = named((run) => run.files === 0);
  const unnamed = runs.length > 1 ? named((run) => run.files > 0 && run.sharedFiles === null) : [];
  return [
    ...(open.length > 0 ? [`May need more than was seen, as the end was not: ${open.join(', ')}.`] : []),
    ...(swapped.length > 0 ? [`Partly in swap, which is not counted here: ${swapped.join(', ')}.`] : []),
    ...(untold.length > 0 ? [`Files not told apart, so counted for each instance: ${untold.join(', ')}.`] : []),
    ...(unnamed.length > 0
      ? [
          `Which files it had was not recorded, so none is counted as shared with the other runs: ${unnamed.join(', ')}.`,
        ]
      : []),
  ];
}

export function assumptions({ runs }: Fit): string[] {
  const several =
    runs.length > 1
      ? ' A file that several runs had mapped, by its path, counts once for all of them, as much of it as the run with the most had resident.'
      : '';
  return [
    `Files (libraries, mapped weights) count once for all instances of a run.${several} "own" is what each instance adds. ` +
      'Random starts: instances repeat their recorded cycle without pause, each at its own place in it. ' +
      'The limit must hold these programs alone: leave room for the system and for page cache.',
  ];
}

/** Of the files of a run those that others of the runs have too: "120.4", "?" where they were not recorded by path. */
export function sharedFilesWords({ sharedFiles }: FitRun): string {
  return sharedFiles === null ? '?' : formatMiB(sharedFiles);
}
