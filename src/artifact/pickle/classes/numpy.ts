// numpy's arrays, scalars, dtypes and random generators.
import { KIND } from '../graph.ts';
import type { ArrayFacts, LoadRule, LoadSink } from '../load-rule.ts';
import type { ObjectView } from '../object-view.ts';
import type { Value } from '../values.ts';
import { type Dtype, readDtype } from './numpy-dtype.ts';

const CORES = ['numpy.core', 'numpy._core'];
/** The array object; shape and strides are a block of malloc. */
const ARRAY_OBJECT = 96;
/** Up to this many bytes array_setstate copies the data; beyond, the array keeps the bytes object and points into it. */
const LARGEST_COPIED = 1000;
/** What frombuffer keeps of a buffer: memoryview and managed buffer. */
const MEMORYVIEW = 184 + 128;

function inCores(...names: readonly string[]): string[] {
  return CORES.flatMap((core) => names.map((name) => `${core}.${name}`));
}

/** Protocols up to 4: an empty array, filled by state (version, shape, dtype, order, data). */
const reconstructed: LoadRule = {
  names: inCores('multiarray._reconstruct'),
  className: 'numpy.ndarray',
  load(object, sink) {
    const { state } = object;
    const data = object.item(state, 4);
    loadHeader(sink, object.lengthOf(object.item(state, 1)));
    sink.keep(object.item(state, 2));
    if (object.kindOf(data) === KIND.list) {
      sink.adopt(data);
      sink.raw(8 * object.lengthOf(data));
    } else if (object.kindOf(data) === KIND.bytes && object.payload(data) > LARGEST_COPIED) sink.keep(data);
    else sink.raw(dataBytes(object, data));
  },
  array: (object) => facts(object, object.item(object.state, 2), object.item(object.state, 1)),
  data: (object) => object.item(object.state, 4),
};

/** The text of protocols 0 to 2 is encoded into new bytes first. */
function dataBytes(object: ObjectView, data: Value): number {
  return object.kindOf(data) === KIND.string ? object.lengthOf(data) : object.payload(data);
}

/** Protocol 5: over a bytearray (in the stream) or a buffer from outside, reshaped: two array objects. */
const fromBuffer: LoadRule = {
  names: inCores('numeric._frombuffer'),
  className: 'numpy.ndarray',
  load(object, sink) {
    const shape = object.argument(2);
    loadHeader(sink, 1);
    loadHeader(sink, object.lengthOf(shape));
    sink.object(MEMORYVIEW);
    sink.keep(object.argument(0));
    sink.keep(object.argument(1));
  },
  array: (object) => facts(object, object.argument(1), object.argument(2)),
  data: (object) => object.argument(0),
};

function loadHeader(sink: LoadSink, dimensions: number): void {
  sink.object(ARRAY_OBJECT);
  sink.raw(Math.max(16, 16 * dimensions));
}

function facts(object: ObjectView, dtype: Value, shape: Value): ArrayFacts | undefined {
  const { name, itemBytes }: Dtype = readDtype(object.graph, dtype);
  const sides = object.integers(shape);
  if (!sides) return undefined;
  return { type: name, shape: sides, bytes: sides.reduce((product, side) => product * side, itemBytes) };
}

const scalar: LoadRule = {
  names: inCores('multiarray.scalar'),
  className: 'numpy scalar',
  load(object, sink) {
    const { itemBytes, isObject } = readDtype(object.graph, object.argument(0));
    sink.object(16 + Math.max(8, itemBytes));
    if (isObject) sink.keep(object.argument(1));
  },
};

const dtype: LoadRule = {
  names: ['numpy.dtype'],
  load(object, sink) {
    sink.object(112);
    sink.keep(object.item(object.state, 3));
    sink.keep(object.item(object.state, 4));
  },
};

const MERSENNE_TWISTER = 2624;
/** PCG64 and its like. */
const OTHER_GENERATOR = 224;
/** Its lock, capsule and pointers. */
const GENERATOR_PARTS = [32, 56, 64];

/** Generators: their words are in the bit generator; arrays and dicts of state dissolve. */
const bitGenerator: LoadRule = {
  names: ['numpy.random._pickle.__bit_generator_ctor'],
  className: 'numpy.random.BitGenerator',
  load(object, sink) {
    const kind = object.text(object.argument(0)) ?? object.globalName(object.argument(0));
    sink.object(kind.endsWith('MT19937') ? MERSENNE_TWISTER : OTHER_GENERATOR);
    for (const part of GENERATOR_PARTS) sink.object(part);
  },
};

const generator: LoadRule = {
  names: ['numpy.random._pickle.__randomstate_ctor', 'numpy.random._pickle.__generator_ctor'],
  className: 'numpy.random.RandomState',
  load(object, sink) {
    sink.object(256);
    if (object.kindOf(object.argument(0)) === KIND.object) sink.keep(object.argument(0));
    else for (const part of [MERSENNE_TWISTER, ...GENERATOR_PARTS]) sink.object(part);
  },
};

export const NUMPY: readonly LoadRule[] = [reconstructed, fromBuffer, scalar, dtype, bitGenerator, generator];
