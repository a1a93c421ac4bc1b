// WHAT EVERY FORMAT REPORTS. This file is the specification; docs/schemas/artifact.schema.json is the same as a schema.
// A report is what one model file was found to hold and what loading it is predicted to cost: facts and predictions, no
// words for the terminal. Readers fill in what their format can say; what it cannot say is empty or null, never guessed.
//
// Sizes are bytes. NaN stands for "not known" (JSON: null). Lists are bounded: a table holds the largest rows, and says how
// many more there are with how many bytes, so that totals stay exact however large the file is.
import type { Bytes, Fraction } from '#base/units.ts';

export const ARTIFACT_SCHEMA = 'highwater-artifact/1';

export const FORMAT_IDS = [
  'pickle',
  'joblib',
  'torch-zip',
  'torch-legacy',
  'safetensors',
  'safetensors-index',
  'npy',
  'npz',
  'skops',
  'gguf',
  'onnx',
  'hdf5',
  'keras',
  'parquet',
  'arrow',
  'csv',
] as const;
export type FormatId = (typeof FORMAT_IDS)[number];

export interface ArtifactReport {
  readonly format: Format;
  /** Of the file itself and of the other files that belong to it (shards, external data). */
  readonly fileBytes: Bytes;
  readonly parts: readonly Part[];
  /** One row for each of several pickles in a file, the ones that take most; empty where there is one, or none. Of a file of
   * several, tables are of all of them, and what is pinned is of the largest. */
  readonly pickles: readonly PickleRow[];
  readonly arrays: ArrayTable;
  readonly classes: ClassTable;
  /** The live objects of a pickle as a tree of sizes; null where a format has none but its arrays. */
  readonly tree: SizeTree | null;
  readonly duplicates: readonly Duplicates[];
  /** The usual way to load it; null where the format has none that memory could be predicted for. */
  readonly forecast: Forecast | null;
  readonly pinned: PinnedGarbage | null;
  /** Other ways to load it, or the same data in another form; the ones that do not apply say why. */
  readonly whatIfs: readonly WhatIf[];
  readonly advice: readonly Advice[];
  readonly security: Security;
  readonly notes: readonly ArtifactNote[];
}

export interface Format {
  readonly id: FormatId;
  /** As people say it: "pickle", "joblib, compressed with zlib". */
  readonly name: string;
  /** "protocol 4", "3", "1.0"; '' where the format has no version. */
  readonly version: string;
  /** What its header says of itself, in the header's order: producer, architecture, row groups. Values are text of the
   * file and may be anything. */
  readonly details: readonly { readonly name: string; readonly value: string }[];
}

/** A piece that can be read on its own: a shard, a member of an archive, one of several pickles in one file. */
export interface Part {
  readonly name: string;
  /** Of the piece as it is stored. */
  readonly bytes: Bytes;
  /** After inflating; the same as `bytes` where it is stored as it is. */
  readonly inflatedBytes: Bytes;
  /** Where it begins in its file. */
  readonly at: number;
  /** False: named by the file, but not found beside it. */
  readonly found: boolean;
}

/** Figures of one pickle as if it were loaded alone. */
export interface PickleRow {
  /** How the paths of its objects begin: 'model' for the one that takes most, else 'pickle 2'. */
  readonly name: string;
  readonly at: number;
  readonly bytes: Bytes;
  readonly protocol: number;
  /** Class of the object that loading gives. */
  readonly root: string;
  readonly objects: number;
  readonly peak: Bytes;
  readonly residentLow: Bytes;
  readonly residentHigh: Bytes;
  readonly pinnedBytes: Bytes;
  readonly arrayCount: number;
  readonly arrayBytes: Bytes;
  /** What equal values take that could be one. */
  readonly duplicateBytes: Bytes;
}

/** Tensors, arrays, columns: what is one block of numbers. Rows by bytes, largest first. */
export interface ArrayTable {
  readonly rows: readonly ArrayRow[];
  /** All of them, listed or not. */
  readonly count: number;
  readonly bytes: Bytes;
  readonly byType: readonly { readonly type: string; readonly count: number; readonly bytes: Bytes }[];
}

export interface ArrayRow {
  /** From the root of the object: `model.trees[3].stats["x17"]`, `encoder.layer.0.weight`, a column's name. */
  readonly path: string;
  /** numpy's or the format's own name: 'float32', 'bfloat16', 'Q4_K', 'string'. */
  readonly type: string;
  /** Empty for a scalar; -1 for a dimension that is not known before loading. */
  readonly shape: readonly number[];
  /** In memory as the format's usual loader makes it. Shared storage is counted where it first appears, others have 0. */
  readonly bytes: Bytes;
  /** In the file: less than `bytes` where it is compressed. */
  readonly storedBytes: Bytes;
}

/** Objects by class as they will be alive after loading. Rows by bytes, largest first. */
export interface ClassTable {
  readonly rows: readonly ClassRow[];
  readonly count: number;
  readonly bytes: Bytes;
}

export interface ClassRow {
  /** Full dotted name: 'builtins.dict', 'random.Random', 'sklearn.tree._tree.Tree'. */
  readonly name: string;
  readonly count: number;
  readonly bytes: Bytes;
  /** False: how this class loads is not in the registry, and its bytes are a guess. */
  readonly known: boolean;
  /** A path to one of them; '' where none was kept. */
  readonly example: string;
}

/** An object with all that is reached through it, everything counted once. Small ones are summed up in a row without a path. */
export interface SizeTree {
  readonly path: string;
  readonly className: string;
  readonly bytes: Bytes;
  readonly children: readonly SizeTree[];
}

/** Equal values that are separate objects. */
export interface Duplicates {
  readonly kind: 'str' | 'bytes' | 'float' | 'tuple' | 'array';
  /** Objects that could be dropped if each value existed once, and their bytes; of arrays those of the numbers. */
  readonly count: number;
  readonly bytes: Bytes;
  /** The values that cost the most, cut to a readable length. */
  readonly examples: readonly { readonly text: string; readonly count: number; readonly bytes: Bytes }[];
}

/** Python's minor version, since sizes of objects differ: 3.11 is `{ major: 3, minor: 11 }`. */
export interface PythonVersion {
  readonly major: number;
  readonly minor: number;
}

/**
 * Memory above a process that has imported what the file needs, and nothing else: the baseline is taken after the imports.
 * `peak` is the kernel's high-water mark, `resident` what stays after gc.collect(), before any malloc_trim.
 */
export interface Forecast {
  /** The call that is predicted: 'joblib.load(path)'. */
  readonly call: string;
  readonly python: PythonVersion;
  /** Modules whose import belongs to the baseline. */
  readonly imports: readonly string[];
  readonly peak: Bytes;
  readonly residentLow: Bytes;
  readonly residentHigh: Bytes;
  /** Pages of the file itself that a mapping may bring in on top: shared, and given back under pressure. */
  readonly fileBacked: Bytes;
  /** What the peak consists of; adds up to it. */
  readonly peakParts: readonly PeakPart[];
  readonly confidence: Confidence;
}

export interface PeakPart {
  readonly id: 'live' | 'pinned' | 'memo' | 'buffer' | 'decompressor' | 'temporary' | 'second-copy' | 'loader';
  readonly bytes: Bytes;
}

export interface Confidence {
  /** Share of the bytes in classes and encodings whose load behaviour is known. */
  readonly share: Fraction;
  readonly level: 'high' | 'medium' | 'low';
  /** One clause: what is not known, or what the figure stands on. */
  readonly reason: string;
}

/** Temporaries that the loader's memo keeps until it returns. */
export interface PinnedGarbage {
  readonly bytes: Bytes;
  readonly count: number;
  /** The memo's own array. */
  readonly memoSlots: number;
  readonly memoBytes: Bytes;
  readonly rows: readonly PinnedRow[];
}

export interface PinnedRow {
  /** Class of the temporary: 'int', 'tuple', 'dict'. */
  readonly name: string;
  readonly count: number;
  readonly bytes: Bytes;
  /** For whom it was made: 'random.Random' state; '' where several share it. */
  readonly owner: string;
  /** One clause: 'state tuple of random.Random, kept until load returns'. */
  readonly why: string;
}

export interface WhatIf {
  /** Stable: 'slim', 'slot-state', 'fast', 'out-of-band', 'float32', 'mmap', 'load-state-dict', 'assign', 'columns', ... */
  readonly id: string;
  readonly label: string;
  /** The code or command that does it. */
  readonly how: string;
  /** '' = applies; else why it does not, and the figures are NaN. */
  readonly notApplicable: string;
  readonly peak: Bytes;
  readonly residentLow: Bytes;
  readonly residentHigh: Bytes;
  /** What it costs or changes; '' = nothing but the time to make it. */
  readonly cost: string;
}

export interface Advice {
  /** Stable: 'load-from-file', 'gc-off', 'mmap-mode', ... */
  readonly id: string;
  /** Imperative, one line. */
  readonly title: string;
  readonly why: string;
  /** At the peak; NaN where it saves time or nothing that was predicted. */
  readonly savedBytes: Bytes;
  /** A line of code or a command; '' where there is none. */
  readonly how: string;
}

export type Verdict = 'allowed' | 'unknown' | 'dangerous';

export interface Security {
  /** Loading it the usual way can run code that the file names (pickle and what is built on it). */
  readonly canExecute: boolean;
  readonly globals: readonly GlobalUse[];
  /** Whether torch.load(weights_only=True) would take it; null where the question does not arise. */
  readonly weightsOnly: { readonly accepted: boolean; readonly reason: string } | null;
}

/** Something that the file imports by name. */
export interface GlobalUse {
  /** Module and full dotted name, as it would be resolved: 'os.system'. */
  readonly name: string;
  readonly verdict: Verdict;
  /** Called while loading (REDUCE, NEWOBJ, INST, OBJ), or only looked up. */
  readonly called: boolean;
  readonly count: number;
  /** Byte of the file where it first stands. */
  readonly at: number;
  /** The rule that decided; '' for unknown. */
  readonly why: string;
}

export interface ArtifactNote {
  readonly severity: 'info' | 'warning';
  readonly code: string;
  readonly text: string;
}
