// Lines of code as CSV (RFC 4180), for spreadsheets: what they hold at the peak, or what they grew by between two moments.
import type { Growth, GrowthRow } from '#analysis/growth.ts';
import type { LineRow } from '#analysis/lines.ts';
import type { Overview } from '#analysis/overview.ts';
import type { Profile } from '#profile/types.ts';
import { sourceLookup } from './place.ts';
import { plainText } from './plain-text.ts';
import { EXIT_DONE, type Report } from './report.ts';

type Cell = string | number | boolean;
type Place = Pick<LineRow, 'place' | 'file' | 'line' | 'func' | 'importing'>;
type Columns<Row> = readonly [name: string, cellOf: (row: Row) => Cell][];

const PLACE_COLUMNS: Columns<Place> = [
  ['place', (row) => row.place],
  ['file', (row) => row.file],
  ['line', (row) => (row.line > 0 ? row.line : '')],
  ['function', (row) => row.func],
  ['importing', (row) => row.importing],
];

// Sizes are bytes. `live_low` to `live_high` is the 95 % interval; `certain` is false where fewer than ten samples stand
// behind a figure.
const COLUMNS: Columns<LineRow> = [
  ...PLACE_COLUMNS,
  ['live_bytes', (row) => Math.round(row.heap.bytes)],
  ['live_low', (row) => Math.round(row.heap.low)],
  ['live_high', (row) => Math.round(row.heap.high)],
  ['certain', (row) => row.heap.certain],
  ['samples', (row) => row.heap.samples],
  ['python_bytes', (row) => Math.round(row.parts.python)],
  ['malloc_bytes', (row) => Math.round(row.parts.native)],
  ['mapped_bytes', (row) => Math.round(row.parts.mapped)],
  ['untouched_bytes', (row) => Math.round(row.untouched)],
  ['mapped_file_bytes', (row) => Math.round(row.parts.mappedFile)],
  ['blocks', (row) => Math.round(row.blocks)],
  ['allocated_bytes', (row) => Math.round(row.allocated.bytes)],
  ['freed_bytes', (row) => Math.round(row.freed)],
  ['allocations', (row) => Math.round(row.allocations)],
];

/** `net_bytes` is what came less what went; the parts are of that, the blocks of what came. */
const GROWTH_COLUMNS: Columns<GrowthRow> = [
  ...PLACE_COLUMNS,
  ['net_bytes', (row) => Math.round(row.net)],
  ['came_bytes', (row) => Math.round(row.came.bytes)],
  ['came_low', (row) => Math.round(row.came.low)],
  ['came_high', (row) => Math.round(row.came.high)],
  ['came_certain', (row) => row.came.certain],
  ['went_bytes', (row) => Math.round(row.went.bytes)],
  ['went_low', (row) => Math.round(row.went.low)],
  ['went_high', (row) => Math.round(row.went.high)],
  ['went_certain', (row) => row.went.certain],
  ['python_bytes', (row) => Math.round(row.parts.python)],
  ['malloc_bytes', (row) => Math.round(row.parts.native)],
  ['mapped_bytes', (row) => Math.round(row.parts.mapped)],
  ['came_blocks', (row) => Math.round(row.blocks)],
];

export function renderCsv(profile: Profile, overview: Overview): Report {
  return renderLines(profile, overview.lines, COLUMNS);
}

export function renderGrowthCsv(profile: Profile, growth: Growth): Report {
  return renderLines(profile, growth.lines, GROWTH_COLUMNS);
}

function renderLines<Row extends Place>(profile: Profile, lines: readonly Row[], columns: Columns<Row>): Report {
  const source = sourceLookup(profile);
  const header = [...columns.map(([name]) => name), 'source'];
  const rows = lines.map((row) => [
    ...columns.map(([, cellOf]) => cellOf(row)),
    row.place === 'line' ? source(row.file, row.line) : '',
  ]);
  const text = [header, ...rows].map((row) => `${row.map(formatCell).join(',')}\r\n`).join('');
  return { text, exitCode: EXIT_DONE };
}

/** Spreadsheets run a cell that begins with one of these as a formula; an apostrophe makes it text. */
const FORMULA = /^\s*[=+\-@]/;

function formatCell(cell: Cell): string {
  if (typeof cell !== 'string') return String(cell);
  const plain = plainText(cell);
  const text = FORMULA.test(plain) ? `'${plain}` : plain;
  return /[",\r\n']|^\s|\s$/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
