// A comparison for machines. docs/schemas/compare.schema.json describes every field; a change that a reader could stumble
// over raises the number in `schema`.
import type { Comparison } from '#analysis/compare.ts';
import type { Change } from '#analysis/noise.ts';
import type { Overview } from '#analysis/overview.ts';
import { headlineOfComparison } from './compare-words.ts';
import { estimateOf, formatJson } from './json-text.ts';
import { EXIT_DONE, EXIT_NOT_MEASURED, type Report } from './report.ts';
import type { NamedProfile } from './terminal-compare.ts';

export const COMPARE_SCHEMA = 'highwater-compare/1';

export function renderComparisonJson(before: NamedProfile, after: NamedProfile, comparison: Comparison): Report {
  const { sides, peak, composition } = comparison;
  const value = {
    schema: COMPARE_SCHEMA,
    summary: headlineOfComparison(comparison),
    before: runOf(before, sides.before),
    after: runOf(after, sides.after),
    firstProcessOnly: sides.firstProcessOnly,
    peak: peak && {
      unit: peak.unit,
      ...figuresOf(peak),
      beforeHigh: peak.beforeHigh,
      afterHigh: peak.afterHigh,
      share: peak.share,
      noise: peak.noise,
      byChance: peak.byChance,
      heap: peak.heap && { ...peak.heap },
    },
    repeats: comparison.repeats && { ...comparison.repeats },
    composition: {
      comparable: composition.comparable,
      parts: composition.parts.map((part) => ({ id: part.id, ...figuresOf(part) })),
    },
    lineNoise: comparison.lineNoise,
    lines: linesOf(comparison),
    imports: comparison.imports.map((row) => ({
      name: row.name,
      ...figuresOf(row),
      beforeHeap: estimateOf(row.beforeHeap),
      afterHeap: estimateOf(row.afterHeap),
    })),
    processes: comparison.processes.map((row) => ({
      command: row.command,
      countBefore: row.countBefore,
      countAfter: row.countAfter,
      ...figuresOf(row),
    })),
    environment: comparison.environment.map(({ what, name, before: was, after: is }) => ({
      what,
      name,
      before: was,
      after: is,
    })),
    cautions: comparison.cautions,
  };
  return { text: formatJson(value), exitCode: peak ? EXIT_DONE : EXIT_NOT_MEASURED };
}

function figuresOf({ before, after, change, verdict }: Change) {
  return { before, after, change, verdict };
}

function runOf({ profile, name }: NamedProfile, { peak }: Overview) {
  const { title, command, startedAt, durationMs, complete } = profile.meta;
  const time = new Date(startedAt);
  return {
    name,
    title,
    command,
    startedAt: Number.isNaN(time.getTime()) ? null : time.toISOString(),
    durationMs,
    complete,
    peakTime: peak?.time ?? null,
  };
}

function linesOf({ lines }: Comparison) {
  return lines.map((row) => ({
    place: row.place,
    file: row.file,
    lineBefore: row.lineBefore > 0 ? row.lineBefore : null,
    lineAfter: row.lineAfter > 0 ? row.lineAfter : null,
    func: row.func,
    source: row.source,
    sourceBefore: row.sourceBefore,
    ...figuresOf(row),
    beforeHeap: estimateOf(row.beforeHeap),
    afterHeap: estimateOf(row.afterHeap),
  }));
}
