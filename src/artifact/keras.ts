// .keras: a zip of config.json, metadata.json and model.weights.h5.
import type { Bytes } from '#base/units.ts';
import { damaged } from './damage.ts';
import { readHdf5Contents } from './hdf5.ts';
import { hdf5Forecast, hdf5WhatIfs } from './hdf5-forecast.ts';
import { parseJsonObject } from './json-object.ts';
import { dataReport, fair, type ReadContext } from './reader.ts';
import type { ArtifactReport, GlobalUse, Security } from './types.ts';
import { partsOf, readZip, type ZipDirectory } from './zip.ts';

const WEIGHTS = 'model.weights.h5';
const MOST_METADATA = 2 ** 20;
const MOST_CONFIG = 2 ** 24;
const MOST_NAMES = 1000;
/** What the first load takes besides: Keras's own modules, HDF5. Measured with Keras 3.15 and PyTorch 2.13, 7 to 10 MB. */
const LIBRARY: Bytes = 8e6;
const LEAST_LIBRARY: Bytes = 7e6;
/** Variables are made with their initial values, then filled from a copy of the file in memory: what malloc keeps of both, at most. */
const MOST_KEPT = 2.5;

export function isKeras(zip: ZipDirectory): boolean {
  return zip.find('config.json') !== undefined && zip.members.some(({ name }) => name.startsWith('model.weights.'));
}

export function readKeras(context: ReadContext, zip: ZipDirectory = readZip(context.source)): ArtifactReport {
  const member = zip.find(WEIGHTS);
  if (!member) throw damaged(0, `the archive has no ${WEIGHTS}`);
  const contents = readHdf5Contents(zip.open(member));
  const arrays = contents.list.finish();
  const forecast = hdf5Forecast(context, arrays);
  const [largest] = arrays.rows;
  const copy = largest?.bytes ?? 0;
  const format = { id: 'keras' as const, name: 'Keras archive', version: versionOf(zip), details: [] };
  return dataReport(context, format, {
    arrays,
    parts: partsOf(zip.members),
    forecast: {
      ...forecast,
      call: 'keras.models.load_model(path)',
      imports: ['keras'],
      peak: arrays.bytes + member.bytes + 2 * copy + LIBRARY,
      residentLow: arrays.bytes + LEAST_LIBRARY,
      residentHigh: arrays.bytes * MOST_KEPT + LIBRARY,
      peakParts: [
        { id: 'live', bytes: arrays.bytes },
        { id: 'second-copy', bytes: member.bytes + 2 * copy },
        { id: 'loader', bytes: LIBRARY },
      ],
      confidence: fair(0.8, 'as with PyTorch behind it (KERAS_BACKEND=torch); JAX takes two to three times as much'),
    },
    whatIfs: hdf5WhatIfs(arrays, false),
    security: securityOf(zip),
    notes: contents.notes,
  });
}

/** Classes that the configuration names: load_model imports them, and a Lambda layer carries code of its own. */
function securityOf(zip: ZipDirectory): Security {
  const member = zip.find('config.json');
  const names = new Map<string, GlobalUse>();
  if (member && member.bytes <= MOST_CONFIG) {
    collectClasses(parseJsonObject(zip.open(member).read(0, member.bytes), member.headerAt), member.headerAt, names);
  }
  const globals = [...names.values()];
  return { canExecute: globals.some(({ verdict }) => verdict !== 'allowed'), globals, weightsOnly: null };
}

/** parseJsonObject has bounded the depth. */
function collectClasses(node: unknown, at: number, names: Map<string, GlobalUse>): void {
  if (typeof node !== 'object' || node === null) return;
  const { module, class_name: className } = node as Readonly<Record<string, unknown>>;
  if (typeof className === 'string' && (typeof module === 'string' || module === null)) {
    const name = `${module ?? '(registered)'}.${className}`;
    const known = names.get(name);
    if (known || names.size < MOST_NAMES)
      names.set(name, { ...(known ?? judge(name, at)), count: (known?.count ?? 0) + 1 });
  }
  for (const value of Object.values(node)) collectClasses(value, at, names);
}

function judge(name: string, at: number): GlobalUse {
  const base = { name, called: true, count: 0, at };
  if (name.endsWith('.Lambda'))
    return { ...base, verdict: 'dangerous', why: 'a layer that carries Python code of its own' };
  if (/^keras(?:\.[a-z_]\w*)*\.[A-Z]\w*$/.test(name)) return { ...base, verdict: 'allowed', why: 'a class of Keras' };
  return { ...base, verdict: 'unknown', why: '' };
}

function versionOf(zip: ZipDirectory): string {
  const member = zip.find('metadata.json');
  if (!member || member.bytes > MOST_METADATA) return '';
  const { keras_version: version } = parseJsonObject(zip.open(member).read(0, member.bytes), member.headerAt);
  return typeof version === 'string' ? version : '';
}
