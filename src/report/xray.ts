// What the reports of `highwater xray` are given: one model file each, read; and measured, where that was asked for.
import type { ArtifactReport } from '#artifact/types.ts';
import type { Bytes } from '#base/units.ts';

export interface XrayedModel {
  /** As the user named it. */
  readonly path: string;
  readonly report: ArtifactReport;
  /** null: it was not loaded. */
  readonly measured: MeasuredLoad | null;
}

/** One load in a fresh interpreter: the kernel's figures above those after the imports. */
export interface MeasuredLoad {
  readonly call: string;
  readonly python: string;
  /** After the imports, before the load: what the others are counted from. */
  readonly baseline: Bytes;
  readonly peak: Bytes;
  readonly resident: Bytes;
  readonly afterTrim: Bytes;
  /** File-backed pages among `resident`: mapped parts of the file. */
  readonly fileBacked: Bytes;
  /** CPU time of the load. */
  readonly seconds: number;
  /** '' = it loaded; else what the loader said. */
  readonly failure: string;
  /** Of the loaded object, largest first. */
  readonly classes: readonly MeasuredClass[];
  /** '' = that is all of them; else what was left out, and why. */
  readonly classesNote: string;
  /** Of a second load with highwater's agent in the process, by where allocators were called; empty also where that load failed. */
  readonly lines: readonly MeasuredLine[];
}

/** Objects that are reached from the loaded one, as Python's collector of garbage and sys.getsizeof tell. */
export interface MeasuredClass {
  readonly name: string;
  readonly count: number;
  readonly bytes: Bytes;
  /** What was read in the file; null where the class was not met there. */
  readonly predictedCount: number | null;
  readonly predictedBytes: Bytes | null;
}

export interface MeasuredLine {
  /** '' = the call itself, or code without a line of Python. */
  readonly file: string;
  readonly line: number | null;
  readonly func: string;
  /** Alive at the peak of the process; null where it stood higher before the load. */
  readonly peak: Bytes | null;
  /** When the load and gc.collect() were done. */
  readonly after: Bytes;
}
