// What the head of a program's file says on who can load a library into it. Scripts are not asked: their interpreter is the program.
import { closeSync, fstatSync, openSync, readSync } from 'node:fs';

export interface ProgramFile {
  readonly bits: 32 | 64;
  /** Path of its dynamic loader; '' = statically linked. */
  readonly loader: string;
  /** Whose rights it runs with instead of the caller's; null = nobody's (no set-uid, no set-gid). */
  readonly setOwner: number | null;
}

const HEAD_BYTES = 4096;
const PT_INTERP = 3;
const SET_ID = 0o6000;

/** Undefined: it is gone, not ours to read, or no little-endian ELF file. */
export function readProgramFile(path: string): ProgramFile | undefined {
  let descriptor: number | undefined;
  try {
    descriptor = openSync(path, 'r');
    const head = Buffer.alloc(HEAD_BYTES);
    const { mode, uid } = fstatSync(descriptor);
    const parsed = parseElfHead(head.subarray(0, readSync(descriptor, head, 0, HEAD_BYTES, 0)));
    return parsed && { ...parsed, setOwner: (mode & SET_ID) === 0 ? null : uid };
  } catch {
    return undefined;
  } finally {
    if (descriptor !== undefined) closeSync(descriptor);
  }
}

/** Linkers put the program headers, and the loader's name, right behind the header. */
export function parseElfHead(head: Buffer): Pick<ProgramFile, 'bits' | 'loader'> | undefined {
  if (head.length < 52 || head.readUInt32BE(0) !== 0x7f454c46 || head[5] !== 1) return undefined;
  const bits = head[4] === 1 ? 32 : 64;
  const wide = bits === 64;
  if (wide && head.length < 64) return undefined;
  const from = wide ? Number(head.readBigUInt64LE(32)) : head.readUInt32LE(28);
  const each = head.readUInt16LE(wide ? 54 : 42);
  const count = head.readUInt16LE(wide ? 56 : 44);
  for (let at = from, left = count; left > 0 && at + each <= head.length; at += each, left--) {
    if (each < (wide ? 56 : 32) || head.readUInt32LE(at) !== PT_INTERP) continue;
    const text = wide ? Number(head.readBigUInt64LE(at + 8)) : head.readUInt32LE(at + 4);
    const bytes = wide ? Number(head.readBigUInt64LE(at + 32)) : head.readUInt32LE(at + 16);
    return { bits, loader: head.toString('latin1', text, text + bytes).replace(/\0.*$/s, '') || '?' };
  }
  return { bits, loader: '' };
}
