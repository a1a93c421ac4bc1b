// The directory of a zip archive, read strictly, and its members as sources. Our own reader rather than a library's: members
// have to be known by their place in the file (tensors are stored, and never read), reading is synchronous over ranges, and
// archives that two programs would read differently are refused: duplicate names, overlapping members, names that differ
// between directory and member, sizes that no deflate stream can give.
//
//   local header (30 bytes, name, extra) data ...  |  central directory: 46 bytes, name, extra, comment each
//   [zip64 end record 56, its locator 20]  |  end record: 22 bytes, comment up to the end of the file
import type { Bytes } from '#base/units.ts';
import { type ByteSource, readAtMost, SliceSource } from './byte-source.ts';
import { Cursor } from './cursor.ts';
import { damaged, refused, unsupported } from './damage.ts';
import { InflatedSource, MOST_RATIO } from './inflate.ts';
import type { Part } from './types.ts';

export interface ZipMember {
  readonly name: string;
  readonly method: number;
  readonly storedBytes: Bytes;
  readonly bytes: Bytes;
  readonly headerAt: number;
}

/** As a report lists them. */
export function partsOf(members: readonly ZipMember[]): Part[] {
  return members.map(({ name, storedBytes, bytes, headerAt }) => ({
    name,
    bytes: storedBytes,
    inflatedBytes: bytes,
    at: headerAt,
    found: true,
  }));
}

export interface ZipDirectory {
  readonly members: readonly ZipMember[];
  /** By name. */
  find(name: string): ZipMember | undefined;
  /** Its content, inflated on the way where it is deflated. */
  open(member: ZipMember): ByteSource;
  /** Where the content of a member begins in the archive. */
  dataAt(member: ZipMember): number;
}

const END_BYTES = 22;
const ENTRY_BYTES = 46;
const LOCAL_BYTES = 30;
const MOST_COMMENT = 65_535;
const MOST_NAME = 4096;
const STORED = 0;
const DEFLATED = 8;
const ENCRYPTED = 1;

export function readZip(source: ByteSource): ZipDirectory {
  const end = findEnd(source);
  const members = readEntries(source, end);
  refuseOverlaps(members, end.directoryAt);
  const byName = new Map(members.map((member) => [member.name, member]));
  const dataAt = (member: ZipMember) => findData(source, member, end.directoryAt);
  return {
    members,
    find: (name) => byName.get(name),
    dataAt,
    open: (member) => {
      const stored = new SliceSource(source, dataAt(member), member.storedBytes);
      if (member.method === STORED) return stored;
      if (member.method !== DEFLATED)
        throw unsupported(member.headerAt, `compression method ${member.method} in a zip`);
      return new InflatedSource(stored, 'raw', member.bytes);
    },
  };
}

interface End {
  readonly entries: number;
  readonly directoryAt: number;
  readonly directoryEnd: number;
}

/** The last end record whose comment reaches exactly to the end of the file. */
function findEnd(source: ByteSource): End {
  const tail = readAtMost(source, source.size - END_BYTES - MOST_COMMENT, END_BYTES + MOST_COMMENT);
  const base = source.size - tail.length;
  const view = new DataView(tail.buffer, tail.byteOffset, tail.byteLength);
  for (let i = tail.length - END_BYTES; i >= 0; i--) {
    if (view.getUint32(i, true) !== 0x06054b50) continue;
    if (i + END_BYTES + view.getUint16(i + 20, true) !== tail.length) continue;
    return readEnd(source, base + i);
  }
  throw damaged(source.size, 'the directory at the end of the zip archive is missing: the file is cut off');
}

function readEnd(source: ByteSource, at: number): End {
  const cursor = new Cursor(source, { at: at + 4 });
  if (cursor.u16() !== 0 || cursor.u16() !== 0) throw unsupported(at, 'a zip archive in several volumes');
  cursor.skip(2);
  const small = { entries: cursor.u16(), directoryBytes: cursor.u32(), directoryAt: cursor.u32() };
  const large = readEnd64(source, at);
  const { entries, directoryBytes, directoryAt } = large ?? small;
  const directoryEnd = large?.recordAt ?? at;
  if (large && !agrees(small, large)) throw refused(at, 'the two end records of the zip archive contradict each other');
  if (directoryAt + directoryBytes !== directoryEnd) {
    throw damaged(at, 'the zip directory does not stand where its end record says');
  }
  if (entries * ENTRY_BYTES > directoryBytes) throw damaged(at, `${entries} members do not fit into the zip directory`);
  return { entries, directoryAt, directoryEnd };
}

interface Sums {
  readonly entries: number;
  readonly directoryBytes: Bytes;
  readonly directoryAt: number;
}

/** Some writers add it without need; then both say the same. */
function readEnd64(source: ByteSource, at: number): (Sums & { readonly recordAt: number }) | undefined {
  if (at < 20) return undefined;
  const locator = new Cursor(source, { at: at - 20 });
  if (locator.u32() !== 0x07064b50) return undefined;
  locator.skip(4);
  const recordAt = locator.u64();
  const cursor = new Cursor(source, { at: Math.min(recordAt, source.size) });
  if (cursor.u32() !== 0x06064b50) throw damaged(recordAt, 'the zip64 end record is missing');
  cursor.skip(28);
  return { recordAt, entries: cursor.u64(), directoryBytes: cursor.u64(), directoryAt: cursor.u64() };
}

/** Where the small record has no room, all its bits are set. */
function agrees(small: Sums, large: Sums): boolean {
  const same = (few: number, many: number, full: number) => few === full || few === many;
  return (
    same(small.entries, large.entries, 0xffff) &&
    same(small.directoryBytes, large.directoryBytes, 0xffffffff) &&
    same(small.directoryAt, large.directoryAt, 0xffffffff)
  );
}

function readEntries(source: ByteSource, end: End): ZipMember[] {
  const cursor = new Cursor(source, { at: end.directoryAt, end: end.directoryEnd });
  const members: ZipMember[] = [];
  const names = new Set<string>();
  while (members.length < end.entries) {
    const at = cursor.at;
    const member = readEntry(cursor);
    if (names.has(member.name)) throw refused(at, `the zip archive holds two members '${member.name.slice(0, 80)}'`);
    names.add(member.name);
    members.push(member);
  }
  return members;
}

function readEntry(cursor: Cursor): ZipMember {
  const at = cursor.at;
  if (cursor.u32() !== 0x02014b50) throw damaged(at, 'an entry of the zip directory is missing');
  cursor.skip(4);
  const flags = cursor.u16();
  const method = cursor.u16();
  cursor.skip(8);
  const storedBytes = cursor.u32();
  const bytes = cursor.u32();
  const [nameBytes, extraBytes, commentBytes] = [cursor.u16(), cursor.u16(), cursor.u16()];
  cursor.skip(8);
  const headerAt = cursor.u32();
  const name = cursor.text(nameBytes, MOST_NAME);
  const sizes = readExtra64(cursor, extraBytes, { bytes, storedBytes, headerAt });
  cursor.skip(commentBytes);
  if (flags & ENCRYPTED) throw unsupported(at, `the member '${name.slice(0, 80)}' of the zip archive is encrypted`);
  return checkSizes({ name, method, ...sizes }, at);
}

type Sizes = Pick<ZipMember, 'bytes' | 'storedBytes' | 'headerAt'>;

/** Sizes that do not fit 32 bits stand in an extra field of kind 1, in this order, only those that overflow. */
function readExtra64(cursor: Cursor, length: Bytes, sizes: Sizes): Sizes {
  cursor.require(length);
  const end = cursor.at + length;
  let { bytes, storedBytes, headerAt } = sizes;
  while (cursor.at + 4 <= end) {
    const kind = cursor.u16();
    const fieldBytes = cursor.u16();
    const fieldEnd = cursor.at + fieldBytes;
    if (fieldEnd > end) throw damaged(cursor.at, 'an extra field of the zip directory is longer than its entry');
    if (kind === 1) {
      if (bytes === 0xffffffff && cursor.at + 8 <= fieldEnd) bytes = cursor.u64();
      if (storedBytes === 0xffffffff && cursor.at + 8 <= fieldEnd) storedBytes = cursor.u64();
      if (headerAt === 0xffffffff && cursor.at + 8 <= fieldEnd) headerAt = cursor.u64();
    }
    cursor.seek(fieldEnd);
  }
  cursor.seek(end);
  return { bytes, storedBytes, headerAt };
}

function checkSizes(member: ZipMember, at: number): ZipMember {
  const { method, bytes, storedBytes } = member;
  if (method === STORED && bytes !== storedBytes) throw damaged(at, 'a stored member has two different sizes');
  if (method === DEFLATED && bytes > storedBytes * MOST_RATIO + 1024) {
    throw refused(at, `a member of ${storedBytes} bytes that claims to inflate to ${bytes}`);
  }
  return member;
}

function refuseOverlaps(members: readonly ZipMember[], directoryAt: number): void {
  const sorted = [...members].sort((a, b) => a.headerAt - b.headerAt);
  let end = 0;
  for (const { headerAt, storedBytes, name } of sorted) {
    if (headerAt < end) throw refused(headerAt, `the member '${name.slice(0, 80)}' overlaps another one`);
    end = headerAt + LOCAL_BYTES + storedBytes;
  }
  if (end > directoryAt) throw damaged(directoryAt, 'a member of the zip archive reaches into the directory');
}

function findData(source: ByteSource, { headerAt, name, storedBytes }: ZipMember, directoryAt: number): number {
  const cursor = new Cursor(source, { at: headerAt, end: directoryAt });
  if (cursor.u32() !== 0x04034b50)
    throw damaged(headerAt, `the header of the member '${name.slice(0, 80)}' is missing`);
  cursor.skip(22);
  const nameBytes = cursor.u16();
  const extraBytes = cursor.u16();
  if (cursor.text(nameBytes, MOST_NAME) !== name) {
    throw refused(headerAt, `the member '${name.slice(0, 80)}' calls itself otherwise in its own header`);
  }
  cursor.skip(extraBytes);
  cursor.require(storedBytes);
  return cursor.at;
}
