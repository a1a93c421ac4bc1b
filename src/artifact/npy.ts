// .npy: one array. A header of text (npy-header.ts), then the numbers, or a pickle of a list of objects.
import { ArrayList } from './array-list.ts';
import { Cursor } from './cursor.ts';
import { damaged } from './damage.ts';
import { type NpyHeader, readNpyHeader } from './npy-header.ts';
import { ARRAY_OBJECT, float32WhatIf, livePart } from './numpy-forecast.ts';
import { readPickle } from './pickle/read-pickle.ts';
import { dataReport, type ReadContext, residentAbout, sure } from './reader.ts';
import type { Advice, ArrayTable, ArtifactReport, Forecast, WhatIf } from './types.ts';

export interface NpyFile {
  readonly header: NpyHeader;
  readonly dataAt: number;
}

/** The header, with the size of the data held against the file. */
export function readNpyFile({ source }: Pick<ReadContext, 'source'>): NpyFile {
  const cursor = new Cursor(source);
  const header = readNpyHeader(cursor);
  if (!header.isObject && header.bytes > cursor.left) {
    throw damaged(cursor.at, `the array needs ${header.bytes} bytes, and ${cursor.left} are left`);
  }
  return { header, dataAt: cursor.at };
}

export function readNpy(context: ReadContext): ArtifactReport {
  const { header, dataAt } = readNpyFile(context);
  if (header.isObject) return readObjects(context, header, dataAt);
  const list = new ArrayList();
  const stored = context.source.size;
  list.add({ path: context.name, type: header.type, shape: header.shape, bytes: header.bytes, storedBytes: stored });
  const arrays = list.finish();
  const format = {
    id: 'npy' as const,
    name: 'npy (one numpy array)',
    version: header.version,
    details: [{ name: 'order', value: header.fortranOrder ? 'Fortran (columns)' : 'C (rows)' }],
  };
  return dataReport(context, format, {
    arrays,
    forecast: forecastOf(context, arrays),
    whatIfs: whatIfsOf(arrays),
    advice: adviceOf(arrays),
  });
}

/** An array of objects is a pickle behind the header: numpy asks for allow_pickle=True, and then loads it. */
function readObjects(context: ReadContext, header: NpyHeader, dataAt: number): ArtifactReport {
  const call = 'np.load(path, allow_pickle=True)';
  const { parts, protocol, ...findings } = readPickle(context.source, { python: context.python, at: dataAt, call });
  const details = [{ name: 'elements', value: `Python objects, pickled with protocol ${protocol}` }];
  const { arrays, classes, tree, duplicates, forecast, pinned, whatIfs, advice, security, notes } = findings;
  return dataReport(
    context,
    { id: 'npy', name: 'npy (one numpy array of Python objects)', version: header.version, details },
    {
      arrays,
      classes,
      tree,
      duplicates,
      forecast: { ...forecast, imports: [...new Set(['numpy', ...forecast.imports])] },
      pinned,
      whatIfs,
      advice,
      security,
      notes,
    },
  );
}

function forecastOf({ python }: ReadContext, arrays: ArrayTable): Forecast {
  const bytes = arrays.bytes + ARRAY_OBJECT;
  return {
    call: 'np.load(path)',
    python,
    imports: ['numpy'],
    peak: bytes,
    ...residentAbout(bytes),
    fileBacked: 0,
    peakParts: [livePart(bytes)],
    confidence: sure('numpy reads the numbers straight into the array'),
  };
}

function whatIfsOf(arrays: ArrayTable): WhatIf[] {
  const mmap: WhatIf = {
    id: 'mmap',
    label: 'mapped instead of read',
    how: "np.load(path, mmap_mode='r')",
    notApplicable: '',
    peak: ARRAY_OBJECT,
    residentLow: ARRAY_OBJECT,
    residentHigh: ARRAY_OBJECT,
    cost: 'pages of the file come in as they are used; they are shared between processes and can be dropped',
  };
  const halved = float32WhatIf(arrays, "np.load(path, mmap_mode='r').astype('float32')");
  return halved ? [mmap, { ...halved, peak: halved.residentHigh }] : [mmap];
}

function adviceOf(arrays: ArrayTable): Advice[] {
  return [
    {
      id: 'mmap-mode',
      title: 'Map the array where only parts of it are used, or several processes use it',
      why: 'A mapping costs no memory of its own: pages come in as they are touched, and processes share them.',
      savedBytes: arrays.bytes,
      how: "x = np.load(path, mmap_mode='r')",
    },
  ];
}
