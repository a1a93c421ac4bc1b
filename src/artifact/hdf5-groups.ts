// The links of a group, in its three forms: a B-tree of symbol nodes with names in a local heap (what h5py writes by default),
// link messages in the header, and, for many links, a fractal heap (hdf5-heap.ts).
//
//   TREE: u8 kind 0, u8 level, u16 entries, two siblings, then key, child, key, child, ..., key
//   SNOD: u8 version, u8, u16 symbols; each: name's place in the heap, object header, u32 kind, u32, 16 bytes
//   HEAP: u8 version, 3, length of its data, free list, address of its data
import { Cursor } from './cursor.ts';
import { damaged, refused } from './damage.ts';
import { expectSignature, type Hdf5File, readAddress, readLength } from './hdf5-file.ts';
import { readDenseLinks } from './hdf5-heap.ts';
import { MESSAGE, type Message } from './hdf5-messages.ts';

export interface Link {
  readonly name: string;
  readonly at: number;
}

const MOST_LINKS = 1_000_000;
const MOST_LEVELS = 32;
const MOST_NAME = 65_536;

export function listLinks(file: Hdf5File, messages: readonly Message[]): Link[] {
  const links: Link[] = [];
  for (const message of messages) {
    if (message.type === MESSAGE.symbolTable) links.push(...readSymbolTable(file, message));
    else if (message.type === MESSAGE.link) addLink(links, readLink(file, new Cursor(file.source, message)));
    else if (message.type === MESSAGE.linkInfo) {
      for (const at of readDenseLinks(file, message)) addLink(links, readLink(file, new Cursor(file.source, at)));
    }
  }
  return links;
}

function addLink(links: Link[], link: Link | undefined): void {
  if (link) links.push(link);
}

function readSymbolTable(file: Hdf5File, message: Message): Link[] {
  const cursor = new Cursor(file.source, message);
  const tree = readAddress(file, cursor);
  const heap = readAddress(file, cursor);
  if (tree === undefined || heap === undefined) throw damaged(message.at, 'a group without a place for its links');
  const walk: TreeWalk = { file, names: readLocalHeap(file, heap), links: [], seen: new Set() };
  walkTree(walk, tree, MOST_LEVELS);
  return walk.links;
}

interface Heap {
  readonly at: number;
  readonly end: number;
}

function readLocalHeap(file: Hdf5File, at: number): Heap {
  const cursor = new Cursor(file.source, { at: Math.min(at, file.source.size) });
  expectSignature(cursor, 'HEAP');
  cursor.skip(4);
  const length = readLength(file, cursor);
  readLength(file, cursor);
  const data = readAddress(file, cursor);
  if (data === undefined || data + length > file.source.size)
    throw damaged(at, 'the names of a group are not in the file');
  return { at: data, end: data + length };
}

interface TreeWalk {
  readonly file: Hdf5File;
  readonly names: Heap;
  readonly links: Link[];
  readonly seen: Set<number>;
}

function walkTree(walk: TreeWalk, at: number, levelsLeft: number): void {
  const { file, seen } = walk;
  if (seen.has(at) || levelsLeft === 0) throw damaged(at, 'the links of a group lead in a circle');
  seen.add(at);
  const cursor = new Cursor(file.source, { at: Math.min(at, file.source.size) });
  expectSignature(cursor, 'TREE');
  if (cursor.u8() !== 0) throw damaged(at, 'a tree that is none of links');
  const level = cursor.u8();
  const entries = cursor.u16();
  cursor.skip(2 * file.offsetBytes);
  cursor.requireItems(entries, file.lengthBytes + file.offsetBytes, 'children');
  for (let i = 0; i < entries; i++) {
    readLength(file, cursor);
    const child = readAddress(file, cursor);
    if (child === undefined) throw damaged(cursor.at, 'a child of a group is missing');
    if (level > 0) walkTree(walk, child, levelsLeft - 1);
    else readSymbols(walk, child);
  }
}

const SOFT = 2;

function readSymbols({ file, names, links, seen }: TreeWalk, at: number): void {
  if (seen.has(at)) throw damaged(at, 'the links of a group lead in a circle');
  seen.add(at);
  const cursor = new Cursor(file.source, { at: Math.min(at, file.source.size) });
  expectSignature(cursor, 'SNOD');
  cursor.skip(2);
  const count = cursor.u16();
  cursor.requireItems(count, 2 * file.offsetBytes + 24, 'links');
  for (let i = 0; i < count; i++) {
    const place = cursor.uint(file.offsetBytes);
    const object = readAddress(file, cursor);
    const kind = cursor.u32();
    cursor.skip(20);
    if (links.length > MOST_LINKS) throw refused(at, `a group of more than ${MOST_LINKS} links`);
    if (kind !== SOFT && object !== undefined) links.push({ name: readName(file, names, place), at: object });
  }
}

function readName(file: Hdf5File, { at, end }: Heap, place: number): string {
  const cursor = new Cursor(file.source, { at: Math.min(at + place, end), end });
  const bytes = file.source.read(cursor.at, Math.min(cursor.left, MOST_NAME));
  const zero = bytes.indexOf(0);
  if (zero < 0) throw damaged(cursor.at, 'a name without an end');
  return new TextDecoder().decode(bytes.subarray(0, zero));
}

/** u8 1, u8 flags, [u8 kind], [u64 order], [u8 characters], length of the name, name, address. Only hard links count. */
function readLink(file: Hdf5File, cursor: Cursor): Link | undefined {
  cursor.skip(1);
  const flags = cursor.u8();
  const kind = flags & 8 ? cursor.u8() : 0;
  if (flags & 4) cursor.skip(8);
  if (flags & 16) cursor.skip(1);
  const name = cursor.text(cursor.uint(1 << (flags & 3)), MOST_NAME);
  if (kind !== 0) return undefined;
  const at = readAddress(file, cursor);
  return at === undefined ? undefined : { name, at };
}
