// ELF files, as far as naming addresses of code needs them: the section headers, and the build-id. 64-bit little-endian
// only, which is all that the agent runs on. The file may be anything: no length is taken at its word, nothing is read that
// does not lie in the file, and no more than a stated number of bytes.
import { closeSync, constants, fstatSync, openSync, readSync } from 'node:fs';
import { fail, messageOf, ok, type Result } from '#base/result.ts';
import { type Bytes, MIB } from '#base/units.ts';

const HEADER_BYTES = 64;
const SECTION_BYTES = 64;
const MOST_SECTIONS = 65_535;
const NOTE_BYTES: Bytes = 64 * 1024;
/** The symbols of a debug build of the largest libraries fit. */
export const LARGEST_SECTION: Bytes = 512 * MIB;

export const SECTION_TYPE = { symbols: 2, notes: 7, dynamicSymbols: 11 } as const;
const NOTE_BUILD_ID = 3;

export interface ElfSection {
  /** Index into the names of sections; see ElfFile.nameOf. */
  readonly name: number;
  readonly type: number;
  readonly address: number;
  readonly offset: number;
  readonly size: number;
  /** Of a symbol table: the section of its names. */
  readonly link: number;
}

export class ElfFile {
  readonly sections: readonly ElfSection[];
  readonly #fd: number;
  readonly #size: number;

  constructor(fd: number, size: number, sections: readonly ElfSection[]) {
    this.#fd = fd;
    this.#size = size;
    this.sections = sections;
  }

  /** The section's bytes; undefined where they do not lie in the file, or are more than `most`. */
  read(section: ElfSection, most: Bytes = LARGEST_SECTION): Buffer | undefined {
    if (section.size > most || section.offset + section.size > this.#size) return undefined;
    const bytes = Buffer.allocUnsafe(section.size);
    return readFully(this.#fd, bytes, section.offset) ? bytes : undefined;
  }

  /** In lower-case hexadecimal, "" where the file has none. */
  readBuildId(): string {
    for (const section of this.sections) {
      if (section.type !== SECTION_TYPE.notes) continue;
      const id = buildIdIn(this.read(section, NOTE_BYTES) ?? Buffer.alloc(0));
      if (id !== '') return id;
    }
    return '';
  }
}

/** Hands an open file to `use`, and closes it. */
export function withElfFile<T>(path: string, use: (file: ElfFile) => T): Result<T> {
  let fd: number;
  try {
    fd = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK); // a pipe must not make us wait
  } catch (error) {
    return fail('elf-unreadable', `cannot open ${path}`, messageOf(error));
  }
  try {
    const status = fstatSync(fd);
    if (!status.isFile()) return fail('elf-unreadable', `${path} is not a file`);
    const sections = readSections(fd, status.size);
    if (sections === undefined) return fail('not-elf', `${path} is not a 64-bit ELF file with sections`);
    return ok(use(new ElfFile(fd, status.size, sections)));
  } catch (error) {
    return fail('elf-unreadable', `cannot read ${path}`, messageOf(error));
  } finally {
    closeSync(fd);
  }
}

function readSections(fd: number, size: number): ElfSection[] | undefined {
  const header = Buffer.alloc(HEADER_BYTES);
  if (!readFully(fd, header, 0) || header.toString('latin1', 0, 6) !== '\x7fELF\x02\x01') return undefined;
  const offset = numberAt(header, 40);
  const count = header.readUInt16LE(60);
  if (header.readUInt16LE(58) !== SECTION_BYTES || count > MOST_SECTIONS) return undefined;
  if (offset + count * SECTION_BYTES > size) return undefined;
  const table = Buffer.allocUnsafe(count * SECTION_BYTES);
  if (!readFully(fd, table, offset)) return undefined;
  return Array.from({ length: count }, (_, row) => sectionAt(table, row * SECTION_BYTES));
}

function sectionAt(table: Buffer, at: number): ElfSection {
  return {
    name: table.readUInt32LE(at),
    type: table.readUInt32LE(at + 4),
    address: numberAt(table, at + 16),
    offset: numberAt(table, at + 24),
    size: numberAt(table, at + 32),
    link: table.readUInt32LE(at + 40),
  };
}

/** A 64-bit number; beyond 2^53 it loses its last bits, and is beyond every file anyhow. */
function numberAt(bytes: Buffer, at: number): number {
  return bytes.readUInt32LE(at) + bytes.readUInt32LE(at + 4) * 2 ** 32;
}

function readFully(fd: number, to: Buffer, from: number): boolean {
  for (let done = 0; done < to.length; ) {
    const got = readSync(fd, to, done, to.length - done, from + done);
    if (got === 0) return false;
    done += got;
  }
  return true;
}

function buildIdIn(notes: Buffer): string {
  for (let at = 0; at + 12 <= notes.length; ) {
    const nameBytes = notes.readUInt32LE(at);
    const idBytes = notes.readUInt32LE(at + 4);
    const id = at + 12 + roundUp4(nameBytes);
    if (id + idBytes > notes.length) return '';
    const isId = notes.readUInt32LE(at + 8) === NOTE_BUILD_ID && notes.toString('latin1', at + 12, at + 16) === 'GNU\0';
    if (isId && nameBytes === 4) return notes.toString('hex', id, id + idBytes);
    at = id + roundUp4(idBytes);
  }
  return '';
}

function roundUp4(bytes: number): number {
  return Math.ceil(bytes / 4) * 4;
}
