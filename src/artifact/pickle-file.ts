// A file that is a pickle, or several: pickle itself, cloudpickle, and joblib, whose arrays stand between the opcodes; as it is,
// or compressed as a whole.
import type { Bytes } from '#base/units.ts';
import { type Compressed, costsOf, JOBLIB_BUFFERS, OPENERS } from './compressed-load.ts';
import type { Damage } from './damage.ts';
import { isJoblibWrapper } from './joblib-array.ts';
import { JoblibSplice } from './joblib-splice.ts';
import type { PickleFindings } from './pickle/findings.ts';
import { addNames } from './pickle/imports.ts';
import type { LoadedPickle } from './pickle/machine.ts';
import { describePickles, runPickles } from './pickle/read-pickle.ts';
import { dataReport, type ReadContext } from './reader.ts';
import type { ArtifactNote, ArtifactReport, Forecast, Format, WhatIf } from './types.ts';

/** The machine's own tables: what a graph of this file may take of our memory. */
const BASE_CEILING: Bytes = 128 * 2 ** 20;
/** What is inside of a compressed file counts for it up to so many times the file: beyond, it is taken for a bomb. */
const MOST_COUNTED = 16;
/** Pieces of it that were taken apart, and what of them the collector has not got to yet. */
const DECOMPRESSED: Bytes = 28e6;

export function readPickleFile(context: ReadContext, compressed?: Compressed): ArtifactReport {
  const { source, python } = context;
  const countedBytes = compressed ? Math.min(source.size, MOST_COUNTED * compressed.storedBytes) : source.size;
  const splice = new JoblibSplice(source, BASE_CEILING + 3 * countedBytes);
  const rest: Damage[] = [];
  const beside = compressed ? DECOMPRESSED : 0;
  const pickles = runPickles(source, { python, splice, countedBytes, beside, onRest: (damage) => rest.push(damage) });
  const all = [...pickles, ...splice.nested];
  const opener = compressed && OPENERS[compressed.codec];
  const isJoblib = (compressed && !opener) || [...names(pickles)].some(isJoblibWrapper);
  const findings = describePickles(all, source, {
    python,
    countedBytes,
    beside,
    ...(compressed && costsOf(compressed, source.size, isJoblib)),
    otherName: (i) => (i < pickles.length ? `pickle ${i + 1}` : `array of objects ${i - pickles.length + 1}`),
    findPlace: (graph, node) => splice.findPlace(graph, node),
    ...(isJoblib
      ? { loader: 'joblib', unpickler: 'python', call: 'joblib.load(path)' }
      : opener
        ? { loader: 'pickle', call: opener.call }
        : { loader: 'pickle', call: 'pickle.load(file)' }),
  });
  return withRest(reportOf(context, findings, { isJoblib, compressed, names: names(pickles) }), rest);
}

/** Loaders read the first pickle and leave the rest; who loads several gets as far as the damage. */
function withRest(report: ArtifactReport, rest: readonly Damage[]): ArtifactReport {
  const [damage] = rest;
  if (!damage) return report;
  const text = `what stands behind it is no whole pickle: ${damage.failure.message}; loading the first one does not read it`;
  const note: ArtifactNote = { severity: 'warning', code: 'rest-unread', text };
  return { ...report, security: addNames(report.security, damage.named), notes: [...report.notes, note] };
}

function names(pickles: readonly LoadedPickle[]): Set<string> {
  return new Set(pickles.flatMap(({ graph }) => graph.globals.rows.map(({ full }) => full)));
}

interface Kind {
  readonly isJoblib: boolean;
  readonly compressed: Compressed | undefined;
  readonly names: ReadonlySet<string>;
}

function reportOf(context: ReadContext, findings: PickleFindings, kind: Kind): ArtifactReport {
  const { parts, pickles, arrays, classes, tree, duplicates, forecast, pinned, whatIfs, advice, security, notes } =
    findings;
  const fileBytes = kind.compressed?.storedBytes ?? context.source.size;
  const several = kind.isJoblib ? notes.filter(({ code }) => code !== 'several-pickles') : notes;
  const format = formatOf(findings, kind);
  return dataReport(context, format, {
    fileBytes,
    parts: parts.length > 1 ? parts : [],
    pickles,
    arrays,
    classes,
    tree,
    duplicates,
    forecast: kind.isJoblib ? widen(forecast, kind.compressed) : forecast,
    pinned,
    whatIfs: kind.isJoblib ? joblibWhatIfs(whatIfs, kind) : whatIfs,
    advice,
    security,
    notes: several,
  });
}

/**
 * joblib's reader frees buffers of 256 KiB on its way, which teaches malloc to take blocks of that size and more from its heap;
 * what the memo pinned then lies between what stays, and the heap may keep all of it.
 */
function widen(forecast: Forecast, compressed: Compressed | undefined): Forecast {
  const passing = forecast.peakParts.filter(({ id }) => id === 'buffer' || id === 'decompressor');
  const buffers = passing.reduce((sum, { bytes }) => sum + bytes, 0);
  const high = Math.max(forecast.residentHigh, forecast.peak - buffers);
  return { ...forecast, residentHigh: high + (compressed ? JOBLIB_BUFFERS : 0) };
}

function formatOf({ protocol, opcodes, objects }: PickleFindings, kind: Kind): Format {
  const isCloud = [...kind.names].some((name) => name.startsWith('cloudpickle.'));
  const name = kind.isJoblib ? 'joblib' : isCloud ? 'pickle, made by cloudpickle' : 'pickle';
  return {
    id: kind.isJoblib ? 'joblib' : 'pickle',
    name: kind.compressed ? `${name}, compressed with ${kind.compressed.codec}` : name,
    version: `protocol ${protocol}`,
    details: [
      { name: 'opcodes', value: String(opcodes) },
      { name: 'objects', value: String(objects) },
    ],
  };
}

/** joblib maps arrays itself, unless the stream is compressed; the row of plain pickles says how to get there. */
function joblibWhatIfs(whatIfs: readonly WhatIf[], { compressed }: Kind): WhatIf[] {
  return whatIfs.map((row) => {
    if (row.id !== 'mmap') return row;
    if (!compressed) return { ...row, how: "joblib.load(path, mmap_mode='r')" };
    const notApplicable = 'arrays of a compressed file cannot be mapped: joblib.dump(model, path, compress=0)';
    return { ...row, notApplicable, peak: Number.NaN, residentLow: Number.NaN, residentHigh: Number.NaN };
  });
}
