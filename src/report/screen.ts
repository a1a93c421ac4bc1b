// What the parts of the terminal report share: the options, and what each part is given.
import type { Overview } from '#analysis/overview.ts';
import type { Bytes } from '#base/units.ts';
import type { Profile } from '#profile/types.ts';
import type { Paint } from './colour.ts';

export interface TerminalOptions {
  /** Terminal columns; used between 60 and 200. */
  readonly width: number;
  readonly colour: boolean;
  /** Rows that a table may have. */
  readonly lines: number;
  /** Lines of code that hold less are left out (and counted). */
  readonly minBytes?: Bytes;
  /** The same in percent of the peak. */
  readonly minPercent?: number;
  /** Only the headline, the composition, lines of 1 % of the peak and more, and warnings. */
  readonly reduced?: boolean;
  /** Only the headline, how the program ended, and warnings. */
  readonly quiet?: boolean;
}

/** What a section needs to know beside its facts. */
export interface Screen {
  readonly profile: Profile;
  readonly overview: Overview;
  readonly width: number;
  readonly paint: Paint;
  readonly options: TerminalOptions;
}

/** Lines of one part of the report; none where there is nothing to say. */
export type Section = (screen: Screen) => string[];

const NARROWEST = 60;
const WIDEST = 200;

/** The columns that a report uses of a terminal with so many. */
export function usedWidth(columns: number, widest = WIDEST): number {
  return Math.min(widest, Math.max(NARROWEST, Math.floor(columns) || NARROWEST));
}

/** Below this many columns tables leave out source text and hints. */
export const NARROW = 76;
