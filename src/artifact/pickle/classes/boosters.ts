// xgboost and lightgbm: their boosters are pickled as the library's own text or bytes, and parsed by it when they are loaded.
// What that takes depends on the library's version and on the trees; the figures are of one model each, so the class counts
// as unknown, and lowers the confidence.
import { KIND } from '../graph.ts';
import { CERTAINTY, type LoadRule } from '../load-rule.ts';
import { ObjectView } from '../object-view.ts';

/**
 * xgboost parses the bytes, which are UBJSON, into a tree of JSON values, makes its trees of nodes from that, and lets go of it.
 * To serialised bytes, over eight models of 200 to 1500 trees, 13,000 to 164,000 nodes (xgboost 3.2): what stays, and what is
 * there beside it while __setstate__ runs; and, whatever the model, what the library touches of its own the first time.
 */
const XGBOOST_FACTOR = 2.9;
const XGBOOST_PARSED = 0.95;
const XGBOOST_FIRST_USE = 3.6 * 2 ** 20;
/** Live memory to serialised bytes: measured on 500 trees of 127 leaves. */
const LIGHTGBM_FACTOR = 1.75;

const xgboost: LoadRule = {
  names: ['xgboost.core.Booster'],
  certainty: CERTAINTY.unknown,
  load(object, sink) {
    sink.sizes.instance(3, true, (bytes) => sink.object(bytes));
    sink.raw(XGBOOST_FACTOR * serialised(object, 'handle'));
  },
  passing: (object) => XGBOOST_PARSED * serialised(object, 'handle'),
  firstUse: XGBOOST_FIRST_USE,
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
