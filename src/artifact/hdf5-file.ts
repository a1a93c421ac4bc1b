// The superblock of an HDF5 file: how wide addresses are, and where the root group is.
//
//   \x89HDF\r\n\x1a\n  u8 version
//   0, 1: versions of parts, u8 bytes of an address, u8 bytes of a length, ..., base address, three more, root's symbol entry
//   2, 3: u8 bytes of an address, u8 bytes of a length, u8 flags, base, extension, end, root's object header, checksum
import type { ByteSource } from './byte-source.ts';
import { Cursor } from './cursor.ts';
import { damaged, unsupported } from './damage.ts';

export interface Hdf5File {
  readonly source: ByteSource;
  readonly version: number;
  readonly offsetBytes: number;
  readonly lengthBytes: number;
  /** Addresses count from here. */
  readonly base: number;
  readonly rootAt: number;
}

const SIGNATURE = '\x89HDF\r\n\x1a\n';
const MOST_USER_BLOCK = 2 ** 26;

export function openHdf5(source: ByteSource): Hdf5File {
  const at = findSuperblock(source);
  if (at === undefined) throw damaged(0, 'the signature of HDF5 is missing');
  const cursor = new Cursor(source, { at: at + 8 });
  const version = cursor.u8();
  if (version > 3) throw unsupported(cursor.at - 1, `HDF5 superblock version ${version}`);
  return version < 2 ? readOld(source, cursor, version) : readNew(source, cursor, version);
}

/** At 0, or behind a user block of 512 bytes times a power of two. */
export function findSuperblock(source: ByteSource): number | undefined {
  for (let at = 0; at <= MOST_USER_BLOCK && at + 8 <= source.size; at = at === 0 ? 512 : at * 2) {
    if (String.fromCharCode(...source.read(at, 8)) === SIGNATURE) return at;
  }
  return undefined;
}

function readOld(source: ByteSource, cursor: Cursor, version: number): Hdf5File {
  cursor.skip(4);
  const { offsetBytes, lengthBytes } = readWidths(cursor);
  cursor.skip(version === 1 ? 13 : 9);
  const base = cursor.uint(offsetBytes);
  cursor.skip(4 * offsetBytes); // free space, end of file, driver, and the root's name
  return { source, version, offsetBytes, lengthBytes, base, rootAt: address(cursor, offsetBytes, base) };
}

function readNew(source: ByteSource, cursor: Cursor, version: number): Hdf5File {
  const { offsetBytes, lengthBytes } = readWidths(cursor);
  cursor.skip(1);
  const base = cursor.uint(offsetBytes);
  cursor.skip(2 * offsetBytes);
  return { source, version, offsetBytes, lengthBytes, base, rootAt: address(cursor, offsetBytes, base) };
}

function address(cursor: Cursor, width: number, base: number): number {
  return cursor.uint(width) + base;
}

function readWidths(cursor: Cursor): { readonly offsetBytes: number; readonly lengthBytes: number } {
  const at = cursor.at;
  const offsetBytes = cursor.u8();
  const lengthBytes = cursor.u8();
  for (const width of [offsetBytes, lengthBytes]) {
    if (![2, 4, 8].includes(width)) throw damaged(at, `addresses of ${width} bytes`);
  }
  return { offsetBytes, lengthBytes };
}

/** An address in the file; undefined for the one that means "none". */
export function readAddress({ offsetBytes, base }: Hdf5File, cursor: Cursor): number | undefined {
  const bytes = cursor.bytes(offsetBytes);
  if (bytes.every((byte) => byte === 0xff)) return undefined;
  return bytes.reduce((sum, byte, i) => sum + byte * 256 ** i, 0) + base;
}

export function readLength({ lengthBytes }: Hdf5File, cursor: Cursor): number {
  return cursor.uint(lengthBytes);
}

export function expectSignature(cursor: Cursor, signature: string): void {
  const at = cursor.at;
  if (String.fromCharCode(...cursor.bytes(4)) !== signature) throw damaged(at, `the mark ${signature} is missing`);
}
