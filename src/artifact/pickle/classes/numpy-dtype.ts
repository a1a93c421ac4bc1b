// numpy's dtypes as they stand in a pickle: dtype('f8') and its state (version, byte order, subarray, names, fields, size, …).
import { KIND, type PickleGraph } from '../graph.ts';
import { ObjectView } from '../object-view.ts';
import type { NodeId, Value } from '../values.ts';

export interface Dtype {
  /** numpy's name: 'float64', '<U10', 'record of 56 bytes'. */
  readonly name: string;
  readonly itemBytes: number;
  readonly isObject: boolean;
}

const UNKNOWN: Dtype = { name: 'unknown', itemBytes: 0, isObject: false };
const cache = new WeakMap<PickleGraph, Map<NodeId, Dtype>>();

/** Of a value that should be a dtype; 'unknown' with 0 bytes where it is none. */
export function readDtype(graph: PickleGraph, value: Value): Dtype {
  if (value < 0) return UNKNOWN;
  const known = cache.get(graph) ?? new Map<NodeId, Dtype>();
  cache.set(graph, known);
  const dtype = known.get(value) ?? describeDtype(graph, value);
  known.set(value, dtype);
  return dtype;
}

const KINDS: Readonly<Record<string, string>> = {
  f: 'float',
  i: 'int',
  u: 'uint',
  c: 'complex',
  b: 'bool',
  O: 'object',
};

function describeDtype(graph: PickleGraph, value: NodeId): Dtype {
  if (graph.kind[value] === KIND.global) return byScalarType(graph.globals.rows[graph.aux[value]!]!.name);
  if (graph.kind[value] !== KIND.object) return UNKNOWN;
  const view = new ObjectView(graph).at(value);
  const code = view.text(view.argument(0)) ?? '';
  const match = /^[<>|=]?([a-zA-Z])(\d*)/.exec(code);
  if (!match) return UNKNOWN;
  return byCode(match[1]!, Number(match[2] || 0), view);
}

function byCode(letter: string, size: number, view: ObjectView): Dtype {
  const isObject = letter === 'O';
  if (letter === 'b' && size === 1) return { name: 'bool', itemBytes: 1, isObject };
  if (letter === 'O') return { name: 'object', itemBytes: 8, isObject };
  if (letter === 'U') return { name: `<U${size}`, itemBytes: 4 * size, isObject };
  if (letter === 'S') return { name: `S${size}`, itemBytes: size, isObject };
  if (letter === 'M' || letter === 'm')
    return { name: letter === 'M' ? 'datetime64' : 'timedelta64', itemBytes: 8, isObject };
  if (letter === 'V') {
    const bytes = view.integer(view.item(view.state, 5)) ?? size;
    return { name: `record of ${bytes} bytes`, itemBytes: bytes > 0 ? bytes : size, isObject };
  }
  const kind = KINDS[letter];
  return kind ? { name: `${kind}${8 * size}`, itemBytes: size, isObject } : UNKNOWN;
}

/** numpy.float64 given for a dtype. */
function byScalarType(name: string): Dtype {
  const match = /^(float|int|uint|complex)(\d+)$/.exec(name);
  return match ? { name, itemBytes: Number(match[2]) / 8, isObject: false } : UNKNOWN;
}
