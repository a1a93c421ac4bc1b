// .npz: a zip of .npy files, stored (np.savez) or deflated (np.savez_compressed).
import { ArrayList } from './array-list.ts';
import { Cursor } from './cursor.ts';
import { damaged } from './damage.ts';
import { equalRows, type PlacedArray } from './equal-arrays.ts';
import { readNpyHeader } from './npy-header.ts';
import { ARRAY_OBJECT, float32WhatIf, livePart, NUMPY_BUFFER } from './numpy-forecast.ts';
import type { PickleFindings } from './pickle/findings.ts';
import { readPickle } from './pickle/read-pickle.ts';
import { dataReport, type ReadContext, residentAbout, sure } from './reader.ts';
import type { Advice, ArrayRow, ArrayTable, ArtifactReport, Forecast, Security, WhatIf } from './types.ts';
import { partsOf, readZip, type ZipDirectory, type ZipMember } from './zip.ts';

export function isNpz({ members }: ZipDirectory): boolean {
  return members.length > 0 && members.every(({ name }) => name.endsWith('.npy'));
}

export function readNpz(context: ReadContext, zip: ZipDirectory = readZip(context.source)): ArtifactReport {
  const list = new ArrayList();
  const pickled: PickleFindings[] = [];
  const placed: PlacedArray[] = [];
  for (const member of zip.members) list.add(readMember({ zip, context, pickled, placed }, member));
  const { rows, notes } = equalRows(placed);
  const arrays = list.finish();
  const deflated = zip.members.some(({ method }) => method !== 0);
  const format = {
    id: 'npz' as const,
    name: `npz (a zip of numpy arrays, ${deflated ? 'compressed' : 'stored'})`,
    version: '',
    details: [],
  };
  return dataReport(context, format, {
    arrays,
    parts: partsOf(zip.members),
    forecast: forecastOf(context, arrays, pickled),
    whatIfs: whatIfsOf(arrays),
    advice: adviceOf(arrays),
    security: joinSecurity(pickled),
    duplicates: rows,
    notes,
  });
}

interface Archive {
  readonly zip: ZipDirectory;
  readonly context: ReadContext;
  /** What was found in members that are arrays of objects: those are pickles. */
  readonly pickled: PickleFindings[];
  readonly placed: PlacedArray[];
}

function readMember({ zip, context, pickled, placed }: Archive, member: ZipMember): ArrayRow {
  const source = zip.open(member);
  const cursor = new Cursor(source);
  const header = readNpyHeader(cursor);
  if (!header.isObject && header.bytes > cursor.left) {
    throw damaged(
      member.headerAt,
      `the array '${member.name.slice(0, 80)}' needs ${header.bytes} bytes, and has fewer`,
    );
  }
  const { type, shape, isObject } = header;
  let { bytes } = header;
  if (isObject) {
    const findings = readPickle(source, { python: context.python, at: cursor.at });
    pickled.push(findings);
    bytes = findings.forecast.residentHigh;
  }
  const path = member.name.replace(/\.npy$/, '');
  if (!isObject) placed.push({ source, at: cursor.at, bytes, type, shape: shape.join(', '), path: () => path });
  return { path, type, shape, bytes, storedBytes: member.storedBytes };
}

function joinSecurity(pickled: readonly PickleFindings[]): Security {
  return {
    canExecute: pickled.some(({ security }) => security.canExecute),
    globals: pickled.flatMap(({ security }) => security.globals),
    weightsOnly: null,
  };
}

function forecastOf({ python }: ReadContext, arrays: ArrayTable, pickled: readonly PickleFindings[]): Forecast {
  const resident = arrays.bytes + arrays.count * ARRAY_OBJECT;
  const objects = pickled.reduce((sum, { forecast }) => sum + forecast.residentHigh, 0);
  const least = pickled.reduce((sum, { forecast }) => sum + forecast.residentLow, 0);
  const temporary = pickled.reduce((most, { forecast }) => Math.max(most, forecast.peak - forecast.residentHigh), 0);
  const allow = pickled.length > 0 ? ', allow_pickle=True' : '';
  return {
    call: `with np.load(path${allow}) as z: data = {name: z[name] for name in z}`,
    python,
    imports: ['numpy', 'zipfile'],
    peak: resident + temporary + NUMPY_BUFFER,
    ...residentAbout(resident - objects + least, resident),
    fileBacked: 0,
    peakParts: [livePart(resident), { id: 'temporary', bytes: temporary }, { id: 'buffer', bytes: NUMPY_BUFFER }],
    confidence:
      pickled.length > 0
        ? pickled.map(({ forecast }) => forecast.confidence).reduce((a, b) => (b.share < a.share ? b : a))
        : sure('each array is read by pieces into its own memory'),
  };
}

function whatIfsOf(arrays: ArrayTable): WhatIf[] {
  const largest = (arrays.rows[0]?.bytes ?? 0) + ARRAY_OBJECT;
  const some: WhatIf = {
    id: 'columns',
    label: 'only one array at a time',
    how: `np.load(path)['${arrays.rows[0]?.path ?? 'name'}']`,
    notApplicable: '',
    peak: largest + NUMPY_BUFFER,
    residentLow: largest,
    residentHigh: largest,
    cost: 'the largest array; np.load itself reads only the directory',
  };
  const mmap: WhatIf = {
    id: 'mmap',
    label: 'mapped instead of read',
    how: "np.save each array, then np.load(path, mmap_mode='r')",
    notApplicable: 'np.load ignores mmap_mode for .npz: members of a zip cannot be mapped',
    peak: Number.NaN,
    residentLow: Number.NaN,
    residentHigh: Number.NaN,
    cost: '',
  };
  const halved = float32WhatIf(arrays, "data = {name: z[name].astype('float32') for name in z}");
  return halved ? [some, mmap, halved] : [some, mmap];
}

function adviceOf(arrays: ArrayTable): Advice[] {
  if (arrays.count < 2) return [];
  return [
    {
      id: 'columns',
      title: 'Take only the arrays that you need',
      why: 'np.load of an .npz reads nothing but the directory; each z[name] reads that array, every time anew.',
      savedBytes: arrays.bytes - (arrays.rows[0]?.bytes ?? 0),
      how: `x = np.load(path)['${arrays.rows[0]?.path}']`,
    },
  ];
}
