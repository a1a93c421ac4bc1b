// What pandas would make of each column, from a sample: the types of its parser, what counts as missing, how many different
// values there are.
import type { CsvSample } from './csv.ts';
import type { ColumnKind } from './table-memory.ts';

export interface SampledColumn {
  readonly name: string;
  /** pandas' default: int64, float64, bool, or text. */
  readonly type: string;
  readonly kind: ColumnKind;
  readonly width: number;
  /** In the sample. */
  readonly missing: number;
  readonly textBytes: number;
  /** In the whole file, estimated. */
  readonly distinct: { readonly least: number; readonly most: number } | null;
  /** The narrowest integer type that holds the sample with a margin of half its range; '' for others. */
  readonly narrow: string;
}

// pandas' own list of texts that mean "no value".
const MISSING = new Set([
  '',
  '#N/A',
  '#N/A N/A',
  '#NA',
  '-1.#IND',
  '-1.#QNAN',
  '-NaN',
  '-nan',
  '1.#IND',
  '1.#QNAN',
  '<NA>',
  'N/A',
  'NA',
  'NULL',
  'NaN',
  'None',
  'n/a',
  'nan',
  'null',
]);
const INTEGER = /^\s*[-+]?\d{1,19}\s*$/;
const FLOAT = /^\s*[-+]?(?:\d+\.?\d*(?:[eE][-+]?\d+)?|\.\d+(?:[eE][-+]?\d+)?|inf(?:inity)?)\s*$/i;
const BOOL = /^(?:true|false)$/i;

export function profileColumns({ header, rows, totalRows }: CsvSample): SampledColumn[] {
  return header.map((name, i) => profileColumn(name || `Unnamed: ${i}`, rows, i, totalRows));
}

function profileColumn(
  name: string,
  rows: readonly (readonly string[])[],
  index: number,
  totalRows: number,
): SampledColumn {
  const counts = new Map<string, number>();
  let missing = 0;
  let textBytes = 0;
  for (const row of rows) {
    const value = row[index] ?? '';
    if (MISSING.has(value)) missing++;
    else {
      counts.set(value, (counts.get(value) ?? 0) + 1);
      textBytes += utf8Length(value);
    }
  }
  const present = rows.length - missing;
  const distinct = estimateDistinct(counts, present, totalRows, rows.length);
  const typed = typeOf([...counts.keys()], missing > 0);
  return { name, ...typed, missing, textBytes, distinct };
}

function utf8Length(text: string): number {
  let length = text.length;
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code >= 0x80) length += code >= 0x800 && (code < 0xd800 || code > 0xdfff) ? 2 : 1;
  }
  return length;
}

type Typed = Pick<SampledColumn, 'type' | 'kind' | 'width' | 'narrow'>;

function typeOf(values: readonly string[], hasMissing: boolean): Typed {
  if (values.every((value) => INTEGER.test(value))) {
    if (hasMissing || values.length === 0) return { type: 'float64', kind: 'number', width: 8, narrow: '' };
    return { type: 'int64', kind: 'number', width: 8, narrow: narrowType(values.map(Number)) };
  }
  if (values.every((value) => FLOAT.test(value)))
    return { type: 'float64', kind: 'number', width: 8, narrow: 'float32' };
  if (!hasMissing && values.every((value) => BOOL.test(value)))
    return { type: 'bool', kind: 'bool', width: 1, narrow: '' };
  return { type: 'text', kind: 'text', width: 0, narrow: '' };
}

const WIDTHS = [8, 16, 32] as const;

function narrowType(values: readonly number[]): string {
  let least = 0;
  let most = 0;
  for (const value of values) {
    least = Math.min(least, value);
    most = Math.max(most, value);
  }
  for (const bits of WIDTHS) {
    if (least >= 0 && most * 1.5 < 2 ** bits) return `uint${bits}`;
    if (least * 1.5 >= -(2 ** (bits - 1)) && most * 1.5 < 2 ** (bits - 1)) return `int${bits}`;
  }
  return '';
}

/**
 * Chao's estimator: what was seen once, against what was seen twice, tells how much was not seen at all. The bounds are what
 * the sample shows for certain, and every row that was not looked at being new in proportion.
 */
function estimateDistinct(
  counts: ReadonlyMap<string, number>,
  present: number,
  totalRows: number,
  sampledRows: number,
): { readonly least: number; readonly most: number } | null {
  if (present === 0) return { least: 0, most: 0 };
  let once = 0;
  let twice = 0;
  for (const count of counts.values()) {
    if (count === 1) once++;
    else if (count === 2) twice++;
  }
  const seen = counts.size;
  if (sampledRows >= totalRows) return { least: seen, most: seen };
  const presentTotal = (present * totalRows) / sampledRows;
  const chao = seen + (once * Math.max(0, once - 1)) / (2 * (twice + 1));
  const proportional = seen + (once / present) * (presentTotal - present);
  return { least: Math.min(presentTotal, chao), most: Math.min(presentTotal, Math.max(chao, proportional)) };
}
