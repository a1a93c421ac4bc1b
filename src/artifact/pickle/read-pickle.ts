// Reads a pickle file: every pickle in it through the symbolic machine, and for one version of Python what loading them would
// take. The entry point for the formats that are pickles or contain some.
import type { Bytes } from '#base/units.ts';
import type { ByteSource } from '../byte-source.ts';
import { Damage } from '../damage.ts';
import { unreadNotes } from '../equal-arrays.ts';
import { currentModule } from '../python2-names.ts';
import type { ArtifactNote, Confidence, Forecast, Part, PeakPart, PythonVersion } from '../types.ts';
import { adviseOnPickle } from './advice/rules.ts';
import type { PickleFindings } from './findings.ts';
import { computeLoadModel, type LoadModel, type Unpickler } from './forecast.ts';
import { ALL_FINDINGS } from './graph.ts';
import { describeSecurity } from './imports.ts';
import { CERTAINTY } from './load-rule.ts';
import { type LoadedPickle, runPickle, type Splice } from './machine.ts';
import { describePinned } from './pinned-table.ts';
import type { FindPlace } from './placed-arrays.ts';
import { type Examined, examine, joinExamined, pickleRows, withOthers } from './several.ts';
import { computeWhatIfs } from './what-ifs.ts';

export interface PickleOptions {
  readonly python: PythonVersion;
  /** What loads it. Default: pickle.load, which is written in C. */
  readonly unpickler?: Unpickler;
  /** See LoadOptions. */
  readonly copies?: number;
  /** See LoadOptions. */
  readonly decompressor?: Bytes;
  /** What the bound on our memory counts instead of the size of the source: that of a stream may be a bomb's. */
  readonly countedBytes?: Bytes;
  /** What else is held to read it. */
  readonly beside?: Bytes;
  /** The call that is predicted. */
  readonly call?: string;
  readonly loader?: 'pickle' | 'joblib' | 'torch';
  /** How paths begin. */
  readonly rootName?: string;
  /** The same for the others, where there are several. Default: 'pickle 2'. */
  readonly otherName?: (index: number) => string;
  readonly splice?: Splice;
  /** Where the first pickle begins. */
  readonly at?: number;
  /** Pickles to read; the rest of the file is the caller's. Default: all. */
  readonly most?: number;
  /** Where arrays stand that are not in the pickle itself. */
  readonly findPlace?: FindPlace;
  /** Takes what is no pickle behind the first one; else that is thrown. */
  readonly onRest?: (damage: Damage) => void;
}

/** With node itself and what its collector has not got to yet, 200 MB and four times the file. */
const BASE_CEILING: Bytes = 100e6;
const CEILING_PER_BYTE = 4;
/** Of one that holds nothing: its columns, and what is told of it. */
const BYTES_A_PICKLE: Bytes = 20e3;
const MOST_PICKLES = 10_000;

/** All pickles of the source, run symbolically. Throws Damage, which names the byte. */
export function runPickles(source: ByteSource, options: PickleOptions): LoadedPickle[] {
  const { at = 0, most = MOST_PICKLES, splice, onRest } = options;
  const ceiling = ceilingOf(source, options);
  const pickles: LoadedPickle[] = [];
  let held = 0;
  for (let next = at; next < source.size && pickles.length < most; ) {
    try {
      const pickle = runPickle(source, next, { ceiling: ceiling - held, ...(splice && { splice }) });
      pickles.push(pickle);
      held += pickle.graph.held + BYTES_A_PICKLE;
      next = pickle.end;
    } catch (error) {
      if (!(error instanceof Damage)) throw error;
      if (onRest && pickles.length > 0) {
        onRest(error);
        return pickles;
      }
      for (const { graph } of pickles) error.named.push(...graph.globals.rows);
      throw error;
    }
  }
  return pickles;
}

function ceilingOf({ size }: ByteSource, { countedBytes = size, beside = 0 }: PickleOptions): Bytes {
  return BASE_CEILING - beside + CEILING_PER_BYTE * countedBytes;
}

/** Throws Damage for a file that is no pickle or is cut off. */
export function readPickle(source: ByteSource, options: PickleOptions): PickleFindings {
  return describePickles(runPickles(source, options), source, options);
}

/** The findings of pickles that were run: each in a row, tables of all; what is pinned and what-ifs are of the largest one. */
export function describePickles(
  pickles: readonly LoadedPickle[],
  source: ByteSource,
  options: PickleOptions,
): PickleFindings {
  if (pickles.length === 0) throw new Damage('artifact-damaged', options.at ?? 0, 'there is no pickle');
  const ceiling = ceilingOf(source, options);
  const { main, own, examined } = examineAll(pickles, ceiling, options);
  const { arrays, classes, tree, duplicates, bytesByCertainty, unread } = joinExamined(examined);
  const forecast = forecastOf(examined, main, { bytesByCertainty, options, imports: importsOf(pickles) });
  const pinned = describePinned(main);
  const isCoarse = main.size.graph.heldWith(ALL_FINDINGS) > ceiling;
  const others = {
    peak: forecast.peak - own.row.peak,
    low: forecast.residentLow - own.row.residentLow,
    high: forecast.residentHigh - own.row.residentHigh,
  };
  const { slimmable, arrays: ownArrays } = own;
  const around = { model: main, slimmable, arrays: ownArrays, isCoarse };
  const whatIfs = computeWhatIfs(around).map((row) => withOthers(row, others));
  const objects = pickles.reduce((sum, { graph }) => sum + graph.nodeCount, 0);
  const facts = { fileBytes: source.size, peak: forecast.peak, residentHigh: forecast.residentHigh, objects };
  const loader = options.loader ?? 'pickle';
  return {
    parts: pickles.map(partOf),
    pickles: pickleRows(examined),
    protocol: Math.max(...pickles.map(({ protocol }) => protocol)),
    opcodes: pickles.reduce((sum, { opcodes }) => sum + opcodes, 0),
    objects,
    arrays,
    classes,
    duplicates,
    forecast,
    pinned,
    whatIfs,
    advice: adviseOnPickle({ ...facts, loader, arrays, classes, duplicates, pinned, whatIfs, tree }),
    security: describeSecurity(pickles, 0),
    notes: [...notesOf(pickles), ...unreadNotes(unread), ...(isCoarse ? [COARSE] : [])],
    tree,
  };
}

function partOf({ start, end }: LoadedPickle, index: number): Part {
  return { name: `pickle ${index + 1}`, bytes: end - start, inflatedBytes: end - start, at: start, found: true };
}

interface All {
  /** The model of the pickle with the highest peak, and what was found in it: ten thousand models would not be little. */
  readonly main: LoadModel;
  readonly own: Examined;
  readonly examined: readonly Examined[];
}

function examineAll(pickles: readonly LoadedPickle[], ceiling: Bytes, options: PickleOptions): All {
  const { unpickler = 'c', copies = 0, decompressor = 0, python, rootName = 'model', findPlace } = options;
  const look = (model: LoadModel, name: string) =>
    examine(model, name, model.size.graph.heldWith(ALL_FINDINGS) > ceiling, findPlace);
  const modelOf = (pickle: LoadedPickle) => computeLoadModel(pickle, python, { unpickler, copies, decompressor });
  if (pickles.length === 1) {
    const main = modelOf(pickles[0]!);
    const own = look(main, rootName);
    return { main, own, examined: [own] };
  }
  let [main, at]: [LoadModel | undefined, number] = [undefined, 0];
  const examined = pickles.map((pickle, i) => {
    const model = modelOf(pickle);
    if (!main || model.timeline.peak > main.timeline.peak) [main, at] = [model, i];
    return look(model, options.otherName?.(i) ?? `pickle ${i + 1}`);
  });
  const own = look(main!, rootName);
  examined[at] = own;
  return { main: main!, own, examined };
}

interface Around {
  readonly bytesByCertainty: readonly Bytes[];
  readonly options: PickleOptions;
  readonly imports: readonly string[];
}

/** Loaded one after the other: each peak stands on what the ones before left resident. */
function forecastOf(all: readonly Examined[], main: LoadModel, around: Around): Forecast {
  const { bytesByCertainty, options, imports } = around;
  let [low, high, peak] = [0, 0, 0];
  for (const { row } of all) {
    peak = Math.max(peak, high + row.peak);
    low += row.residentLow;
    high += row.residentHigh;
  }
  return {
    call: options.call ?? 'pickle.load(file)',
    python: options.python,
    imports,
    peak,
    residentLow: low,
    residentHigh: high,
    fileBacked: 0,
    peakParts: peakParts(main, peak),
    confidence: confidenceOf(bytesByCertainty),
  };
}

function importsOf(pickles: readonly LoadedPickle[]): string[] {
  const modules = new Set(
    pickles.flatMap(({ graph }) => graph.globals.rows.map(({ module }) => currentModule(module))),
  );
  return [...modules].sort();
}

function peakParts({ timeline, buffers, options }: LoadModel, peak: Bytes): PeakPart[] {
  const { decompressor = 0 } = options;
  const { live, pinned, temporary, memo } = timeline;
  const others = peak - live - pinned - temporary - memo - buffers;
  const parts: PeakPart[] = [
    { id: 'live', bytes: live + Math.max(0, others) },
    { id: 'pinned', bytes: pinned },
    { id: 'memo', bytes: memo },
    { id: 'temporary', bytes: temporary },
    { id: 'buffer', bytes: buffers - decompressor },
    { id: 'decompressor', bytes: decompressor },
  ];
  return parts.filter(({ bytes }) => bytes > 0);
}

const HIGH_SHARE = 0.95;
const MEDIUM_SHARE = 0.7;

function confidenceOf(bytesByCertainty: readonly Bytes[]): Confidence {
  const total = bytesByCertainty.reduce((sum, bytes) => sum + bytes, 0);
  const share = total === 0 ? 1 : 1 - bytesByCertainty[CERTAINTY.unknown]! / total;
  const assumed = total === 0 ? 0 : bytesByCertainty[CERTAINTY.protocol]! / total;
  const percent = (part: number) => `${Math.round(part * 100)} %`;
  if (share < HIGH_SHARE) {
    const level = share >= MEDIUM_SHARE ? 'medium' : 'low';
    return { share, level, reason: `${percent(1 - share)} of the bytes are in classes that load in ways unknown here` };
  }
  if (assumed > 0.1) {
    return {
      share,
      level: 'medium',
      reason: `${percent(assumed)} of the bytes are in classes taken to load by Python's default protocol, without a __setstate__`,
    };
  }
  return { share, level: 'high', reason: 'the classes and how they load are known' };
}

const COARSE: ArtifactNote = {
  severity: 'info',
  code: 'coarse-report',
  text: 'there are more objects in the file than highwater follows one by one: paths, the tree of sizes and pickling without a memo are left out',
};

function notesOf(pickles: readonly LoadedPickle[]): ArtifactNote[] {
  const notes: ArtifactNote[] = [];
  if (pickles.length > 1) {
    const text = `there are ${pickles.length} pickles in the file, one after the other; pickle.load reads the first`;
    notes.push({ severity: 'info', code: 'several-pickles', text });
  }
  if (pickles.some(({ usesBuffers }) => usesBuffers)) {
    const text = 'some data are in buffers beside this file (protocol 5), and are not counted';
    notes.push({ severity: 'warning', code: 'buffers-elsewhere', text });
  }
  return notes;
}
