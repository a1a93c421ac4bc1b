// Files inside of a pickle: a tensor that was pickled by itself is `torch.storage._load_from_bytes` of a whole torch file, and
// loading that runs the pickles in it. They are looked through like the one around them.
import { type ByteSource, MemorySource, SliceSource } from '../byte-source.ts';
import { Damage, type NamedBefore } from '../damage.ts';
import { judgeGlobal } from '../global-rules.ts';
import { currentName } from '../python2-names.ts';
import type { GlobalUse } from '../types.ts';
import { readZip } from '../zip.ts';
import { KIND, NO_SEGMENT, type PickleGraph } from './graph.ts';
import { type LoadedPickle, runPickle } from './machine.ts';
import { ObjectView } from './object-view.ts';
import type { Value } from './values.ts';

const LOADER = ['torch.storage', '_load_from_bytes'] as const;
export const NESTED_LOADER = LOADER.join('.');
/** Of a torch file of the old form. */
const PICKLES = 5;
const MOST_FILES = 20_000;
/** Text of protocols 0 to 2 is decoded for this; the pickles stand at its beginning. */
const MOST_DECODED = 2 ** 24;
const CEILING = 2 ** 26;

/** Whether that is all that the name is used for: as an argument of something else, what it will load cannot be seen. */
export function onlyLoadsNested({ graph }: LoadedPickle): boolean {
  const row = graph.globals.find(...LOADER);
  if (row < 0) return false;
  const { node } = graph.globals.rows[row]!;
  const { head, edges } = graph;
  for (let other = 0; other < graph.nodeCount; other++) {
    for (let s = head[other]!; s !== NO_SEGMENT; s = edges[s + 1]!) {
      if (edges.subarray(s + 2, s + 2 + (edges[s]! >>> 3)).includes(node)) return false;
    }
  }
  return true;
}

export function findNestedTorch(pickles: readonly LoadedPickle[]): GlobalUse[] {
  const uses: GlobalUse[] = [];
  let files = 0;
  for (const { graph } of pickles) {
    const row = graph.globals.find(...LOADER);
    if (row < 0) continue;
    const loader = graph.globals.rows[row]!.node;
    // One bytes object may be loaded a million times over; its names are the same each time.
    const seen = new Set<Value>();
    for (let node = 0; node < graph.nodeCount && files < MOST_FILES; node++) {
      if (graph.kind[node] !== KIND.object || graph.aux[node] !== loader) continue;
      const given = new ObjectView(graph).at(node).argument(0);
      if (seen.has(given)) continue;
      seen.add(given);
      files++;
      uses.push(...usesIn(graph, given));
    }
  }
  return uses;
}

function usesIn(graph: PickleGraph, given: Value): GlobalUse[] {
  const bytes = bytesOf(graph, given);
  if (!bytes) return [unread(0, 'what it loads is made while loading')];
  const { named, isWhole } = readNames(bytes.source);
  const uses = named.map(({ module, name, called, at }) => ({
    name: currentName(module, name),
    ...judgeGlobal(module, name),
    called,
    count: 1,
    at: bytes.at + at,
  }));
  if (named.some(({ module, name }) => module === LOADER[0] && name === LOADER[1])) {
    return [...uses, unread(bytes.at, 'it loads a file inside of a file inside of this one')];
  }
  return isWhole ? uses : [...uses, unread(bytes.at, 'it loads a file inside of this one, which cannot be read')];
}

function unread(at: number, why: string): GlobalUse {
  return { name: NESTED_LOADER, verdict: 'dangerous', called: true, count: 0, at, why };
}

function bytesOf(graph: PickleGraph, value: Value): { readonly source: ByteSource; readonly at: number } | undefined {
  if (value < 0) return undefined;
  const { contents } = graph;
  if (graph.kind[value] === KIND.bytes) {
    const at = contents.at(graph.aux[value]!);
    return { source: new SliceSource(graph.source, at, contents.lengthOf(graph.aux[value]!)), at };
  }
  // _codecs.encode('...', 'latin1'), as protocols 0 to 2 write bytes.
  const view = new ObjectView(graph);
  if (graph.kind[value] !== KIND.object || view.globalName(graph.aux[value]!) !== '_codecs.encode') return undefined;
  const text = view.at(value).argument(0);
  if (text < 0 || graph.kind[text] !== KIND.string) return undefined;
  const decoded = contents.readText(graph.aux[text]!, graph.source, MOST_DECODED);
  return { source: new MemorySource(latin1(decoded)), at: contents.at(graph.aux[text]!) };
}

function latin1(text: string): Uint8Array {
  return Uint8Array.from(text, (character) => character.charCodeAt(0));
}

/** Names of all its pickles, as far as they go. */
function readNames(source: ByteSource): { readonly named: readonly NamedBefore[]; readonly isWhole: boolean } {
  const named: NamedBefore[] = [];
  try {
    const pickles = isZip(source) ? unzip(source) : source;
    for (let i = 0, at = 0; i < (isZip(source) ? 1 : PICKLES); i++) {
      const { graph, end } = runPickle(pickles, at, { ceiling: CEILING });
      named.push(...graph.globals.rows);
      at = end;
    }
    return { named, isWhole: true };
  } catch (error) {
    if (!(error instanceof Damage)) throw error;
    return { named: [...named, ...error.named], isWhole: false };
  }
}

function isZip(source: ByteSource): boolean {
  return source.size > 4 && source.read(0, 2).every((byte, i) => byte === 'PK'.charCodeAt(i));
}

function unzip(source: ByteSource): ByteSource {
  const zip = readZip(source);
  const member = zip.members.find(({ name }) => /^[^/]+\/data\.pkl$/.test(name));
  return member ? zip.open(member) : new MemorySource(new Uint8Array(0));
}
