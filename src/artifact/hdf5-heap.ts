// Links of a large group: a B-tree (version 2) of heap IDs, and a fractal heap in which the link messages lie.
//
//   BTHD: u8, u8 type 5, u32 node bytes, u16 record bytes, u16 depth, 2, root, u16 records in the root, total
//   BTLF / BTIN: u8, u8 type, records; inner nodes then have children: address, records in it, [records below]
//   record: u32 hash, 7 bytes heap ID (u8 kind, offset in the heap, length)
//   FRHP: the sizes of the doubling table; FHDB: a direct block; FHIB: addresses of blocks
import { Cursor } from './cursor.ts';
import { damaged, refused, unsupported } from './damage.ts';
import { expectSignature, type Hdf5File, readAddress, readLength } from './hdf5-file.ts';
import type { Message } from './hdf5-messages.ts';

export interface Place {
  readonly at: number;
  readonly end: number;
}

const MOST_RECORDS = 1_000_000;
const NAME_INDEX = 5;

/** Where each link message stands; none where the group keeps them in its header. */
export function readDenseLinks(file: Hdf5File, message: Message): Place[] {
  const cursor = new Cursor(file.source, message);
  cursor.skip(1);
  if (cursor.u8() & 1) cursor.skip(8);
  const heapAt = readAddress(file, cursor);
  const treeAt = readAddress(file, cursor);
  if (heapAt === undefined || treeAt === undefined) return [];
  const heap = readHeap(file, heapAt);
  return readRecords(file, treeAt).map((id) => locate(heap, id, treeAt));
}

interface FractalHeap {
  readonly blocks: readonly { readonly offset: number; readonly size: number; readonly at: number }[];
  readonly offsetWidth: number;
  readonly lengthWidth: number;
}

function readHeap(file: Hdf5File, at: number): FractalHeap {
  const cursor = new Cursor(file.source, { at: Math.min(at, file.source.size) });
  expectSignature(cursor, 'FRHP');
  cursor.skip(3);
  if (cursor.u16() !== 0) throw unsupported(at, 'a group whose links are compressed');
  cursor.skip(1);
  const mostObject = cursor.u32();
  cursor.skip(10 * file.lengthBytes + 2 * file.offsetBytes);
  const width = cursor.u16();
  const startSize = readLength(file, cursor);
  const mostDirect = readLength(file, cursor);
  const heapBits = cursor.u16();
  cursor.skip(2);
  const rootAt = readAddress(file, cursor);
  const rows = cursor.u16();
  if (width === 0 || width > 1024 || startSize < 1 || mostDirect < startSize || rows > 64 || heapBits > 64) {
    throw damaged(at, 'the heap of a group has impossible sizes');
  }
  const offsetWidth = Math.ceil(heapBits / 8);
  const lengthWidth = bytesFor(Math.min(mostDirect, mostObject));
  const shape = { file, width, startSize, mostDirect, offsetWidth };
  const blocks =
    rootAt === undefined
      ? []
      : rows === 0
        ? [{ offset: 0, size: startSize, at: rootAt }]
        : listBlocks(shape, rootAt, rows, 0, 0);
  return { blocks, offsetWidth, lengthWidth };
}

interface HeapShape {
  readonly file: Hdf5File;
  readonly width: number;
  readonly startSize: number;
  readonly mostDirect: number;
  readonly offsetWidth: number;
}

const MOST_INDIRECTION = 8;
const MOST_BLOCKS = 100_000;

/** Rows of blocks: the first two of the starting size, then twice as large with each row. */
function listBlocks(shape: HeapShape, at: number, rows: number, offset: number, depth: number): FractalHeap['blocks'] {
  const { file, width, startSize, mostDirect, offsetWidth } = shape;
  if (depth > MOST_INDIRECTION) throw refused(at, 'the heap of a group is nested too deeply');
  const cursor = new Cursor(file.source, { at: Math.min(at, file.source.size) });
  expectSignature(cursor, 'FHIB');
  cursor.skip(1 + file.offsetBytes + offsetWidth);
  const blocks: { offset: number; size: number; at: number }[] = [];
  let next = offset;
  for (let row = 0; row < rows; row++) {
    const size = startSize * 2 ** Math.max(0, row - 1);
    for (let column = 0; column < width; column++, next += size) {
      const child = readAddress(file, cursor);
      if (child === undefined) continue;
      if (size <= mostDirect) blocks.push({ offset: next, size, at: child });
      else blocks.push(...listBlocks(shape, child, Math.log2(size / startSize / width) + 1, next, depth + 1));
      if (blocks.length > MOST_BLOCKS) throw refused(at, 'the heap of a group has too many blocks');
    }
  }
  return blocks;
}

function locate(heap: FractalHeap, id: Uint8Array, treeAt: number): Place {
  if ((id[0]! & 0x30) !== 0) throw unsupported(treeAt, 'a link of unusual length');
  const number = (from: number, width: number) =>
    id.subarray(from, from + width).reduce((sum, byte, i) => sum + byte * 256 ** i, 0);
  const offset = number(1, heap.offsetWidth);
  const length = number(1 + heap.offsetWidth, heap.lengthWidth);
  const block = heap.blocks.find((one) => offset >= one.offset && offset + length <= one.offset + one.size);
  if (!block) throw damaged(treeAt, 'a link that is in no block of its heap');
  const at = block.at + offset - block.offset;
  return { at, end: at + length };
}

interface TreeShape {
  readonly file: Hdf5File;
  readonly recordBytes: number;
  /** Width of the number of records in a child at this depth, and of those below it. */
  readonly nodeBytes: number;
}

function readRecords(file: Hdf5File, at: number): Uint8Array[] {
  const cursor = new Cursor(file.source, { at: Math.min(at, file.source.size) });
  expectSignature(cursor, 'BTHD');
  cursor.skip(1);
  if (cursor.u8() !== NAME_INDEX) throw damaged(at, 'an index of links that is none');
  const nodeBytes = cursor.u32();
  const recordBytes = cursor.u16();
  const depth = cursor.u16();
  cursor.skip(2);
  const root = readAddress(file, cursor);
  const count = cursor.u16();
  if (recordBytes < 11 || nodeBytes < 64 || depth > 8) throw damaged(at, 'an index of links with impossible sizes');
  const records: Uint8Array[] = [];
  if (root !== undefined) readNode({ file, recordBytes, nodeBytes }, root, count, depth, records);
  return records;
}

const NODE_OVERHEAD = 10;

function readNode(shape: TreeShape, at: number, count: number, depth: number, out: Uint8Array[]): void {
  const { file, recordBytes } = shape;
  const cursor = new Cursor(file.source, { at: Math.min(at, file.source.size) });
  expectSignature(cursor, depth === 0 ? 'BTLF' : 'BTIN');
  cursor.skip(2);
  cursor.requireItems(count, recordBytes, 'links');
  if (out.length + count > MOST_RECORDS) throw refused(at, `a group of more than ${MOST_RECORDS} links`);
  for (let i = 0; i < count; i++) out.push(cursor.bytes(recordBytes).subarray(4, 11));
  if (depth === 0) return;
  const { countWidth, totalWidth } = childWidths(shape, depth);
  for (let i = 0; i <= count; i++) {
    const child = readAddress(file, cursor);
    const records = cursor.uint(countWidth);
    cursor.skip(totalWidth);
    if (child === undefined) throw damaged(cursor.at, 'an index of links lacks a branch');
    readNode(shape, child, records, depth - 1, out);
  }
}

/** Pointers to children are as narrow as the largest numbers that may stand in them. */
function childWidths({ file, recordBytes, nodeBytes }: TreeShape, depth: number) {
  const leaf = Math.floor((nodeBytes - NODE_OVERHEAD) / recordBytes);
  const countWidth = bytesFor(leaf);
  let total = leaf;
  let totalWidth = 0;
  for (let level = 1; level < depth; level++) {
    const pointer = file.offsetBytes + countWidth + totalWidth;
    const inner = Math.floor((nodeBytes - NODE_OVERHEAD - pointer) / (recordBytes + pointer));
    total = (inner + 1) * total + inner;
    totalWidth = bytesFor(total);
  }
  return { countWidth, totalWidth };
}

/** Bytes that a number up to `most` takes. */
function bytesFor(most: number): number {
  return Math.max(1, Math.ceil(Math.log2(most + 1) / 8));
}
