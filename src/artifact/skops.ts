// skops: a zip of schema.json, a tree that names the class of every object, and the arrays as .npy beside it. Loading makes
// only objects of types that the caller trusts; the tree says which those would have to be.
import { ArrayList } from './array-list.ts';
import { Cursor } from './cursor.ts';
import { damaged, refused } from './damage.ts';
import { judgeGlobal } from './global-rules.ts';
import { parseJsonObject } from './json-object.ts';
import { type NpyHeader, readNpyHeader } from './npy-header.ts';
import { ARRAY_OBJECT, NUMPY_BUFFER } from './numpy-forecast.ts';
import { dataReport, fair, type ReadContext } from './reader.ts';
import type { ArtifactReport, ClassRow, Forecast, GlobalUse } from './types.ts';
import { partsOf, readZip, type ZipDirectory } from './zip.ts';

const SCHEMA = 'schema.json';
const MOST_SCHEMA = 64 * 2 ** 20;
/** A node of the schema becomes a Python object or two, and stays as parsed JSON until loading ends. */
const NODE_LIVE = 200;
const NODE_JSON = 1500;

export function isSkops(zip: ZipDirectory): boolean {
  return zip.find(SCHEMA) !== undefined;
}

export function readSkops(context: ReadContext, zip: ZipDirectory = readZip(context.source)): ArtifactReport {
  const member = zip.find(SCHEMA);
  if (!member) throw damaged(0, `the archive has no ${SCHEMA}`);
  if (member.bytes > MOST_SCHEMA) throw refused(member.headerAt, `a ${SCHEMA} of ${member.bytes} bytes`);
  const schema = parseJsonObject(zip.open(member).read(0, member.bytes), 0);
  const walk: Walk = { zip, list: new ArrayList(), classes: new Map(), nodes: 0, treeBytes: 0, seen: new Set() };
  walkNode(walk, schema, '', '', 0);
  const arrays = walk.list.finish();
  const version = typeof schema._skops_version === 'string' ? schema._skops_version : '';
  return dataReport(
    context,
    { id: 'skops', name: 'skops', version, details: [] },
    {
      arrays,
      classes: { rows: classRows(walk), count: walk.nodes, bytes: walk.nodes * NODE_LIVE },
      parts: partsOf(zip.members),
      forecast: forecastOf(context, walk, arrays.bytes, member.bytes),
      security: { canExecute: false, globals: globalsOf(walk), weightsOnly: null },
    },
  );
}

interface Walk {
  readonly zip: ZipDirectory;
  readonly list: ArrayList;
  readonly classes: Map<
    string,
    { readonly module: string; readonly name: string; count: number; readonly path: string }
  >;
  nodes: number;
  /** Arrays inside of a scikit-learn Tree: it copies its state. */
  treeBytes: number;
  readonly seen: Set<string>;
}

/** parseJsonObject has bounded the depth. `owner`: the class of the object that the node belongs to. */
function walkNode(walk: Walk, node: unknown, path: string, owner: string, depth: number): void {
  if (Array.isArray(node)) {
    for (const [i, item] of node.entries()) walkNode(walk, item, `${path}[${i}]`, owner, depth + 1);
    return;
  }
  if (typeof node !== 'object' || node === null) return;
  const fields = node as Readonly<Record<string, unknown>>;
  const isNode = typeof fields.__class__ === 'string' && typeof fields.__module__ === 'string';
  if (isNode) countClass(walk, fields, path);
  if (isNode && typeof fields.file === 'string') addArray(walk, fields.file, path, owner);
  const inside = isNode ? `${fields.__module__}.${fields.__class__}` : owner;
  const isTree = inside === 'sklearn.tree._tree.Tree' || owner === 'sklearn.tree._tree.Tree';
  for (const [key, value] of Object.entries(fields)) {
    if (key.startsWith('__') || key === 'key_types' || typeof value !== 'object') continue;
    const next = isNode ? (key === 'content' ? path : `${path}.${key}`) : joinPath(path, key);
    walkNode(walk, value, next, isTree ? 'sklearn.tree._tree.Tree' : inside, depth + 1);
  }
}

function joinPath(path: string, key: string): string {
  return /^[A-Za-z_]\w*$/.test(key) ? (path === '' ? key : `${path}.${key}`) : `${path}[${JSON.stringify(key)}]`;
}

const MOST_CLASSES = 10_000;

function countClass(walk: Walk, fields: Readonly<Record<string, unknown>>, path: string): void {
  walk.nodes++;
  const module = String(fields.__module__);
  const name = String(fields.__class__);
  const key = `${module}.${name}`;
  const row = walk.classes.get(key) ?? { module, name, count: 0, path };
  if (walk.classes.size < MOST_CLASSES || row.count > 0) walk.classes.set(key, row);
  row.count++;
}

function addArray(walk: Walk, file: string, path: string, owner: string): void {
  const member = walk.zip.find(file);
  if (!member) throw damaged(0, `the schema names '${file.slice(0, 80)}', which is not in the archive`);
  if (!file.endsWith('.npy')) return;
  const header: NpyHeader = readNpyHeader(new Cursor(walk.zip.open(member)));
  const again = walk.seen.has(file);
  walk.seen.add(file);
  const bytes = again ? 0 : header.isObject ? member.bytes : header.bytes;
  if (owner === 'sklearn.tree._tree.Tree') walk.treeBytes += bytes;
  walk.list.add({ path, type: header.type, shape: header.shape, bytes, storedBytes: member.storedBytes });
}

function classRows({ classes }: Walk): ClassRow[] {
  const rows = [...classes].map(([name, { count, path }]) => ({
    name,
    count,
    bytes: count * NODE_LIVE,
    known: judgeGlobal(classes.get(name)!.module, classes.get(name)!.name).verdict === 'allowed',
    example: path,
  }));
  return rows.sort((a, b) => b.count - a.count);
}

function globalsOf({ classes }: Walk): GlobalUse[] {
  return [...classes.values()].map(({ module, name, count }) => ({
    name: `${module}.${name}`,
    ...judgeGlobal(module, name),
    called: false,
    count,
    at: 0,
  }));
}

function forecastOf({ python }: ReadContext, walk: Walk, arrayBytes: number, schemaBytes: number): Forecast {
  const live = arrayBytes + walk.list.count * ARRAY_OBJECT + walk.nodes * NODE_LIVE;
  const json = walk.nodes * NODE_JSON + schemaBytes;
  const trees = walk.treeBytes;
  return {
    call: 'skops.io.load(path, trusted=...)',
    python,
    imports: ['skops.io', 'sklearn'],
    peak: live + json + arrayBytes + trees + NUMPY_BUFFER,
    residentLow: live,
    residentHigh: live + json + arrayBytes + trees,
    fileBacked: 0,
    peakParts: [
      { id: 'live', bytes: live },
      { id: 'temporary', bytes: json },
      { id: 'second-copy', bytes: arrayBytes + trees },
      { id: 'buffer', bytes: NUMPY_BUFFER },
    ],
    confidence: fair(
      arrayBytes / Math.max(1, live + json),
      'every array is there as bytes of the archive, too, until loading ends; what the schema takes is an average',
    ),
  };
}
