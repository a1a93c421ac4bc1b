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
}
