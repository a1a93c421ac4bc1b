// pandas: frames keep a manager, that keeps blocks and axes, those keep numpy or extension arrays. All that the file gives to
// their constructors is kept; tuples and dicts of arguments dissolve.
import { KIND } from '../graph.ts';
import type { LoadRule } from '../load-rule.ts';
import type { ObjectView } from '../object-view.ts';

/** What an index makes for itself: its cache and identity. Measured as the growth of the process for thousands of them. */
const INDEX_CACHE = 200;
const FLAGS_AND_ATTRS = 320;

/** The block, its placement, and the list of weak references by which views of it are counted (pandas 2 and later). */
const BLOCK_PARTS = [96, 80, 64, 48, 32];

const block: LoadRule = {
  names: ['pandas._libs.internals._unpickle_block'],
  className: 'pandas Block',
  load(object, sink) {
    for (const part of BLOCK_PARTS) sink.object(part);
    sink.keep(object.argument(0));
    sink.keep(object.argument(1));
  },
};

/** Called with blocks and axes; of a series, given them as state. */
const manager: LoadRule = {
  names: ['pandas.core.internals.managers.BlockManager', 'pandas.core.internals.managers.SingleBlockManager'],
  load(object, sink) {
    sink.object(96);
    sink.adopt(object.args);
    // (axes, values, items, {version: {axes, blocks}}): the last is what is read, where it is there.
    const versions = object.item(object.state, 3);
    if (versions >= 0) sink.keep(versions);
    else sink.adopt(object.state);
  },
};

/** Called with the class and a dict: the data stay, the dict does not. */
const index: LoadRule = {
  names: ['pandas.core.indexes.base._new_Index', 'pandas.core.indexes.datetimes._new_DatetimeIndex'],
  className: 'pandas.Index',
  load(object, sink) {
    sink.adopt(object.argument(1));
    sink.sizes.instance(5, true, (bytes) => sink.object(bytes));
    sink.object(INDEX_CACHE);
  },
};

/** Frames and series keep a manager, flags and a dict of attrs. */
const frame: LoadRule = {
  names: ['pandas.core.frame.DataFrame', 'pandas.DataFrame', 'pandas.core.series.Series', 'pandas.Series'],
  load(object, sink) {
    sink.adoptAttributes(object.state);
    sink.sizes.instance(5, true, (bytes) => sink.object(bytes));
    sink.object(FLAGS_AND_ATTRS);
  },
};

/** Codes and categories; the state is a dict or a tuple (dtype, codes, attributes). */
const categorical: LoadRule = {
  names: [
    'pandas.core.arrays.categorical.Categorical',
    'pandas.core.arrays.datetimes.DatetimeArray',
    'pandas.core.arrays.timedeltas.TimedeltaArray',
    'pandas._libs.arrays.__pyx_unpickle_NDArrayBacked',
  ],
  load(object, sink) {
    keepState(object, (value) => sink.adopt(value));
    sink.object(120);
    sink.object(240);
  },
};

function keepState(object: ObjectView, adopt: (value: number) => void): void {
  adopt(object.state);
  const kind = object.kindOf(object.state);
  if (kind === KIND.tuple)
    for (let i = 0; i < 3; i++)
      if (object.kindOf(object.item(object.state, i)) === KIND.dict) adopt(object.item(object.state, i));
}

const NO_COPY: readonly LoadRule[] = [
  // A buffer of pyarrow over bytes: it keeps the bytes object.
  {
    names: ['pyarrow.lib.py_buffer'],
    load(object, sink) {
      sink.object(160);
      sink.keep(object.argument(0));
    },
  },
  {
    names: ['pyarrow.lib._restore_array', 'pyarrow.lib.chunked_array', 'pyarrow.lib.type_for_alias'],
    className: 'pyarrow.Array',
    load(object, sink) {
      sink.object(400);
      for (let i = 0; i < object.argumentCount; i++) sink.keep(object.argument(i));
    },
  },
];

export const PANDAS: readonly LoadRule[] = [block, manager, index, frame, categorical, ...NO_COPY];
