// The peak cut into parts that add up to it, twice: as the kernel counts, and as far as it is known who holds it. Whatever
// is not known is a part too, with its sign: nothing is dropped.
import { type BeyondResident, beyondResident } from '#analysis/beyond-resident.ts';
import { type CompositionPart, computeComposition } from '#analysis/composition.ts';
import type { Bytes } from '#base/units.ts';
import { ROW_GROUPS, ROW_WORDS } from '#report/composition-words.ts';
import { type Meaning, meaningOf } from './meanings.ts';
import type { Report } from './report.ts';

export interface Part {
  readonly name: string;
  readonly bytes: Bytes;
  /** CSS variable. */
  readonly color: string;
  readonly tip: string;
}

export interface CompositionRow {
  readonly title: string;
  readonly tip: string;
  /** Add up to the peak. */
  readonly parts: readonly Part[];
}

export interface PeakParts {
  readonly peak: Bytes;
  /** Scale of the bars: the peak, or what is drawn where a remainder is below zero. */
  readonly whole: Bytes;
  readonly rows: readonly CompositionRow[];
  /** Of one process, parts that were asked for, or are reserved, in another size than what was resident. */
  readonly beyond: readonly PartBeyond[];
  /** Address space of all: not part of the sum. */
  readonly reserved: Bytes;
}

export interface PartBeyond extends BeyondResident {
  readonly name: string;
  readonly tip: string;
  readonly bytes: Bytes;
}

export function peakPartsOf(report: Report): PeakParts | null {
  const { peak, families, untouched } = report.overview;
  if (!peak) return null;
  const rows = [kernelRow(report, peak.bytes) ?? processRow(report, peak.bytes), holderRow(report)].filter(
    (row) => row !== null,
  );
  const drawn = rows.map((row) => row.parts.reduce((sum, part) => sum + Math.max(0, part.bytes), 0));
  return {
    peak: peak.bytes,
    whole: Math.max(peak.bytes, ...drawn),
    rows,
    beyond: partsBeyond(report),
    reserved: untouched + families.mappedFile,
  };
}

function kernelRow(report: Report, peak: Bytes): CompositionRow | null {
  const kernel = report.overview.kernelParts;
  if (!kernel || Number.isNaN(kernel.anon + kernel.file + kernel.shmem)) return null;
  const parts = [
    part('anonymous', kernel.anon, '--part-anon', 'anon'),
    part('file-backed', kernel.file, '--part-file', 'file'),
    part('shared memory', kernel.shmem, '--part-shmem', 'shmem'),
  ];
  const rest = peak - kernel.anon - kernel.file - kernel.shmem;
  const late = 'The split was read a little before or after the peak.';
  if (rest !== 0) parts.push(remainder('peak less the nearest reading', rest, late));
  return {
    title: 'As the kernel counts',
    tip: 'The split of resident memory that was read nearest to the peak.',
    parts,
  };
}

const PROCESS_COLORS = ['--part-anon', '--part-file', '--part-shmem', '--part-python', '--part-native'];

function processRow(report: Report, peak: Bytes): CompositionRow | null {
  const { samples } = report.profile;
  const time = report.overview.peak?.time;
  const tick = report.ticks().find((one) => one.time === time && !Number.isNaN(one.pss));
  if (!tick || report.overview.peak?.unit !== 'PSS') return null;
  const rows = Array.from({ length: tick.end - tick.first }, (_, i) => tick.first + i);
  rows.sort((a, b) => samples.pss[b]! - samples.pss[a]!);
  const shown = rows.slice(0, PROCESS_COLORS.length);
  const parts = shown.map((row, i) =>
    part(report.processName(samples.process[row]!), samples.pss[row]!, PROCESS_COLORS[i]!, 'pss'),
  );
  const rest = peak - parts.reduce((sum, one) => sum + one.bytes, 0);
  const others = rows.length - shown.length;
  if (others > 0) parts.push(remainder(`${others} more`, rest, meaningOf('pss')));
  return { title: 'By process', tip: 'PSS of each process at the peak.', parts };
}

function holderRow(report: Report): CompositionRow | null {
  const composition = computeComposition(report.overview);
  if (!composition || !(composition.accounted || report.overview.heap)) return null;
  const order = ROW_GROUPS.flatMap((group) => group.rows);
  const parts = order.flatMap((id) => composition.parts.filter((one) => one.id === id && one.bytes > 0));
  const rest = composition.parts.find((one) => one.id === 'unexplained')!;
  return {
    title: 'By what it is for',
    tip: 'Every page in one part, each measured by its own means. What is left is unexplained.',
    parts: [...parts, rest].map(({ id, bytes }) => ({
      name: ROW_WORDS[id].title,
      bytes,
      color: ROW_COLORS[id],
      tip: ROW_WORDS[id].meaning,
    })),
  };
}

function partsBeyond(report: Report): PartBeyond[] {
  const composition = computeComposition(report.overview);
  if (!composition?.accounted) return [];
  const order = ROW_GROUPS.flatMap((group) => group.rows);
  const parts = order.flatMap((id) => composition.parts.filter((part) => part.id === id));
  return parts
    .map((part) => {
      const { title, meaning } = ROW_WORDS[part.id];
      return { name: title, tip: meaning, bytes: part.bytes, ...beyondResident(part, composition.total) };
    })
    .filter(({ requested, reserved }) => requested !== null || !Number.isNaN(reserved));
}

const ROW_COLORS: Readonly<Record<CompositionPart['id'], string>> = {
  pythonSmall: '--part-python',
  pythonLarge: '--part-python-large',
  native: '--part-native',
  mapped: '--part-mapped',
  live: '--part-native',
  inherited: '--part-inherited',
  pythonFree: '--part-held',
  nativeFree: '--part-held-native',
  files: '--part-file',
  data: '--part-data',
  shared: '--part-shmem',
  stacks: '--part-stacks',
  agent: '--part-agent',
  other: '--part-other',
  untraced: '--part-inherited',
  unexplained: '--part-rest',
};

function part(name: string, bytes: Bytes, color: string, meaning: Meaning): Part {
  return { name, bytes, color, tip: meaningOf(meaning) };
}

function remainder(name: string, bytes: Bytes, tip: string): Part {
  return { name, bytes, color: '--part-rest', tip };
}
