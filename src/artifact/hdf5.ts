// HDF5: a tree of groups with datasets as leaves; Keras keeps its weights so. Groups, types, shapes and layouts are read, the
// numbers are not. Our own reader: the library's port is 14 MB of WebAssembly and wants the file in memory.
import { ArrayList, elementsOf } from './array-list.ts';
import { damaged, refused } from './damage.ts';
import { type Hdf5File, openHdf5 } from './hdf5-file.ts';
import { hdf5Advice, hdf5Forecast, hdf5WhatIfs } from './hdf5-forecast.ts';
import { listLinks } from './hdf5-groups.ts';
import { MESSAGE, type Message, readMessages } from './hdf5-messages.ts';
import { readDataspace, readDatatype, readLayout } from './hdf5-types.ts';
import { dataReport, type ReadContext } from './reader.ts';
import type { ArrayRow, ArtifactNote, ArtifactReport } from './types.ts';

const MOST_DEPTH = 64;
const MOST_OBJECTS = 1_000_000;

export interface Hdf5Contents {
  readonly list: ArrayList;
  readonly notes: ArtifactNote[];
  readonly topNames: readonly string[];
  readonly version: number;
}

export function readHdf5(context: ReadContext): ArtifactReport {
  const contents = readHdf5Contents(context.source);
  const arrays = contents.list.finish();
  const isKeras = contents.topNames.some((name) =>
    /^(?:model_weights|layers|_layer_checkpoint_dependencies)$/.test(name),
  );
  const name = isKeras ? 'HDF5, weights of Keras' : 'HDF5';
  const format = { id: 'hdf5' as const, name, version: `superblock ${contents.version}`, details: [] };
  return dataReport(context, format, {
    arrays,
    forecast: hdf5Forecast(context, arrays),
    whatIfs: hdf5WhatIfs(arrays, isKeras),
    advice: hdf5Advice(arrays),
    notes: isKeras ? [...contents.notes, CONFIGURATION] : contents.notes,
  });
}

const CONFIGURATION: ArtifactNote = {
  severity: 'info',
  code: 'keras-configuration',
  text: 'If it holds a whole model of Keras, the classes that its configuration names were not looked at: a Lambda layer carries code.',
};

export function readHdf5Contents(source: ReadContext['source']): Hdf5Contents {
  const file = openHdf5(source);
  const walk: Walk = { file, list: new ArrayList(), notes: [], seen: new Set(), left: MOST_OBJECTS };
  const topNames = walkObject(walk, file.rootAt, '', 0);
  return { list: walk.list, notes: walk.notes, topNames, version: file.version };
}

interface Walk {
  readonly file: Hdf5File;
  readonly list: ArrayList;
  readonly notes: ArtifactNote[];
  /** Object headers that were visited: a hard link may lead back. */
  readonly seen: Set<number>;
  left: number;
}

/** Names of the links of a group; none for a dataset. */
function walkObject(walk: Walk, at: number, path: string, depth: number): string[] {
  if (depth > MOST_DEPTH) throw refused(at, `groups nested more than ${MOST_DEPTH} deep`);
  if (walk.seen.has(at)) return [];
  walk.seen.add(at);
  if (--walk.left < 0) throw refused(at, `more than ${MOST_OBJECTS} objects`);
  const messages = readMessages(walk.file, at);
  if (messages.some(({ type }) => type === MESSAGE.layout)) {
    walk.list.add(describeDataset(walk.file, messages, path, at));
    return [];
  }
  const links = listLinks(walk.file, messages);
  for (const link of links) walkObject(walk, link.at, path === '' ? link.name : `${path}/${link.name}`, depth + 1);
  return links.map(({ name }) => name);
}

function describeDataset(file: Hdf5File, messages: readonly Message[], path: string, at: number): ArrayRow {
  const of = (type: number) => messages.find((message) => message.type === type);
  const space = of(MESSAGE.dataspace);
  const kind = of(MESSAGE.datatype);
  if (!space || !kind) throw damaged(at, `the dataset '${path.slice(0, 80)}' has no type or no shape`);
  const shape = readDataspace(file, space);
  const { name, bytes: width } = readDatatype(file, kind);
  const bytes = elementsOf(shape) * width;
  if (!Number.isSafeInteger(bytes)) throw refused(at, `the dataset '${path.slice(0, 80)}' is larger than any memory`);
  const layout = readLayout(file, of(MESSAGE.layout)!);
  const isPlain = !of(MESSAGE.filters) && layout.kind !== 'chunked';
  if (layout.kind === 'contiguous' && layout.at !== undefined && layout.at + bytes > file.source.size) {
    throw damaged(file.source.size, `the dataset '${path.slice(0, 80)}' reaches out of the file: it is cut off`);
  }
  return { path, type: name, shape, bytes, storedBytes: isPlain ? bytes : Number.NaN };
}
