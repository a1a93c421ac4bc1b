// joblib's arrays: a wrapper in the pickle, replaced by the array as soon as it was built, whose bytes stand behind it in the
// stream. numpy reads them straight into memory of the array's own.
import type { Bytes } from '#base/units.ts';
import type { ArrayFacts, LoadRule } from '../load-rule.ts';
import type { ObjectView } from '../object-view.ts';
import { readDtype } from './numpy-dtype.ts';

const ARRAY_OBJECT: Bytes = 96;
/** joblib aligns data by a buffer of 16 bytes more than it needs, and keeps the view. */
const ALIGNED_VIEW: Bytes = 96 + 16;

const wrapper: LoadRule = {
  names: ['joblib.numpy_pickle.NumpyArrayWrapper'],
  className: 'numpy.ndarray',
  load(object, sink) {
    sink.object(ARRAY_OBJECT);
    sink.object(ALIGNED_VIEW);
    sink.keep(object.entry(object.state, 'dtype'));
    const { shape, bytes } = factsOf(object) ?? { shape: [], bytes: 0 };
    sink.raw(Math.max(16, 16 * shape.length));
    sink.raw(bytes);
  },
  array: factsOf,
  data: (object) => object.node,
};

function factsOf(object: ObjectView): ArrayFacts | undefined {
  const { name, itemBytes } = readDtype(object.graph, object.entry(object.state, 'dtype'));
  const shape = object.integers(object.entry(object.state, 'shape'));
  if (!shape) return undefined;
  return { type: name, shape, bytes: shape.reduce((product, side) => product * side, itemBytes) };
}

export const JOBLIB: readonly LoadRule[] = [wrapper];
