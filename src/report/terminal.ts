// The first screen: what a run needed, what that consisted of, and the lines that hold it.
import type { Overview } from '#analysis/overview.ts';
import { wrapText } from '#base/text-table.ts';
import type { Profile } from '#profile/types.ts';
import { painter } from './colour.ts';
import { failedRequestOf } from './failed-words.ts';
import { endingOf, hasEndedWell, headlineOf, incompleteOf, lastRiseOf } from './headline.ts';
import { plainLine } from './plain-text.ts';
import { EXIT_DONE, EXIT_NOT_MEASURED, type Report } from './report.ts';
import { type Screen, type Section, type TerminalOptions, usedWidth } from './screen.ts';
import { chartSection } from './terminal-chart.ts';
import { compositionSection } from './terminal-composition.ts';
import { filesSection } from './terminal-files.ts';
import { importsSection } from './terminal-imports.ts';
import { linesSection } from './terminal-lines.ts';
import { nativeSection } from './terminal-native.ts';
import { besideSection, notesSection, ownCostSection } from './terminal-notes.ts';
import { processesSection } from './terminal-processes.ts';
import { stepsSection } from './terminal-steps.ts';

export type { TerminalOptions } from './screen.ts';

const FULL: readonly Section[] = [
  headSection,
  chartSection,
  compositionSection,
  linesSection,
  nativeSection,
  importsSection,
  filesSection,
  stepsSection,
  processesSection,
  besideSection,
  notesSection,
  ownCostSection,
];
const REDUCED: readonly Section[] = [headSection, compositionSection, linesSection, importsSection, notesSection];
const QUIET: readonly Section[] = [headSection, notesSection];

export function renderTerminal(profile: Profile, overview: Overview, options: TerminalOptions): Report {
  const width = usedWidth(options.width);
  const screen: Screen = { profile, overview, width, paint: painter(options.colour), options };
  const sections = options.quiet ? QUIET : options.reduced ? REDUCED : FULL;
  const blocks = sections.map((section) => section(screen)).filter((lines) => lines.length > 0);
  const text = blocks.map((lines) => `${lines.join('\n')}\n`).join('\n');
  return { text, exitCode: overview.peak ? EXIT_DONE : EXIT_NOT_MEASURED };
}

function headSection({ profile, overview, width, paint }: Screen): string[] {
  const title = plainLine(profile.meta.title);
  const headline = headlineOf(profile, overview);
  const say = (style: 'strong' | 'bad' | 'warning', text: string | undefined) =>
    text === undefined ? [] : wrapText(text, width).map((line) => paint(style, line));
  return [
    ...say('strong', title === '' ? headline : `${title}: ${headline[0]!.toLowerCase()}${headline.slice(1)}`),
    ...say('bad', incompleteOf(profile)),
    ...say(profile.meta.exit.kind === 'signaled' ? 'bad' : 'warning', endingOf(profile)),
    ...say('bad', lastRiseOf(profile, overview)),
    ...say(hasEndedWell(profile) ? 'warning' : 'bad', failedRequestOf(profile, overview)),
  ];
}
