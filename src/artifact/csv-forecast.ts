// What pandas.read_csv costs at its peak, and what saying types, columns or a chunk size would change.
import type { Bytes } from '#base/units.ts';
import { applies, sumColumns, type TableFacts, type TableMemory } from './table-facts.ts';
import type { PandasShape, TableColumn } from './table-memory.ts';
import type { PeakPart, WhatIf } from './types.ts';

/** pandas' own code and tables for the first file. */
const LOADER: Bytes = 3 * 2 ** 20;
const CHUNK_ROWS = 100_000;

/**
 * The parser turns pieces of the file into arrays, joins them column by column, and the frame then gathers the columns of one
 * type into a block: numbers are there three times at the peak, text of Arrow once.
 */
export function csvPeak(facts: TableFacts, memory: TableMemory, shape: PandasShape): PeakPart[] {
  return [
    { id: 'live', bytes: (memory.low + memory.high) / 2 },
    { id: 'second-copy', bytes: 2 * copiedBytes(facts.columns, shape) },
    { id: 'buffer', bytes: tokenizerBytes(facts) },
    { id: 'loader', bytes: LOADER },
  ];
}

/** Numbers, and the pointers to texts that are Python objects. */
export function copiedBytes(columns: readonly TableColumn[], { major }: PandasShape): Bytes {
  return columns.reduce((sum, { kind, values, width }) => {
    if (kind !== 'text') return sum + values * Math.max(1, width);
    return major >= 3 ? sum : sum + values * 8;
  }, 0);
}

/**
 * pandas' tokenizer takes as many rows at once as a power of two below 2^20 fields allows, and doubles its buffers: text, a
 * pointer and an offset for each field, two numbers for each row.
 */
function tokenizerBytes({ columns, rows, textBytes }: TableFacts): Bytes {
  const width = Math.max(1, columns.length);
  const most = powerBelow(2 ** 20 / width);
  const taken = Math.min(rows, most);
  const text = rows > 0 ? ((textBytes ?? 0) * taken) / rows : 0;
  return powerAbove(text) + 16 * powerAbove(taken * width) + 16 * powerAbove(taken);
}

function powerBelow(number: number): number {
  return 2 ** Math.max(0, Math.ceil(Math.log2(number)) - 1);
}

function powerAbove(number: number): number {
  return number <= 1 ? 0 : 2 ** Math.ceil(Math.log2(number));
}

export function csvWhatIfs(facts: TableFacts, memory: TableMemory, shape: PandasShape): WhatIf[] {
  const { columns, rows } = facts;
  const separator = facts.separator === ',' ? '' : `, sep=${JSON.stringify(facts.separator)}`;
  const narrow = columns.map((column) => narrowed(column));
  const typed = sumColumns(narrow, shape);
  const names = narrow.flatMap((column, i) =>
    column === columns[i] ? [] : [`${JSON.stringify(column.path)}: '${column.type}'`],
  );
  const share = Math.min(1, CHUNK_ROWS / Math.max(1, rows));
  const chunk = sumColumns(
    columns.map((column) => scaled(column, share)),
    shape,
  );
  const chunkPeak = csvPeak(scaledFacts(facts, share), chunk, shape);
  const result: WhatIf[] = [];
  if (names.length > 0) {
    const shown = names.slice(0, 6).join(', ') + (names.length > 6 ? ', ...' : '');
    const peak = csvPeak({ ...facts, columns: narrow }, typed, shape).reduce((sum, { bytes }) => sum + bytes, 0);
    const how = `pandas.read_csv(path${separator}, dtype={${shown}})`;
    result.push({
      ...applies('dtype', 'with types', how, [peak, typed.high]),
      cost: 'types as the sample suggests: check',
    });
  }
  result.push(
    applies(
      'chunks',
      `in pieces of ${CHUNK_ROWS.toLocaleString('en')} rows`,
      `for piece in pandas.read_csv(path${separator}, chunksize=${CHUNK_ROWS}):`,
      [chunkPeak.reduce((sum, { bytes }) => sum + bytes, 0), Math.min(memory.high, chunk.high)],
    ),
  );
  return result;
}

/** Few different texts are a category; whole numbers that fit are narrow. */
function narrowed(column: TableColumn): TableColumn {
  const { kind, distinct, values, textBytes } = column;
  if (kind === 'text' && distinct && distinct.most < values * 0.2 && distinct.most < 32_000) {
    const width = distinct.most < 127 ? 1 : 2;
    return {
      ...column,
      kind: 'number',
      type: 'category',
      width,
      nulls: 0,
      arrowBytes: values * width + textBytes / Math.max(1, values / (distinct.most || 1)),
    };
  }
  return column.narrow ? { ...column, type: column.narrow, width: widthOf(column.narrow) } : column;
}

function widthOf(type: string): Bytes {
  return Number(/\d+$/.exec(type)?.[0] ?? 64) / 8;
}

function scaledFacts(facts: TableFacts, share: number): TableFacts {
  const { columns, rows, textBytes } = facts;
  return {
    ...facts,
    columns: columns.map((column) => scaled(column, share)),
    rows: rows * share,
    textBytes: (textBytes ?? 0) * share,
  };
}

function scaled(column: TableColumn, share: number): TableColumn {
  return {
    ...column,
    values: column.values * share,
    nulls: column.nulls * share,
    textBytes: column.textBytes * share,
    arrowBytes: column.arrowBytes * share,
  };
}
