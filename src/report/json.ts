// The report for machines. docs/schemas/report.schema.json describes every field; a change that a reader could stumble
// over raises the number in `schema`.
import { computeComposition } from '#analysis/composition.ts';
import type { FailedRequest } from '#analysis/failed-requests.ts';
import type { Growth } from '#analysis/growth.ts';
import { findHeldFree } from '#analysis/held-free.ts';
import type { LastRise } from '#analysis/last-rise.ts';
import type { LineRow } from '#analysis/lines.ts';
import type { Overview } from '#analysis/overview.ts';
import type { Peak } from '#analysis/peak.ts';
import { computeTicks } from '#analysis/ticks.ts';
import type { Bytes } from '#base/units.ts';
import type { Profile } from '#profile/types.ts';
import { heldFreeWords } from './held-free-words.ts';
import { growthOf } from './json-growth.ts';
import { importsOf } from './json-imports.ts';
import { estimateOf, formatJson } from './json-text.ts';
import { sourceLookup } from './place.ts';
import { EXIT_DONE, EXIT_NOT_MEASURED, type Report } from './report.ts';
import { thinOut } from './timeline.ts';

export const REPORT_SCHEMA = 'highwater-report/1';

export interface JsonOptions {
  /** At most this many lines of code; absent: all. */
  readonly lines?: number;
  /** Lines that hold less at the peak are left out (and counted). */
  readonly minBytes?: Bytes;
  /** The same in percent of the peak. */
  readonly minPercent?: number;
  /** What grew between two moments; absent: null. */
  readonly growth?: Growth;
  /** Everything on one line. */
  readonly compact?: boolean;
}

const MOST_POINTS = 1000;
const MOST_NATIVE_PATHS = 10;

export function renderJson(profile: Profile, overview: Overview, options: JsonOptions = {}): Report {
  const { meta } = profile;
  const report = {
    schema: REPORT_SCHEMA,
    tool: { name: meta.tool.name, version: meta.tool.version },
    meta: metaOf(profile),
    peak: peakOf(overview.peak),
    mainPeak: peakOf(overview.mainPeak),
    mainProcess: overview.mainProcess,
    headroom: { ...overview.headroom },
    kernel: overview.kernelParts && { ...overview.kernelParts },
    hugePages: overview.hugePages && { ...overview.hugePages },
    composition: compositionOf(overview),
    heldFree: findHeldFree(profile, overview).map((held) => ({ ...held, advice: heldFreeWords(held) })),
    heap: overview.heap && estimateOf(overview.heap),
    families: { ...overview.families },
    mappedBy: overview.mappedBy.map((row) => ({ ...row })),
    untouched: overview.untouched,
    ...importsOf(overview),
    files: overview.files && { ...overview.files },
    ...linesOf(profile, overview, options),
    steps: overview.steps.map((step) => ({ ...step })),
    lastRise: lastRiseOf(profile, overview.lastRise),
    failedRequests: overview.failed.map((request) => failedOf(profile, request)),
    growth: options.growth ? growthOf(profile, options.growth) : null,
    processes: processesOf(overview),
    timeline: timelineOf(profile),
    notes: meta.notes.map(({ severity, code, text, process }) => ({ severity, code, text, process })),
  };
  const text = formatJson(report, options.compact);
  return { text, exitCode: overview.peak ? EXIT_DONE : EXIT_NOT_MEASURED };
}

function lastRiseOf({ frames, strings }: Profile, rise: LastRise | null) {
  if (!rise) return null;
  const lines = rise.lines.map(({ frame, bytes }) => ({
    file: strings[frames.file[frame]!]!,
    line: frames.line[frame]!,
    func: strings[frames.func[frame]!]!,
    bytes,
  }));
  return { ...rise, lines };
}

function failedOf({ frames, strings }: Profile, { frame, ...request }: FailedRequest) {
  const where =
    frame < 0
      ? { file: null, line: null, func: null }
      : { file: strings[frames.file[frame]!]!, line: frames.line[frame]!, func: strings[frames.func[frame]!]! };
  return { ...where, ...request };
}

function metaOf({ meta }: Profile) {
  const { title, command, workingDirectory, startedAt, durationMs, exit, complete, usage, environment } = meta;
  return {
    title,
    command,
    workingDirectory,
    startedAt: isoTime(startedAt),
    durationMs,
    exit,
    complete,
    usage,
    environment,
    cgroup: meta.cgroup,
    ownCost: meta.ownCost,
  };
}

function isoTime(unixMs: number): string | null {
  const time = new Date(unixMs);
  return Number.isNaN(time.getTime()) ? null : time.toISOString();
}

function peakOf(peak: Peak | null) {
  if (!peak) return null;
  const { unit, bytes, high, exact, time, residentThen, process, processes } = peak;
  return { unit, bytes, high, exact, time, residentThen, process, processes };
}

function compositionOf(overview: Overview) {
  const composition = computeComposition(overview);
  return (
    composition && {
      total: composition.total,
      between: composition.between,
      parts: composition.parts.map((part) => ({ ...part, requested: part.requested?.bytes ?? null })),
    }
  );
}

function linesOf(profile: Profile, overview: Overview, options: JsonOptions) {
  const source = sourceLookup(profile);
  const least = Math.max(options.minBytes ?? 0, ((overview.peak?.bytes ?? 0) * (options.minPercent ?? 0)) / 100);
  const wanted = overview.lines.filter((row) => row.heap.bytes >= least);
  const shown = wanted.slice(0, options.lines ?? wanted.length);
  const sum = (rows: readonly LineRow[]) => rows.reduce((bytes, row) => bytes + row.heap.bytes, 0);
  return {
    lines: shown.map((row) => ({ ...lineOf(row, source), nativeCalls: nativeOf(overview, row) })),
    linesLeftOut: {
      count: overview.lines.length - shown.length,
      bytes: Math.max(0, sum(overview.lines) - sum(shown)),
    },
  };
}

function lineOf(row: LineRow, source: (file: string, line: number) => string) {
  const { file, line, func, place, importing, parts, untouched, blocks, freed, allocations } = row;
  return {
    place,
    file,
    line: line > 0 ? line : null,
    func,
    source: place === 'line' ? source(file, line) : '',
    importing,
    heap: estimateOf(row.heap),
    parts: { ...parts },
    untouched,
    blocks,
    allocated: estimateOf(row.allocated),
    freed,
    allocations,
  };
}

function nativeOf(overview: Overview, row: LineRow) {
  const paths = overview.nativeCalls.of(row).slice(0, MOST_NATIVE_PATHS);
  return paths.map(({ calls, bytes }) => ({ calls: calls.map(({ func, file }) => ({ func, file })), bytes }));
}

function processesOf(overview: Overview) {
  return overview.processes.map(({ heap, process: index, ...row }) => ({
    index,
    ...row,
    heap: heap && estimateOf(heap),
  }));
}

function timelineOf(profile: Profile) {
  const ticks = thinOut(computeTicks(profile), MOST_POINTS, (tick) => tick.rss);
  const rows = Array.from({ length: profile.system.length }, (_, row) => row);
  const { cgroupUsage, available, time } = profile.system;
  const system = thinOut(rows, MOST_POINTS, (row) => cgroupUsage[row]!);
  return {
    time: ticks.map((tick) => tick.time),
    processes: ticks.map((tick) => tick.end - tick.first),
    rss: ticks.map((tick) => tick.rss),
    pss: ticks.map((tick) => tick.pss),
    system: {
      time: system.map((row) => time[row]!),
      cgroupUsage: system.map((row) => cgroupUsage[row]!),
      available: system.map((row) => available[row]!),
    },
  };
}
