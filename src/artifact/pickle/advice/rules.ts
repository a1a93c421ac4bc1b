// All rules, in the order in which advice of equal weight is shown.
import type { Advice } from '../../types.ts';
import { collectorOff } from './collector-off.ts';
import { loadBeforeFork } from './load-before-fork.ts';
import { loadFromFile } from './load-from-file.ts';
import { mapArrays } from './map-arrays.ts';
import { randomGenerators } from './random-generators.ts';
import type { AdviceFacts, AdviceRule } from './rule.ts';
import { shareArrays } from './share-arrays.ts';
import { shareStrings } from './share-strings.ts';
import { slimFile } from './slim-file.ts';
import { splitModel } from './split-model.ts';
import { storePlain } from './store-plain.ts';

const RULES: readonly AdviceRule[] = [
  slimFile,
  randomGenerators,
  shareStrings,
  shareArrays,
  mapArrays,
  storePlain,
  splitModel,
  loadFromFile,
  collectorOff,
  loadBeforeFork,
];

export function adviseOnPickle(facts: AdviceFacts): Advice[] {
  return RULES.flatMap((rule) => {
    const found = rule.judge(facts);
    return found ? [{ id: rule.id, ...found }] : [];
  });
}
