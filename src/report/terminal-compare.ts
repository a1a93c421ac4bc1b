// Two runs side by side in the terminal: how the peak changed and where, then what is behind it.
import type { Comparison } from '#analysis/compare.ts';
import type { Overview } from '#analysis/overview.ts';
import { wrapText } from '#base/text-table.ts';
import type { Profile } from '#profile/types.ts';
import { type Paint, painter } from './colour.ts';
import { CAUTION_WORDS, headlineOfComparison, repeatsOfComparison, ruleOfComparison } from './compare-words.ts';
import { headlineOf } from './headline.ts';
import { plainText } from './plain-text.ts';
import { EXIT_DONE, EXIT_NOT_MEASURED, type Report } from './report.ts';
import { usedWidth } from './screen.ts';
import {
  circumstancesSection,
  importChangesSection,
  lineChangesSection,
  partChangesSection,
  processChangesSection,
} from './terminal-compare-tables.ts';

export interface NamedProfile {
  readonly profile: Profile;
  /** What the user calls it: the file. */
  readonly name: string;
}

export interface CompareOptions {
  /** Terminal columns; used between 60 and 200. */
  readonly width: number;
  readonly colour: boolean;
  /** Rows that a table may have. */
  readonly lines: number;
}

export interface CompareScreen extends CompareOptions {
  readonly before: NamedProfile;
  readonly after: NamedProfile;
  readonly comparison: Comparison;
  readonly paint: Paint;
}

type CompareSection = (screen: CompareScreen) => string[];

const SECTIONS: readonly CompareSection[] = [
  headSection,
  partChangesSection,
  lineChangesSection,
  importChangesSection,
  processChangesSection,
  circumstancesSection,
  ruleSection,
];

export function renderComparison(
  before: NamedProfile,
  after: NamedProfile,
  comparison: Comparison,
  options: CompareOptions,
): Report {
  const screen = compareScreen(before, after, comparison, options);
  const blocks = SECTIONS.map((section) => section(screen)).filter((lines) => lines.length > 0);
  const text = blocks.map((lines) => `${lines.join('\n')}\n`).join('\n');
  return { text, exitCode: comparison.peak ? EXIT_DONE : EXIT_NOT_MEASURED };
}

export function compareScreen(
  before: NamedProfile,
  after: NamedProfile,
  comparison: Comparison,
  options: CompareOptions,
): CompareScreen {
  const width = usedWidth(options.width);
  return { ...options, width, before, after, comparison, paint: painter(options.colour) };
}

function headSection({ before, after, comparison, width, paint }: CompareScreen): string[] {
  const { sides } = comparison;
  const ofRun = (word: string, run: NamedProfile, overview: Overview) =>
    wrapText(`${word} ${plainText(run.name)}: ${headlineOf(run.profile, overview)}`, width, { rest: ' '.repeat(7) });
  const repeats = comparison.repeats ? wrapText(repeatsOfComparison(comparison), width) : [];
  return [
    ...wrapText(headlineOfComparison(comparison), width).map((line) => paint('strong', line)),
    ...comparison.cautions
      .flatMap((caution) => wrapText(CAUTION_WORDS[caution], width))
      .map((line) => paint('warning', line)),
    ...ofRun('Before', before, sides.before).map((line) => paint('faint', line)),
    ...ofRun('After', after, sides.after).map((line) => paint('faint', line)),
    ...repeats.map((line) => paint('faint', line)),
  ];
}

/** What was held against noise, where anything was. */
function ruleSection({ comparison, width, paint }: CompareScreen): string[] {
  const rule = ruleOfComparison(comparison);
  return rule === '' ? [] : wrapText(rule, width).map((line) => paint('faint', line));
}
