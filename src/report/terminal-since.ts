// What a report says of the run before it: one sentence, the few lines that changed, and what was different around. The whole
// comparison is `highwater diff`; both name a change by the same rule.
import type { Comparison } from '#analysis/compare.ts';
import type { Difference } from '#analysis/compare-environments.ts';
import { isChange } from '#analysis/noise.ts';
import { formatCount, formatDuration } from '#base/format.ts';
import { cutEnd, wrapText } from '#base/text-table.ts';
import { CAUTION_WORDS, changeOfComparison, formatFacts, titleOfDifference } from './compare-words.ts';
import { plainText } from './plain-text.ts';
import { type CompareOptions, compareScreen, type NamedProfile } from './terminal-compare.ts';
import { lineChangesSection } from './terminal-compare-tables.ts';

const MOST_LINES = 5;
const MOST_DIFFERENCES = 4;
const LONGEST_FACT = 40;
const DAY_MS = 24 * 3600 * 1000;

export interface SinceOptions extends CompareOptions {
  /** Only the sentence. */
  readonly reduced?: boolean | undefined;
}

export function renderSince(
  before: NamedProfile,
  after: NamedProfile,
  comparison: Comparison,
  options: SinceOptions,
): string {
  const lines = comparison.lines.filter((row) => isChange(row.verdict));
  const most = Math.min(MOST_LINES, options.lines);
  const screen = compareScreen(before, after, { ...comparison, lines }, { ...options, lines: most });
  const { width, paint } = screen;
  const sentence = `Since ${previousRunWords(before, after)}: ${changeOfComparison(comparison)}.`;
  const head = wrapText(sentence, width, { rest: '  ' }).map((line) => paint('strong', line));
  const cautions = comparison.cautions.flatMap((caution) => wrapText(CAUTION_WORDS[caution], width));
  const around = options.reduced ? [] : wrapText(differencesWords(comparison.environment), width, { rest: '  ' });
  const rest = [
    ...(options.reduced ? [] : lineChangesSection(screen)),
    ...cautions.map((line) => paint('warning', line)),
    ...around.map((line) => paint('faint', line)),
  ];
  return `${[...head, ...rest].filter((line) => line !== '').join('\n')}\n`;
}

/** "the previous run, 12.4 s earlier (train.prev.highwater)". */
function previousRunWords(before: NamedProfile, after: NamedProfile): string {
  return `the previous run${agoWords(after.profile.meta.startedAt - before.profile.meta.startedAt)} (${plainText(before.name)})`;
}

function agoWords(ms: number): string {
  if (!(ms > 0)) return '';
  const days = Math.round(ms / DAY_MS);
  return days < 2 ? `, ${formatDuration(ms)} earlier` : `, ${formatCount(days)} days earlier`;
}

/** "Different around: command a.py --n 1 → a.py --n 2; numpy 1.26.4 → 2.1.0; 3 more"; "" for nothing. */
function differencesWords(all: readonly Difference[]): string {
  // Whether a small package is seen at all is chance (compare-words.ts): that belongs into the whole table, not here.
  const differences = all.filter((row) => row.what !== 'package' || (row.before !== null && row.after !== null));
  if (differences.length === 0) return '';
  const words = differences.slice(0, MOST_DIFFERENCES).map((row) => {
    const [before, after] = formatFacts(row).map((fact) => cutEnd(fact, LONGEST_FACT));
    return `${titleOfDifference(row)} ${before} → ${after}`;
  });
  const more = differences.length - words.length;
  return `Different around: ${[...words, ...(more > 0 ? [`${formatCount(more)} more`] : [])].join('; ')}.`;
}
