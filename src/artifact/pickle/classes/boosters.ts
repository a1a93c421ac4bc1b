// xgboost and lightgbm: their boosters are pickled as the library's own text or bytes, and parsed by it when they are loaded.
// What that takes depends on the library's version and on the trees; the figures are of one model each, so the class counts
// as unknown, and lowers the confidence.
import { KIND } from '../graph.ts';
import { CERTAINTY, type LoadRule } from '../load-rule.ts';
import { ObjectView } from '../object-view.ts';

/** Live memory to serialised bytes: measured on 300 trees of depth 9 and on 500 trees of 127 leaves. */
const XGBOOST_FACTOR = 3.6;
const LIGHTGBM_FACTOR = 1.75;

const xgboost: LoadRule = {
  names: ['xgboost.core.Booster'],
  certainty: CERTAINTY.unknown,
  load(object, sink) {
    sink.sizes.instance(3, true, (bytes) => sink.object(bytes));
    sink.raw(XGBOOST_FACTOR * serialised(object, 'handle'));
  },
};

const lightgbm: LoadRule = {
  names: ['lightgbm.basic.Booster'],
  certainty: CERTAINTY.unknown,
  load(object, sink) {
    sink.sizes.instance(8, true, (bytes) => sink.object(bytes));
    sink.raw(LIGHTGBM_FACTOR * (serialised(object, '_handle') || serialised(object, 'handle')));
    sink.keep(object.entry(object.state, 'pandas_categorical'));
  },
};

/** Bytes of the model in the state, which may be a string, bytes, or a bytearray made of bytes. */
function serialised(object: ObjectView, key: string): number {
  const value = object.entry(object.state, key);
  if (object.kindOf(value) !== KIND.object) return object.payload(value);
  return object.payload(new ObjectView(object.graph).at(value).argument(0));
}

export const BOOSTERS: readonly LoadRule[] = [xgboost, lightgbm];
