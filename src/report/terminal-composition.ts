// What the peak consisted of, row by row, with what the rows leave over.
import { beyondResident } from '#analysis/beyond-resident.ts';
import { type Composition, type CompositionPart, computeComposition } from '#analysis/composition.ts';
import { FAMILY_TITLES, type Family } from '#analysis/domains.ts';
import { findHeldFree } from '#analysis/held-free.ts';
import type { Overview } from '#analysis/overview.ts';
import { formatBytes, formatDuration, formatMiB, formatPercent, formatSignedMiB } from '#base/format.ts';
import { renderTable, type TextColumn, wrapText } from '#base/text-table.ts';
import { type Bytes, MIB } from '#base/units.ts';
import { ROW_GROUPS, ROW_WORDS, type RowGroup } from './composition-words.ts';
import { heldFreeWords } from './held-free-words.ts';
import { hugePagesWords } from './huge-pages-words.ts';
import { mappedByAdvice, mappedByHint, mappedByTitle } from './mapped-by-words.ts';
import { NARROW, type Screen } from './screen.ts';
import { formatMargin } from './uncertainty.ts';

/** Columns that are not always there. */
const [MARGIN, REQUESTED, RESERVED, HINT] = [2, 4, 5, 6];
const IF_USED: readonly number[] = [MARGIN, REQUESTED, RESERVED];

export function compositionSection({ profile, overview, width, paint }: Screen): string[] {
  const composition = computeComposition(overview);
  if (!composition || composition.parts.length < 2) return [];
  const rows = [
    ...ROW_GROUPS.flatMap((group) => rowsOfGroup(composition, overview, group)),
    unexplainedRow(composition, overview),
    totalRow(overview, composition),
  ];
  const columns: TextColumn[] = [
    { align: 'left', header: 'What the peak consisted of', cut: 'end', least: 20 },
    { align: 'right', header: 'MiB', paint: (text) => paint('accent', text) },
    { align: 'right', header: '±', paint: (text) => paint('faint', text) },
    { align: 'right', header: 'of peak' },
    { align: 'right', header: 'requested' },
    { align: 'right', header: 'reserved' },
    { align: 'left', cut: 'end', paint: (text) => paint('faint', text) },
  ];
  // No column for margins where nothing is sampled, none for what is all resident, and none for hints where there is no room.
  const isUsed = (column: number) => rows.some((row) => row[column] !== '');
  const isShown = (column: number) => (IF_USED.includes(column) ? isUsed(column) : column !== HINT || width >= NARROW);
  const shown = <T>(row: readonly T[]) => row.filter((_, column) => isShown(column));
  const paintHeader = (text: string) => paint('strong', text);
  const table = renderTable(shown(columns), rows.map(shown), { width, indent: '', paintHeader });
  const spaceWords = overview.peak?.unit === 'PSS' ? SPACE_WORDS_OF_ALL : SPACE_WORDS;
  const space = isUsed(REQUESTED) || isUsed(RESERVED) ? spaceWords : reservedWords(composition);
  const huge = hugePagesWords(overview.hugePages);
  const words = [betweenWords(composition), kernelWords(overview), huge, space].filter((text) => text !== '');
  const advice = [
    ...findHeldFree(profile, overview).map(heldFreeWords),
    ...mappedByAdvice(overview.mappedBy, composition.total),
  ].flatMap((text) => wrapText(`→ ${text}`, width, { first: '  ' }));
  return [
    ...table,
    ...advice,
    ...words.flatMap((text) => wrapText(text, width, { first: '  ' })).map((line) => paint('faint', line)),
  ];
}

/** A group with its rows below it, or one row for both where it has no more than that. */
function rowsOfGroup(composition: Composition, overview: Overview, group: RowGroup): string[][] {
  const parts = composition.parts.filter((part) => group.rows.includes(part.id) && isTold(part, composition.total));
  if (parts.length === 0) return [];
  const sum = parts.reduce((bytes, part) => bytes + part.bytes, 0);
  const margin = overview.heap && parts.some((part) => part.id === 'live') ? formatMargin(overview.heap) : '';
  const alone = parts.length === 1 && (parts[0]!.id === 'shared' || parts[0]!.id === 'files');
  const space = (part: CompositionPart) => spaceCells(part, composition.total);
  const rows = parts.flatMap((part) => [
    [`    ${ROW_WORDS[part.id].title}`, formatMiB(part.bytes), '', '', ...space(part), ''],
    ...(part.id === 'mapped' ? mapperRows(overview) : []),
  ]);
  const ofHead = alone ? space(parts[0]!) : ['', ''];
  const share = formatPercent(sum / composition.total);
  const head = [`  ${group.title}`, formatMiB(sum), margin, share, ...ofHead, group.hint];
  return alone ? [head] : [head, ...rows, ...familyRows(overview, parts)];
}

const MOST_MAPPERS = 3;

/** The libraries that made them. */
function mapperRows({ mappedBy }: Overview): string[][] {
  return mappedBy.slice(0, MOST_MAPPERS).map((row) => {
    const requested = row.requested - row.bytes >= MIB ? formatMiB(row.requested) : '';
    return [`      ${mappedByTitle(row)}`, formatMiB(row.bytes), '', '', requested, '', mappedByHint(row)];
  });
}

/** What was requested and what is reserved, where they are not about as much as is resident. */
function spaceCells(part: CompositionPart, total: Bytes): string[] {
  const { requested, reserved } = beyondResident(part, total);
  return [requested ? formatMiB(requested.bytes) : '', formatMiB(reserved)];
}

const SPACE_WORDS =
  'Requested: what the program asked for; reserved: address space set aside. What exceeds the MiB has no memory behind it; where a field is empty, it is about as much.';

const SPACE_WORDS_OF_ALL =
  'Requested: what the programs asked for; reserved: address space set aside in each process, added up. The MiB count pages that they share once; where a field is empty, it is about as much.';

/** With memory, or at least with a good deal of address space. */
function isTold(part: CompositionPart, total: Bytes): boolean {
  return /[1-9]/.test(formatMiB(part.bytes)) || spaceCells(part, total).some((cell) => cell !== '');
}

const LIVE_FAMILIES: readonly Family[] = ['native', 'python', 'mapped'];

/** Without an account the lines' own figures tell what is alive. */
function familyRows({ families }: Overview, parts: readonly CompositionPart[]): string[][] {
  if (!parts.some((part) => part.id === 'live')) return [];
  return LIVE_FAMILIES.filter((family) => families[family] > 0).map((family) => [
    `      ${FAMILY_TITLES[family]}`,
    formatMiB(families[family]),
    '',
    '',
    '',
    '',
    '',
  ]);
}

function unexplainedRow(composition: Composition, overview: Overview): string[] {
  const { bytes } = composition.parts.find((part) => part.id === 'unexplained')!;
  const hint = composition.accounted ? '' : unexplainedHint(composition, overview, bytes);
  return ['  unexplained', formatSignedMiB(bytes), '', formatPercent(bytes / composition.total), '', '', hint];
}

function unexplainedHint({ parts }: Composition, overview: Overview, bytes: Bytes): string {
  if (bytes < 0) return 'some of it is not resident';
  const isTree = overview.peak?.unit === 'PSS';
  const untraced = isTree && overview.processes.some((process) => !process.traced);
  const words = [
    ...(parts.some((part) => part.id === 'files') ? [] : ['libraries']),
    ...(isTree ? ['pages copied after a fork'] : []),
    ...(untraced ? ['processes without an agent'] : []),
    ...(overview.heap ? ['free memory kept', 'stacks'] : ['anonymous memory']),
  ];
  return `not told apart: ${words.join(', ')}`;
}

function totalRow({ peak }: Overview, composition: Composition): string[] {
  return [`  ${peak!.unit === 'PSS' ? 'sum of PSS' : 'VmHWM'}`, formatMiB(composition.total), '', '100 %', '', '', ''];
}

function kernelWords({ kernelParts: parts }: Overview): string {
  if (!parts) return '';
  const swap = parts.swap > 0 ? `, and ${formatBytes(parts.swap)} in swap` : '';
  const split = `${formatBytes(parts.anon)} anonymous + ${formatBytes(parts.file)} files + ${formatBytes(parts.shmem)} shared`;
  return `The kernel's split of ${formatBytes(parts.rss)}: ${split}${swap}${parts.distance > 0 ? `; read ${formatDuration(parts.distance)} from the peak` : ''}.`;
}

/** Below this share of the peak it is not worth a sentence. */
const TOLD_BETWEEN = 0.01;

function betweenWords({ between, total }: Composition): string {
  if (between < TOLD_BETWEEN * total) return '';
  return `No look was taken just then: up to ${formatBytes(between)} may stand in a neighbouring row.`;
}

function reservedWords({ untouched, mappedFiles }: Composition): string {
  const words: string[] = [];
  if (untouched >= MIB) words.push(`${formatBytes(untouched)} asked for and never touched`);
  if (mappedFiles >= MIB) words.push(`${formatBytes(mappedFiles)} of mapped files`);
  return words.length === 0 ? '' : `Address space only, beside it: ${words.join(', ')}.`;
}
