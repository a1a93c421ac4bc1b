// What a reader of a format is given, and the report that it starts from.
import { type Bytes, KIB } from '#base/units.ts';
import { NO_ARRAYS } from './array-list.ts';
import type { ByteSource } from './byte-source.ts';
import type { ArtifactReport, Confidence, Format, Part, PythonVersion } from './types.ts';

export interface ReadContext {
  readonly source: ByteSource;
  /** The file's own name, without its folder. */
  readonly name: string;
  readonly python: PythonVersion;
  /** A file that stands beside it, by a plain name without folders; undefined where there is none. */
  readonly openBeside: (name: string) => ByteSource | undefined;
  /** What is inside of a compressed file, where it was taken apart: it must have been unless isReadInPlace. */
  readonly unpacked?: ByteSource | undefined;
  /** Version of a package in the Python that would load it; undefined where that is not known. */
  readonly installed: (name: string) => string | undefined;
}

export type Reader = (context: ReadContext) => ArtifactReport;

/** A report of data that holds no code: everything that is not given is empty. */
export function dataReport(
  context: Pick<ReadContext, 'source' | 'name'>,
  format: Format,
  fields: Partial<ArtifactReport>,
): ArtifactReport {
  return {
    format,
    fileBytes: context.source.size,
    parts: [],
    pickles: [],
    arrays: NO_ARRAYS,
    classes: { rows: [], count: 0, bytes: 0 },
    tree: null,
    duplicates: [],
    forecast: null,
    pinned: null,
    whatIfs: [],
    advice: [],
    security: { canExecute: false, globals: [], weightsOnly: null },
    notes: [],
    ...fields,
  };
}

export function wholePart({ name, source }: Pick<ReadContext, 'source' | 'name'>): Part {
  return { name, bytes: source.size, inflatedBytes: source.size, at: 0, found: true };
}

export function sure(reason: string): Confidence {
  return { share: 1, level: 'high', reason };
}

export function fair(share: number, reason: string): Confidence {
  return { share, level: 'medium', reason };
}

export function unsure(share: number, reason: string): Confidence {
  return { share, level: 'low', reason };
}

/** Pages are whole, and every library touches a few of its own on the way: what is known to the byte stays within this. */
export function residentAbout(
  low: Bytes,
  high: Bytes = low,
): { readonly residentLow: Bytes; readonly residentHigh: Bytes } {
  return { residentLow: low * 0.99, residentHigh: high * 1.02 + 128 * KIB };
}
