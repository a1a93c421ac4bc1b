// The same objects loaded in other ways: predicted by the same model with one thing changed, or why that way is not open.
import type { Bytes } from '#base/units.ts';
import type { ArrayTable, WhatIf } from '../types.ts';
import { computeExpanded } from './expand.ts';
import {
  type LoadModel,
  peakOf,
  residentRange,
  withoutCompression,
  withoutUnusedMemo,
  withSlotStates,
} from './forecast.ts';

interface Around {
  readonly model: LoadModel;
  /** Of equal constants, what the rewriter shares. */
  readonly slimmable: Bytes;
  readonly arrays: ArrayTable;
  /** There are too many objects to follow each reference. */
  readonly isCoarse: boolean;
}

export function computeWhatIfs(around: Around): WhatIf[] {
  const { model } = around;
  const slim = withoutUnusedMemo(model);
  return [
    slimmed(around, slim),
    slotState(around, slim),
    fast(around),
    outOfBand(around),
    float32(around),
    mapped(around),
    ...uncompressed(around),
  ];
}

const SLIM = 'highwater slim IN -o OUT';

/** Only entries that are fetched stay in the memo, and equal constants are shared. */
function slimmed({ slimmable }: Around, slim: LoadModel): WhatIf {
  return applied(
    'slim',
    'rewritten without unused memo entries, equal constants shared',
    SLIM,
    figures(slim, slimmable),
  );
}

function slotState({ model, slimmable }: Around, slim: LoadModel): WhatIf {
  const what = { id: 'slot-state', label: 'slimmed, attributes set one by one', how: `${SLIM} --slot-state` };
  if (model.python.minor <= 10) {
    return excluded(what, `instances are as small without it on Python 3.${model.python.minor}`);
  }
  const rewritten = withSlotStates(slim);
  const cost = 'classes with a __setattr__ or properties of these names load differently: each is checked first';
  return { ...applied(what.id, what.label, what.how, figures(rewritten, slimmable)), cost };
}

function fast({ model, isCoarse }: Around): WhatIf {
  const what = { id: 'fast', label: 'pickled without a memo', how: 'pickler.fast = True (deprecated)' };
  if (isCoarse) return excluded(what, 'there are too many objects to follow each reference');
  const expanded = computeExpanded(model);
  if (expanded === undefined) return excluded(what, 'objects refer to one another in a circle, which it cannot write');
  const bytes = expanded.bytes + model.buffers;
  const { copies } = expanded;
  const cost = copies === 0 ? '' : `${copies} references to shared objects become copies of their own`;
  return { ...applied(what.id, what.label, what.how, { peak: bytes, low: bytes * 0.97, high: bytes * 1.03 }), cost };
}

function outOfBand({ model, arrays }: Around): WhatIf {
  const what = {
    id: 'out-of-band',
    label: 'protocol 5, arrays beside the pickle',
    how: 'pickle.dumps(model, protocol=5, buffer_callback=buffers.append)',
  };
  if (arrays.bytes === 0) return excluded(what, 'there are no arrays in it');
  const { peak, low, high } = figures(model, 0);
  const rest = Math.max(0, peak - arrays.bytes);
  return {
    ...applied(what.id, what.label, what.how, { peak: Math.max(rest, high), low, high }),
    cost: 'the buffers are kept in files of their own; arrays are views of them, without a copy',
  };
}

function float32({ model, arrays }: Around): WhatIf {
  const what = { id: 'float32', label: 'arrays of float64 as float32', how: "array.astype('float32') before pickling" };
  const doubles = arrays.byType.find(({ type }) => type === 'float64')?.bytes ?? 0;
  if (doubles === 0) return excluded(what, 'there are no arrays of float64 in it');
  const cost = 'keeps 7 of 16 decimal digits; libraries may turn them back';
  return { ...applied(what.id, what.label, what.how, figures(model, doubles / 2)), cost };
}

/** Only where it is compressed. */
function uncompressed({ model }: Around): WhatIf[] {
  if ((model.options.decompressor ?? 0) === 0) return [];
  const { how, cost } = UNCOMPRESSED;
  const row = applied('uncompressed', 'saved without compression', how, figures(withoutCompression(model), 0));
  return [{ ...row, cost }];
}

const UNCOMPRESSED = {
  how: 'joblib.dump(model, path), or pickle.dump into a plain file',
  cost: 'the file is as large as what is inside; its arrays can then be mapped',
};

/** Arrays inside of compiled trees are copied by __setstate__: a mapping would not stay one. */
function mapped({ model, arrays }: Around): WhatIf {
  const what = {
    id: 'mmap',
    label: 'arrays mapped, not read',
    how: "joblib.dump(model, path); joblib.load(path, mmap_mode='r')",
  };
  const bytes = arrays.byType.filter(({ type }) => isMappable(type)).reduce((sum, row) => sum + row.bytes, 0);
  if (bytes === 0) return excluded(what, 'it has no arrays that stay as they are in the file');
  const cost = 'pages of the file come in as they are used; arrays are read-only';
  return { ...applied(what.id, what.label, what.how, figures(model, bytes)), cost };
}

function isMappable(type: string): boolean {
  return type !== 'object' && type !== 'tree nodes and values';
}

interface Figures {
  readonly peak: Bytes;
  readonly low: Bytes;
  readonly high: Bytes;
}

/** Of a model, less `saved` bytes that stay in neither. */
function figures(model: LoadModel, saved: Bytes): Figures {
  const { low, high } = residentRange(model);
  const less = (bytes: Bytes) => Math.max(0, bytes - saved);
  return { peak: less(peakOf(model)), low: less(low), high: less(high) };
}

function applied(id: string, label: string, how: string, { peak, low, high }: Figures): WhatIf {
  return { id, label, how, notApplicable: '', peak, residentLow: low, residentHigh: high, cost: '' };
}

function excluded(what: Pick<WhatIf, 'id' | 'label' | 'how'>, why: string): WhatIf {
  return { ...what, notApplicable: why, peak: Number.NaN, residentLow: Number.NaN, residentHigh: Number.NaN, cost: '' };
}
