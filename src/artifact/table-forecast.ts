// What loading a table into pandas costs, for CSV, Parquet and Feather; and what other ways of loading the same would.
import type { Bytes } from '#base/units.ts';
import { copiedBytes, csvPeak, csvWhatIfs } from './csv-forecast.ts';
import { fair, type ReadContext, sure } from './reader.ts';
import { applies, sumColumns, type TableFacts, type TableMemory } from './table-facts.ts';
import type { PandasShape } from './table-memory.ts';
import type { Advice, Confidence, Forecast, PeakPart, WhatIf } from './types.ts';

export function tableReportParts(
  context: ReadContext,
  facts: TableFacts,
): { readonly forecast: Forecast; readonly whatIfs: readonly WhatIf[]; readonly advice: readonly Advice[] } {
  const shape = pandasShape(context);
  const memory = sumColumns(facts.columns, shape);
  const forecast = forecastOf(context, facts, memory, shape);
  const whatIfs =
    facts.reader === 'csv' ? csvWhatIfs(facts, memory, shape) : columnarWhatIfs(facts, memory, shape, forecast.peak);
  return { forecast, whatIfs, advice: adviceOf(facts, forecast, whatIfs) };
}

/** pandas of the Python that loads it, where that is known; else what a new installation would have. */
function pandasShape({ python, installed }: ReadContext): PandasShape {
  const found = Number.parseInt(installed('pandas') ?? '', 10);
  const major = Number.isNaN(found) ? (python.minor >= 11 ? 3 : 2) : found;
  return { major, python };
}

const CALLS = {
  csv: 'pandas.read_csv(path)',
  parquet: 'pandas.read_parquet(path)',
  feather: 'pandas.read_feather(path)',
} as const;

function forecastOf(context: ReadContext, facts: TableFacts, memory: TableMemory, shape: PandasShape): Forecast {
  const peakParts = facts.reader === 'csv' ? csvPeak(facts, memory, shape) : columnarPeak(facts, memory, shape);
  const peak = peakParts.reduce((sum, { bytes }) => sum + bytes, 0);
  return {
    call: `${CALLS[facts.reader]} with pandas ${shape.major}`,
    python: context.python,
    imports: facts.reader === 'csv' && shape.major < 3 ? ['pandas'] : ['pandas', 'pyarrow'],
    peak,
    residentLow: memory.low,
    residentHigh: residentHigh(facts, memory, { shape, peak }),
    fileBacked: 0,
    peakParts,
    confidence: confidenceOf(facts, memory),
  };
}

/** The pieces of a CSV lie in malloc's heap between what stays; Arrow's allocator gives pages back late or never. */
function residentHigh(
  { reader, columns }: TableFacts,
  { high }: TableMemory,
  { shape, peak }: { readonly shape: PandasShape; readonly peak: Bytes },
): Bytes {
  return reader === 'csv' ? high + copiedBytes(columns, shape) + ARROW_LOADER : peak * 1.1;
}

/** Code of Arrow that is brought in on first use, stacks and heaps of its threads. */
const ARROW_LOADER: Bytes = 7 * 2 ** 20;
const PARQUET_LOADER: Bytes = 20 * 2 ** 20;

/**
 * Parquet: pages as read and as inflated are buffers of Arrow's allocator, which keeps them for a while. Then, and for Feather,
 * what pandas makes of the table stands beside it; numbers of Parquet are taken over without a copy.
 */
function columnarPeak({ reader, columns, pages }: TableFacts, memory: TableMemory, shape: PandasShape): PeakPart[] {
  const live: PeakPart = { id: 'live', bytes: (memory.low + memory.high) / 2 };
  if (reader === 'feather') {
    return [live, { id: 'second-copy', bytes: memory.arrow }, { id: 'loader', bytes: ARROW_LOADER }];
  }
  const text = columns.filter(({ kind }) => kind === 'text').reduce((sum, { arrowBytes }) => sum + arrowBytes, 0);
  const objects = shape.major >= 3 ? text : memory.arrow;
  return [
    live,
    { id: 'second-copy', bytes: objects },
    { id: 'buffer', bytes: (pages?.stored ?? 0) + (pages?.inflated ?? 0) },
    { id: 'loader', bytes: PARQUET_LOADER },
  ];
}

function confidenceOf({ reader, sampledShare, columns }: TableFacts, { knownShare }: TableMemory): Confidence {
  if (sampledShare !== undefined && sampledShare < 1) {
    return fair(knownShare, `estimated from ${Math.max(0.1, sampledShare * 100).toFixed(1)} % of the file`);
  }
  if (columns.some(({ nested }) => nested)) return fair(knownShare, 'what nested columns become is not known');
  if (knownShare < 0.9) return fair(knownShare, 'how many different texts there are is not known');
  if (reader === 'csv') return sure('the whole file was looked at');
  if (reader === 'parquet')
    return fair(knownShare, "Arrow's allocator keeps the buffers of pages for a while: how long differs");
  return sure('types and sizes are in the footer');
}

function columnarWhatIfs(facts: TableFacts, memory: TableMemory, shape: PandasShape, peak: Bytes): WhatIf[] {
  const { reader, columns } = facts;
  const call = CALLS[reader].replace('(path)', '');
  const largest = [...columns].sort((a, b) => b.arrowBytes - a.arrowBytes)[0];
  const rows: WhatIf[] = [
    applies('arrow-backed', 'kept in Arrow', `${call}(path, dtype_backend='pyarrow')`, [memory.arrow, memory.arrow]),
  ];
  if (largest && columns.length > 1) {
    const rest = sumColumns(
      columns.filter((column) => column !== largest),
      shape,
    );
    const how = `${call}(path, columns=[...])  # without '${largest.path}'`;
    rows.push(applies('columns', 'without the largest column', how, [rest.high + rest.arrow, rest.high]));
  }
  if (reader === 'feather') rows.push(mappedRow(facts, memory, peak));
  return rows;
}

function mappedRow({ mapped }: TableFacts, { low, high }: TableMemory, peak: Bytes): WhatIf {
  const how = 'pyarrow.feather.read_table(path, memory_map=True)';
  if (mapped)
    return { ...applies('mmap', 'mapped, as an Arrow table', how, [0, 0]), cost: 'no pandas until to_pandas()' };
  const none = applies('mmap', 'mapped, as an Arrow table', how, [peak, (low + high) / 2]);
  const notApplicable = "its buffers are compressed: write with compression='uncompressed'";
  return { ...none, peak: Number.NaN, residentLow: Number.NaN, residentHigh: Number.NaN, notApplicable };
}

function adviceOf({ reader }: TableFacts, forecast: Forecast, whatIfs: readonly WhatIf[]): Advice[] {
  const usable = whatIfs.filter(
    ({ notApplicable, peak, id }) => notApplicable === '' && peak < forecast.peak && WORTH[id],
  );
  return usable.map(({ id, how, peak }) => {
    const { title, why } = WORTH[id]!;
    return { id, title: title.replace('READER', reader), why, savedBytes: forecast.peak - peak, how };
  });
}

const WORTH: Readonly<Record<string, { readonly title: string; readonly why: string }>> = {
  dtype: {
    title: 'Say the types of the columns',
    why: 'Without them every whole number takes eight bytes and every text is an object of its own while it is read.',
  },
  chunks: {
    title: 'Read it in pieces where the work can be done in pieces',
    why: 'Only one piece is in memory at a time.',
  },
  columns: { title: 'Take only the columns that you need', why: 'The others are then never made.' },
  'arrow-backed': {
    title: 'Keep the columns in Arrow instead of converting them',
    why: 'The conversion holds the table twice.',
  },
  mmap: { title: 'Map the file', why: 'Its pages come in as they are used, and are shared between processes.' },
};
