// Who owns how much, in one line.
import { formatMiB } from '#base/format.ts';
import type { Bytes } from '#base/units.ts';
import { plainLine } from './plain-text.ts';

const MOST_PACKAGES = 6;

/** "sklearn 40.1, numpy 22.0 MiB, and 14 more". */
export function ownersWords(rows: readonly { readonly name: string; readonly bytes: Bytes }[]): string {
  const shown = rows.slice(0, MOST_PACKAGES).map((row) => `${plainLine(row.name)} ${formatMiB(row.bytes)}`);
  const more = rows.length > MOST_PACKAGES ? `, and ${rows.length - MOST_PACKAGES} more` : '';
  return `${shown.join(', ')} MiB${more}`;
}
