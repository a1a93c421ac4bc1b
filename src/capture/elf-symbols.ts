// Which function an address of an ELF file is in: by its symbols (.symtab, or what it exports), and where those are
// stripped, by the table of functions that it carries for exceptions, which knows where they begin, but no names.
import type { Result } from '#base/result.ts';
import { type ElfFile, type ElfSection, SECTION_TYPE, withElfFile } from './elf.ts';

const SYMBOL_BYTES = 24;
const TYPE_FUNCTION = 2;
const TYPE_INDIRECT_FUNCTION = 10;
const LONGEST_NAME = 4096;
/** Symbols that end before an address, though they begin before it, are looked past: so many. */
const MOST_NESTED = 16;

export interface ElfFunction {
  /** As it stands in the file, mangled; "" where only its beginning is known. */
  readonly name: string;
  readonly address: number;
}

export interface ElfSymbols {
  readonly buildId: string;
  /** Undefined where nothing is known of the address. */
  find(address: number): ElfFunction | undefined;
}

/** Reads the symbols of a file into columns; each name is only read when it is asked for. */
export function readElfSymbols(path: string): Result<ElfSymbols> {
  return withElfFile(path, (file) => {
    const tables = [SECTION_TYPE.symbols, SECTION_TYPE.dynamicSymbols].flatMap((type) =>
      file.sections.filter((section) => section.type === type),
    );
    const functions = readFunctions(file, tables);
    const starts = readStarts(file);
    return {
      buildId: file.readBuildId(),
      find: (address) => functions.find(address, findStart(starts, address)),
    };
  });
}

/** Functions in order of address, columns of equal length; of several at one address the best name first. */
class Functions {
  readonly #address: Float64Array;
  readonly #size: Float64Array;
  readonly #name: Uint32Array;
  readonly #names: Buffer;

  constructor(address: Float64Array, size: Float64Array, name: Uint32Array, names: Buffer) {
    this.#address = address;
    this.#size = size;
    this.#name = name;
    this.#names = names;
  }

  /** `start`: the function that the address is in, as far as it is known without names. */
  find(address: number, start: ElfFunction | undefined): ElfFunction | undefined {
    let row = upperBound(this.#address, address) - 1;
    for (let tries = 0; row >= 0 && tries < MOST_NESTED; row--, tries++) {
      const begin = this.#address[row]!;
      const size = this.#size[row]!;
      // Assembly often states no size: then it reaches to the next function.
      const isOpen = size === 0 && tries === 0 && !(start && start.address > begin);
      if (address >= begin + size && !isOpen) continue;
      while (row > 0 && this.#address[row - 1] === begin && this.#size[row - 1]! >= size) row--;
      return { name: textAt(this.#names, this.#name[row]!), address: begin };
    }
    return start;
  }
}

const NOTHING = new Functions(new Float64Array(), new Float64Array(), new Uint32Array(), Buffer.alloc(0));

/** The first of the tables that holds any function: .symtab has all that .dynsym has, and more. */
function readFunctions(file: ElfFile, tables: readonly ElfSection[]): Functions {
  for (const table of tables) {
    const symbols = file.read(table);
    const strings = file.sections[table.link];
    const names = strings && file.read(strings);
    if (!symbols || !names) continue;
    const rows = functionRows(symbols, names);
    if (rows.length > 0) return functionsOf(symbols, names, rows);
  }
  return NOTHING;
}

function functionRows(symbols: Buffer, names: Buffer): Uint32Array {
  const count = Math.floor(symbols.length / SYMBOL_BYTES);
  const rows = new Uint32Array(count);
  let used = 0;
  for (let row = 0; row < count; row++) {
    const at = row * SYMBOL_BYTES;
    const type = symbols[at + 4]! & 15;
    const isDefined = symbols.readUInt16LE(at + 6) !== 0;
    const isFunction = type === TYPE_FUNCTION || type === TYPE_INDIRECT_FUNCTION;
    if (isFunction && isDefined && symbols.readUInt32LE(at) < names.length) rows[used++] = row;
  }
  return rows.subarray(0, used);
}

function functionsOf(symbols: Buffer, names: Buffer, rows: Uint32Array): Functions {
  const column = (field: number) =>
    Float64Array.from(rows, (row) => {
      const at = row * SYMBOL_BYTES + field;
      return symbols.readUInt32LE(at) + symbols.readUInt32LE(at + 4) * 2 ** 32;
    });
  const address = column(8);
  const size = column(16);
  // Global names before weak ones before local ones: `recurse` and not `recurse.localalias`.
  const rank = Uint8Array.from(rows, (row) => [2, 0, 1][symbols[row * SYMBOL_BYTES + 4]! >>> 4] ?? 3);
  const order = Uint32Array.from(rows, (_, i) => i);
  order.sort((a, b) => address[a]! - address[b]! || size[b]! - size[a]! || rank[a]! - rank[b]! || a - b);
  return new Functions(
    Float64Array.from(order, (i) => address[i]!),
    Float64Array.from(order, (i) => size[i]!),
    order.map((i) => symbols.readUInt32LE(rows[i]! * SYMBOL_BYTES)),
    names,
  );
}

/** Where functions begin, ascending: .eh_frame_hdr, whose rows are two 32-bit distances from the section itself. */
function readStarts(file: ElfFile): Float64Array {
  const VERSION_AND_FORMS = 0x3b03_1b01; // version 1; the only forms that linkers write
  for (const section of file.sections) {
    const bytes = section.size < 12 || section.address === 0 ? undefined : readHead(file, section);
    if (bytes?.readUInt32LE(0) !== VERSION_AND_FORMS) continue;
    const all = file.read(section);
    const count = all ? Math.min(all.readUInt32LE(8), Math.floor((all.length - 12) / 8)) : 0;
    const starts = new Float64Array(count);
    for (let row = 0; row < count; row++) starts[row] = section.address + all!.readInt32LE(12 + row * 8);
    return starts.sort();
  }
  return new Float64Array();
}

function readHead(file: ElfFile, section: ElfSection): Buffer | undefined {
  return file.read({ ...section, size: 12 });
}

function findStart(starts: Float64Array, address: number): ElfFunction | undefined {
  const row = upperBound(starts, address) - 1;
  return row < 0 ? undefined : { name: '', address: starts[row]! };
}

/** Index of the first that is larger. */
function upperBound(values: Float64Array, value: number): number {
  let low = 0;
  let high = values.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (values[middle]! <= value) low = middle + 1;
    else high = middle;
  }
  return low;
}

function textAt(names: Buffer, from: number): string {
  const end = names.indexOf(0, from);
  const to = Math.min(end < 0 ? names.length : end, from + LONGEST_NAME);
  return names.toString('utf8', from, to);
}
