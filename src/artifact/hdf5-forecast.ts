// What reading datasets of HDF5 into numpy arrays costs: each is read straight into its array; compressed ones chunk by chunk.
import type { Bytes } from '#base/units.ts';
import { ARRAY_OBJECT, float32WhatIf, livePart } from './numpy-forecast.ts';
import { fair, type ReadContext, residentAbout, sure } from './reader.ts';
import type { Advice, ArrayTable, Forecast, WhatIf } from './types.ts';

/** The cache of chunks that each open dataset has. */
const CHUNK_CACHE: Bytes = 2 ** 20;
/** What the library takes for the first file. */
const LIBRARY: Bytes = 1.5 * 2 ** 20;

export function hdf5Forecast({ python }: Pick<ReadContext, 'python'>, arrays: ArrayTable): Forecast {
  const live = arrays.bytes + arrays.count * ARRAY_OBJECT;
  // The cache of each dataset in chunks is freed with it, but HDF5 keeps what it freed on lists of its own.
  const chunked = arrays.rows.filter(({ storedBytes }) => Number.isNaN(storedBytes));
  const buffer = chunked.reduce((sum, { bytes }) => sum + Math.min(bytes, CHUNK_CACHE), 0) + LIBRARY;
  const ragged = arrays.byType.filter(({ type }) => type === 'string' || type === 'ragged');
  const guessed = ragged.reduce((sum, { bytes }) => sum + bytes, 0);
  return {
    call: 'with h5py.File(path) as f: data = f[name][()] for each dataset',
    python,
    imports: ['h5py', 'numpy'],
    peak: live + buffer,
    ...residentAbout(live, live + buffer),
    fileBacked: 0,
    peakParts: [livePart(live), { id: 'buffer', bytes: buffer }],
    confidence:
      guessed > 0
        ? fair(1 - guessed / Math.max(1, arrays.bytes), 'texts of varying length are counted with their pointers only')
        : sure('datasets are read straight into arrays'),
  };
}

export function hdf5WhatIfs(arrays: ArrayTable, isKeras: boolean): WhatIf[] {
  const largest = (arrays.rows[0]?.bytes ?? 0) + ARRAY_OBJECT;
  const one: WhatIf = {
    id: 'columns',
    label: 'one dataset at a time',
    how: `f['${arrays.rows[0]?.path ?? 'name'}'][()]`,
    notApplicable: '',
    peak: largest + CHUNK_CACHE,
    residentLow: largest,
    residentHigh: largest + CHUNK_CACHE,
    cost: 'or a slice of it: f[name][first:last] reads only that',
  };
  const halved = float32WhatIf(arrays, "f[name].astype('float32')[()]");
  const rows = halved ? [one, halved] : [one];
  return isKeras ? [kerasRow(arrays), ...rows] : rows;
}

function kerasRow(arrays: ArrayTable): WhatIf {
  return {
    id: 'keras',
    label: 'into a Keras model',
    how: 'keras.models.load_model(path)',
    notApplicable: '',
    peak: arrays.bytes + (arrays.rows[0]?.bytes ?? 0),
    residentLow: arrays.bytes,
    residentHigh: arrays.bytes * 2,
    cost: 'not measured by us: variables are made first, then filled layer by layer',
  };
}

export function hdf5Advice(arrays: ArrayTable): Advice[] {
  if (arrays.count === 0) return [];
  return [
    {
      id: 'slices',
      title: 'Read slices instead of whole datasets',
      why: 'h5py reads only what is asked for; f[name][()] asks for everything.',
      savedBytes: Number.NaN,
      how: `part = f['${arrays.rows[0]!.path}'][first:last]`,
    },
  ];
}
