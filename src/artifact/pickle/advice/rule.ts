// Advice on a pickle: a rule looks at what was found and gives one piece of advice with a number, or none.
import type { Bytes } from '#base/units.ts';
import type { Advice, ArrayTable, ClassTable, Duplicates, PinnedGarbage, SizeTree, WhatIf } from '../../types.ts';

export interface AdviceFacts {
  readonly fileBytes: Bytes;
  readonly peak: Bytes;
  readonly residentHigh: Bytes;
  readonly objects: number;
  readonly loader: 'pickle' | 'joblib' | 'torch';
  readonly arrays: ArrayTable;
  readonly classes: ClassTable;
  readonly duplicates: readonly Duplicates[];
  readonly pinned: PinnedGarbage;
  readonly whatIfs: readonly WhatIf[];
  readonly tree: SizeTree;
}

export interface AdviceRule {
  readonly id: string;
  judge(facts: AdviceFacts): Omit<Advice, 'id'> | undefined;
}
