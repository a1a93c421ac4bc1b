// river's compiled classes. Its models, splitters and statistics are Python classes and need no rule.
import type { LoadRule } from '../load-rule.ts';

/** Weights by feature: made from a dict, which is copied. */
const vectorDict: LoadRule = {
  names: ['river._river_rust.vectordict.VectorDict', 'river.utils.vectordict.VectorDict'],
  load(object, sink) {
    const weights = object.argument(0);
    sink.adopt(weights);
    sink.object(80);
    sink.object(sink.sizes.dictHead);
    sink.object(sink.sizes.dictKeys(object.lengthOf(weights), object.hasOnlyStringKeys(weights)));
  },
};

export const RIVER: readonly LoadRule[] = [vectorDict];
