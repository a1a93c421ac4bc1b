// Folded stacks, the input of Brendan Gregg's flamegraph.pl and of many viewers: "outer;inner;innermost bytes" a line.
import { nativeLabel } from '#analysis/native-calls.ts';
import type { Profile } from '#profile/types.ts';
import { shortPath } from './place.ts';
import { EXIT_DONE, type Report } from './report.ts';
import { frameName, framesOf, NO_PYTHON, roundKeepingSum, type StackSelection, seriesOf } from './weighted-stacks.ts';

export interface CollapsedOptions extends StackSelection {
  /** Of the two amounts (seriesOf), 'live': alive at the moment, or what came; 'allocated': over the whole run, or what went. */
  readonly of: 'live' | 'allocated';
}

/** Whole bytes; their sum is the rounded sum of the table. */
export function renderCollapsed(profile: Profile, options: CollapsedOptions): Report {
  const [live, allocated] = seriesOf(profile, options);
  const { stacks } = options.of === 'live' ? live : allocated;
  const bytes = roundKeepingSum(stacks.map((row) => row.bytes));
  const names = new Map<number, string>();
  const nameOf = (frame: number) => {
    const name = names.get(frame) ?? foldedName(profile, frame);
    names.set(frame, name);
    return name;
  };
  const lines = stacks.map(({ stack }, i) => {
    const path = stack < 0 ? NO_PYTHON : framesOf(profile, stack).map(nameOf).join(';');
    return bytes[i] === 0 ? '' : `${path} ${bytes[i]}\n`;
  });
  return { text: lines.join(''), exitCode: EXIT_DONE };
}

/** "fit (train.py:14)", "PyArray_Zeros [_multiarray_umath.so]"; a semicolon would begin the next frame. */
function foldedName(profile: Profile, frame: number): string {
  const { func, file, line, native } = frameName(profile, frame);
  if (native) return nativeLabel({ func, file }).replaceAll(';', ',');
  const place = shortPath(file, profile.meta.workingDirectory);
  const where = place === '' ? '' : ` (${place}${line > 0 ? `:${line}` : ''})`;
  return `${func}${where}`.replaceAll(';', ',');
}
