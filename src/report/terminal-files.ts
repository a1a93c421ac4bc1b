// Which files and which shared memory were resident at the peak, by what they belong to.
import type { FileOwner, MappedFiles } from '#analysis/mapped-files.ts';
import { formatBytes, formatDuration, formatMiB } from '#base/format.ts';
import { wrapText } from '#base/text-table.ts';
import type { Fraction } from '#base/units.ts';
import { ownersWords } from './owners-words.ts';
import type { Screen } from './screen.ts';

/** Below this part of the peak it is no news that some pages of files are not told apart. */
const TOLD_UNTOLD: Fraction = 0.03;

/** "Files of 98.1 MiB are resident (read at 2.13 s): torch 81.0, numpy 9.2, (Python) 6.1 MiB, and 3 more". */
export function filesSection({ overview, width, paint }: Screen): string[] {
  const { files, peak } = overview;
  if (!files || !peak) return [];
  const untold = files.untold >= TOLD_UNTOLD * peak.bytes ? `; ${formatBytes(files.untold)} not told apart` : '';
  const words = [
    ...sentence(`Files of`, files.rows, `are resident (${whenWords(files)})`, untold),
    ...sentence(`Shared memory of`, files.shared, 'is resident', ''),
  ];
  return words.flatMap((text) => {
    const [first, ...rest] = wrapText(text, width);
    return [first!.replace(/^(?:Files|Shared memory)/, (word) => paint('strong', word)), ...rest];
  });
}

function whenWords({ time, unit }: MappedFiles): string {
  return `${unit === 'PSS' ? 'PSS, ' : ''}read at ${formatDuration(time)}`;
}

function sentence(begin: string, owners: readonly FileOwner[], middle: string, end: string): string[] {
  const total = owners.reduce((sum, { bytes }) => sum + bytes, 0);
  const told = owners.filter(({ bytes }) => /[1-9]/.test(formatMiB(bytes)));
  return told.length === 0 ? [] : [`${begin} ${formatBytes(total)} ${middle}: ${ownersWords(told)}${end}`];
}
