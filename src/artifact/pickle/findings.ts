// WHAT IS FOUND IN A PICKLE, for one version of Python: the parts of an ArtifactReport that a pickle has, in the report's own
// types. Readers of formats that contain pickles (joblib, torch) take them and add what is theirs.
import type {
  Advice,
  ArrayTable,
  ArtifactNote,
  ClassTable,
  Duplicates,
  Forecast,
  Part,
  PickleRow,
  PinnedGarbage,
  Security,
  SizeTree,
  WhatIf,
} from '../types.ts';

export interface PickleFindings {
  /** The pickles in the file, one after the other. Figures are of all of them, loaded in this order and kept. */
  readonly parts: readonly Part[];
  readonly pickles: readonly PickleRow[];
  readonly protocol: number;
  readonly opcodes: number;
  /** Objects that loading makes, garbage included; numbers too. */
  readonly objects: number;
  readonly arrays: ArrayTable;
  readonly classes: ClassTable;
  readonly duplicates: readonly Duplicates[];
  readonly forecast: Forecast;
  readonly pinned: PinnedGarbage;
  readonly whatIfs: readonly WhatIf[];
  readonly advice: readonly Advice[];
  readonly security: Security;
  readonly notes: readonly ArtifactNote[];
  /** The live objects as a tree of sizes, for a treemap; small ones are summed up in a row without a name. */
  readonly tree: SizeTree;
}
