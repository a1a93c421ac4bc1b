// `highwater xray` on a terminal: what loading a file costs, why, what it holds, and what to do about it.
import { type Paint, painter } from './colour.ts';
import { EXIT_DONE, type Report } from './report.ts';
import { usedWidth } from './screen.ts';
import { type SizeUnit, unitFor } from './size-unit.ts';
import type { XrayedModel } from './xray.ts';
import { adviceSection, notesSection, securitySection } from './xray-advice.ts';
import { arraysSection, classesSection, duplicatesSection } from './xray-contents.ts';
import { measuredDetails } from './xray-measured.ts';
import { headSection, measuredSection, peakSection, pinnedSection, whatIfSection } from './xray-memory.ts';
import { picklesSection } from './xray-pickles.ts';

export interface XrayOptions {
  readonly width: number;
  readonly colour: boolean;
  /** Rows that a table may have. */
  readonly lines: number;
}

export interface XrayScreen {
  readonly model: XrayedModel;
  readonly width: number;
  readonly lines: number;
  readonly paint: Paint;
  readonly unit: SizeUnit;
}

const WIDEST = 120;

const SECTIONS: readonly ((screen: XrayScreen) => string[])[] = [
  headSection,
  peakSection,
  measuredSection,
  measuredDetails,
  pinnedSection,
  whatIfSection,
  arraysSection,
  classesSection,
  picklesSection,
  duplicatesSection,
  adviceSection,
  securitySection,
  notesSection,
];

export function renderXrayTerminal(models: readonly XrayedModel[], options: XrayOptions): Report {
  const width = usedWidth(options.width, WIDEST);
  const paint = painter(options.colour);
  const texts = models.map((model) => {
    const { forecast, fileBytes } = model.report;
    const unit = unitFor(Math.max(fileBytes, forecast?.peak ?? 0));
    const blocks = SECTIONS.map((section) => section({ model, width, lines: options.lines, paint, unit }));
    return blocks
      .filter((lines) => lines.length > 0)
      .map((lines) => `${lines.join('\n')}\n`)
      .join('\n');
  });
  return { text: texts.join('\n\n'), exitCode: EXIT_DONE };
}
