// A comparison in words: the sentence that it begins with, verdicts, cautions and circumstances. The same wherever it is shown.
import type { Caution, Comparison } from '#analysis/compare.ts';
import type { Circumstance, Difference } from '#analysis/compare-environments.ts';
import type { LineChange } from '#analysis/compare-lines.ts';
import type { PeakChange } from '#analysis/compare-peaks.ts';
import { type Change, isChange, type Verdict } from '#analysis/noise.ts';
import { formatBytes, formatCount, formatPercent, formatSigned } from '#base/format.ts';
import type { Bytes } from '#base/units.ts';
import { ROW_WORDS } from './composition-words.ts';
import { formatPlace, PLACE_TITLES } from './place.ts';
import { plainLine, plainText } from './plain-text.ts';

export const VERDICT_WORDS: Readonly<Record<Verdict, string>> = {
  grew: 'grew',
  shrank: 'shrank',
  new: 'new',
  gone: 'gone',
  noChange: 'no change',
  cannotTell: 'cannot tell',
};

export const CAUTION_WORDS: Readonly<Record<Caution, string>> = {
  differentUnits:
    'One run is measured as a sum of PSS over its processes, the other as VmHWM of one; these do not compare. What follows is of the first processes alone, by VmHWM.',
  differentAccounts: 'Only one of the runs has an account of its private memory: rows that both have are compared.',
  noLines: 'One of the runs was measured from outside only: there are no lines and imports to compare.',
  incomplete: 'A run was cut off: its memory may have risen further.',
  differentSampling:
    'The runs were sampled at different distances: their small blocks are known with different margins.',
  differentMoments:
    'The two peaks came while different lines ran. Lines are compared as they stood then: a part of the change may be the moment, and not the program.',
};

/** "Peak 412 MiB, 38.0 MiB more (+10 %): mostly train.py:14 +31.0 MiB". */
export function headlineOfComparison(comparison: Comparison): string {
  const { peak } = comparison;
  if (!peak) return 'Nothing to compare: one of the runs has no memory reading';
  return `${peakWords(peak)}${causeWords(comparison, peak)}`;
}

/** The same where the peak stands above already: "peak +38.0 MiB (+10 %): mostly train.py:14 +31.0 MiB". */
export function changeOfComparison(comparison: Comparison): string {
  const { peak } = comparison;
  if (!peak) return 'nothing to compare, as one of the runs has no memory reading';
  return `${changeWords(peak)}${causeWords(comparison, peak)}`;
}

function changeWords(peak: PeakChange): string {
  switch (peak.verdict) {
    case 'noChange':
      return `no change of the peak (${formatSigned(peak.change)}, ${chanceWords(peak)})`;
    case 'cannotTell':
      return `cannot tell whether the peak changed (${formatSigned(peak.change)}), as ${doubtWords(peak)}`;
    default:
      return `peak ${formatSigned(peak.change)} (${signedPercent(peak.share)})`;
  }
}

/** "Before: 5 runs, 410 to 415 MiB."; what that is worth where there are few. "" for one run of each. */
export function repeatsOfComparison({ repeats }: Comparison): string {
  if (!repeats) return '';
  const side = (word: string, peaks: readonly Bytes[]) => {
    const known = peaks.filter((bytes) => !Number.isNaN(bytes));
    const [least, most] = [Math.min(...known), Math.max(...known)];
    const count = `${word} ${formatCount(peaks.length)} run${peaks.length === 1 ? '' : 's'}`;
    return known.length === 0 ? count : `${count}, ${formatRange(least, most)}`;
  };
  const few =
    repeats.chance > 0.05
      ? ` With so few, runs of one program fall apart by luck ${formatPercent(repeats.chance)} of the time: take more.`
      : '';
  return (
    `${side('Before:', repeats.before)}; ${side('after:', repeats.after)}. Figures are of the runs with the median peak; a change ` +
    `is named where the intervals of the medians lie apart.${few}`
  );
}

/** "410 to 415 MiB"; the unit once where both share it. */
function formatRange(least: Bytes, most: Bytes): string {
  const [from, to] = [formatBytes(least), formatBytes(most)];
  if (from === to) return to;
  const unit = to.slice(to.indexOf(' '));
  return `${from.endsWith(unit) ? from.slice(0, -unit.length) : from} to ${to}`;
}

/** What counts as a change, where anything was held against noise; "" otherwise. */
export function ruleOfComparison({ peak, lines, imports, composition, lineNoise }: Comparison): string {
  if (!peak) return '';
  const rows: readonly Change[] = [...lines, ...imports, ...composition.parts];
  const still = rows.some((row) => isChange(row.verdict)) ? '' : 'No line, import or row changed. ';
  return `${still}A change is named from ${formatBytes(lineNoise)} of a line and ${formatBytes(peak.noise)} of the peak on, and where 95 % intervals lie apart: what is less, two runs of one program differ by.`;
}

/** Why a difference is none. */
function chanceWords({ unit, change, noise, byChance }: PeakChange): string {
  if (byChance === null) {
    const most = Math.abs(change) <= noise ? `the ${formatBytes(noise)} that runs` : 'what the runs';
    return `within ${most} differ by`;
  }
  return unit === 'PSS'
    ? 'but as much was alive at most: which moments PSS is read at is chance'
    : 'but as much is in use: what malloc holds free is chance where threads allocate';
}

/** Why it cannot be told. */
function doubtWords({ unit, byChance }: PeakChange): string {
  if (byChance === null) return 'either may have been higher than what was read';
  const chance =
    unit === 'PSS'
      ? 'which moments PSS is read at is chance'
      : 'what malloc holds free is chance where threads allocate';
  return `${chance}: compare several runs (--against)`;
}

function peakWords(peak: PeakChange): string {
  const amount = `${formatBytes(Math.abs(peak.change))} ${peak.change < 0 ? 'less' : 'more'}`;
  const after = `Peak ${formatBytes(peak.after)}`;
  switch (peak.verdict) {
    case 'noChange':
      return `${after}, no change (${amount}, ${chanceWords(peak)})`;
    case 'cannotTell':
      return `${after} against ${formatBytes(peak.before)}: cannot tell whether it changed, as ${doubtWords(peak)}`;
    default:
      return `${after}, ${amount} (${signedPercent(peak.share)})`;
  }
}

function causeWords({ lines, imports, composition }: Comparison, peak: PeakChange): string {
  const named = [
    ...lines.map((line) => ({ ...line, title: titleOfLine(line) })),
    ...imports.map((row) => ({ ...row, title: `import of ${plainLine(row.name)}` })),
  ].filter((row) => isChange(row.verdict));
  if (!isChange(peak.verdict)) {
    const largest = largestOf(named);
    return largest ? `; but ${largest.title} ${formatSigned(largest.change)}` : '';
  }
  const parts = composition.parts.filter((part) => part.id !== 'unexplained' && isChange(part.verdict));
  const titled = parts.map((part) => ({ ...part, title: ROW_WORDS[part.id].title }));
  const sameWay = (row: Change) => row.change > 0 === peak.change > 0;
  // Lines that pass memory on to one another change much and together nothing: then a row tells more.
  const net = named.reduce((sum, row) => sum + row.change, 0);
  const isOfLines = net > 0 === peak.change > 0 && Math.abs(net) * 2 >= Math.abs(peak.change);
  const [line, row] = [largestOf(named.filter(sameWay)), largestOf(titled.filter(sameWay))];
  const cause = isOfLines ? (line ?? row) : (row ?? line);
  if (!cause) return '';
  const isMost = Math.abs(cause.change) * 2 >= Math.abs(peak.change);
  return `: ${isMost ? 'mostly' : 'of it'} ${cause.title} ${formatSigned(cause.change)}`;
}

function largestOf<T extends Change>(rows: readonly T[]): T | undefined {
  return rows.reduce<T | undefined>(
    (best, row) => (best && Math.abs(best.change) >= Math.abs(row.change) ? best : row),
    undefined,
  );
}

/** "train.py:14", and where it moved "train.py:12 → 14". */
export function titleOfLine({ place, file, func, lineBefore, lineAfter }: LineChange): string {
  if (place !== 'line')
    return place === 'startup' && func !== '' ? `(${plainText(func)}, outside your code)` : PLACE_TITLES[place];
  if (lineBefore > 0 && lineAfter > 0 && lineBefore !== lineAfter) {
    return `${formatPlace(file, lineBefore, '')} → ${lineAfter}`;
  }
  return formatPlace(file, lineAfter > 0 ? lineAfter : lineBefore, '');
}

function signedPercent(share: number): string {
  const text = formatPercent(share);
  return share > 0 ? `+${text}` : text;
}

const CIRCUMSTANCE_WORDS: Readonly<Record<Circumstance, string>> = {
  command: 'command',
  python: 'Python',
  implementation: 'implementation of Python',
  kernel: 'kernel',
  architecture: 'architecture',
  libc: 'C library',
  cores: 'cores',
  coreLimit: 'limit of cores',
  machineMemory: "machine's memory",
  swap: 'swap',
  pageBytes: 'page size',
  containerLimit: "container's limit",
  addressSpaceLimit: 'limit of address space',
  dataLimit: 'limit of data',
  allocators: 'allocators',
  exit: 'exit',
  highwater: 'highwater',
  package: '',
  threads: 'threads of',
};

const IN_BYTES: ReadonlySet<Circumstance> = new Set([
  'machineMemory',
  'swap',
  'pageBytes',
  'containerLimit',
  'addressSpaceLimit',
  'dataLimit',
]);

/** "numpy", "threads of libopenblas", "container's limit". */
export function titleOfDifference({ what, name }: Difference): string {
  return [CIRCUMSTANCE_WORDS[what], plainLine(name)].filter((word) => word !== '').join(' ');
}

function formatFact(what: Circumstance, fact: string | number | null): string {
  // Known are the packages of which a sample fell on a line: another run may have had it too.
  if (fact === null && what === 'package') return 'not seen';
  if (fact === null || fact === '') return what === 'coreLimit' || what.endsWith('Limit') ? 'no limit' : 'none';
  if (typeof fact === 'number') return IN_BYTES.has(what) ? formatBytes(fact) : String(fact);
  return plainLine(fact);
}

/** Longer texts than this leave out what both begin with. */
const LONG_FACT = 40;

/** Before and after: "… train.py --n 1" and "… train.py --n 2" of two long commands. */
export function formatFacts({ what, before, after }: Difference): readonly [before: string, after: string] {
  const [a, b] = [formatFact(what, before), formatFact(what, after)];
  if (Math.max(a.length, b.length) <= LONG_FACT) return [a, b];
  const [words, others] = [a.split(' '), b.split(' ')];
  const differ = words.findIndex((word, i) => word !== others[i]);
  // The word before is kept: an option with its value, a script with its arguments.
  const from = (differ < 0 ? Math.min(words.length, others.length) : differ) - 1;
  return from <= 0 ? [a, b] : [`… ${words.slice(from).join(' ')}`, `… ${others.slice(from).join(' ')}`];
}
