// Bytes of data behind a value that should be a numpy array of the file.
import type { Bytes } from '#base/units.ts';
import { KIND, type PickleGraph } from '../graph.ts';
import { ObjectView } from '../object-view.ts';
import type { Value } from '../values.ts';
import { JOBLIB } from './joblib.ts';
import { NUMPY } from './numpy.ts';

const ARRAYS = [...NUMPY, ...JOBLIB];

/** 0 where it is none. */
export function readArrayBytes(graph: PickleGraph, value: Value): Bytes {
  if (value < 0 || graph.kind[value] !== KIND.object) return 0;
  const view = new ObjectView(graph).at(value);
  const name = view.globalName(graph.aux[value]!);
  return ARRAYS.find(({ names }) => names.includes(name))?.array?.(view)?.bytes ?? 0;
}
