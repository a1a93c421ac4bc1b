// The reader of ELF files: against files that are made here from a list of functions, against that list searched without
// any cleverness, and against files that are cut, changed, or lie about their lengths.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, describe, expect, test } from 'vitest';
import { unwrap } from '#base/result.ts';
import { readElfSymbols } from './elf-symbols.ts';

const folder = mkdtempSync(join(tmpdir(), 'highwater-elf-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

interface TestSymbol {
  readonly name: string;
  readonly address: number;
  readonly size: number;
  /** 0 local, 1 global, 2 weak. */
  readonly binding?: number;
  readonly type?: number;
}

interface TestElf {
  readonly symbols?: readonly TestSymbol[];
  readonly dynamic?: readonly TestSymbol[];
  /** Beginnings of functions, as .eh_frame_hdr has them. */
  readonly starts?: readonly number[];
  readonly buildId?: string;
}

const SECTION_BASE = 0x10_0000;

function elfOf({ symbols = [], dynamic = [], starts = [], buildId = '' }: TestElf): Buffer {
  const id = Buffer.from(buildId, 'hex');
  const note = Buffer.alloc(16 + Math.ceil(id.length / 4) * 4);
  note.writeUInt32LE(4, 0);
  note.writeUInt32LE(id.length, 4);
  note.writeUInt32LE(3, 8);
  note.write('GNU\0', 12, 'latin1');
  id.copy(note, 16);
  const frames = Buffer.alloc(12 + starts.length * 8);
  frames.writeUInt32LE(0x3b031b01, 0);
  frames.writeUInt32LE(starts.length, 8);
  for (const [i, start] of starts.entries()) frames.writeInt32LE(start - SECTION_BASE, 12 + i * 8);
  const [table, names] = symbolTable(symbols);
  const [exported, exportedNames] = symbolTable(dynamic);
  return joinSections([
    { type: 0, link: 0, bytes: Buffer.alloc(0) },
    { type: 2, link: 2, bytes: table },
    { type: 3, link: 0, bytes: names },
    { type: 11, link: 4, bytes: exported },
    { type: 3, link: 0, bytes: exportedNames },
    { type: 7, link: 0, bytes: buildId === '' ? Buffer.alloc(0) : note },
    { type: 1, link: 0, bytes: starts.length === 0 ? Buffer.alloc(0) : frames },
  ]);
}

function symbolTable(symbols: readonly TestSymbol[]): [Buffer, Buffer] {
  const table = Buffer.alloc((symbols.length + 1) * 24);
  let names = '\0';
  for (const [i, { name, address, size, binding = 1, type = 2 }] of symbols.entries()) {
    const at = (i + 1) * 24;
    table.writeUInt32LE(names.length, at);
    table[at + 4] = (binding << 4) | type;
    table.writeUInt16LE(1, at + 6);
    table.writeBigUInt64LE(BigInt(address), at + 8);
    table.writeBigUInt64LE(BigInt(size), at + 16);
    names += `${name}\0`;
  }
  return [table, Buffer.from(names, 'latin1')];
}

function joinSections(sections: readonly { type: number; link: number; bytes: Buffer }[]): Buffer {
  const header = Buffer.alloc(64);
  header.write('\x7fELF\x02\x01', 0, 'latin1');
  const headers = Buffer.alloc(sections.length * 64);
  header.writeBigUInt64LE(64n, 40);
  header.writeUInt16LE(64, 58);
  header.writeUInt16LE(sections.length, 60);
  let offset = 64 + headers.length;
  for (const [i, { type, link, bytes }] of sections.entries()) {
    headers.writeUInt32LE(type, i * 64 + 4);
    headers.writeBigUInt64LE(BigInt(SECTION_BASE), i * 64 + 16);
    headers.writeBigUInt64LE(BigInt(offset), i * 64 + 24);
    headers.writeBigUInt64LE(BigInt(bytes.length), i * 64 + 32);
    headers.writeUInt32LE(link, i * 64 + 40);
    offset += bytes.length;
  }
  return Buffer.concat([header, headers, ...sections.map(({ bytes }) => bytes)]);
}

let count = 0;
function fileOf(bytes: Buffer): string {
  const path = join(folder, `${count++ % 8}.so`);
  writeFileSync(path, bytes);
  return path;
}

const read = (elf: TestElf) => unwrap(readElfSymbols(fileOf(elfOf(elf))));

describe('an address is in', () => {
  test('the function that covers it, and in none where none does', () => {
    const symbols = read({
      symbols: [
        { name: 'second', address: 200, size: 50 },
        { name: 'first', address: 100, size: 50 },
      ],
    });
    expect([100, 149, 150, 199, 200, 249, 250, 99].map((at) => symbols.find(at)?.name)).toEqual([
      'first',
      'first',
      undefined,
      undefined,
      'second',
      'second',
      undefined,
      undefined,
    ]);
    expect(symbols.find(249)!.address).toBe(200);
  });

  test('the one that is known best, of several names', () => {
    const symbols = read({
      symbols: [
        { name: 'f.localalias', address: 100, size: 50, binding: 0 },
        { name: 'weak_f', address: 100, size: 50, binding: 2 },
        { name: 'f', address: 100, size: 50, binding: 1 },
      ],
    });
    expect(symbols.find(120)!.name).toBe('f');
  });

  test('the one around it, where a smaller one ended before', () => {
    const symbols = read({
      symbols: [
        { name: 'outer', address: 100, size: 100 },
        { name: 'label', address: 120, size: 10 },
      ],
    });
    expect([125, 150].map((at) => symbols.find(at)!.name)).toEqual(['label', 'outer']);
  });

  test('assembly without a size, up to where the next function is known to begin', () => {
    const symbols = read({
      dynamic: [
        { name: '_init', address: 100, size: 0 },
        { name: 'exported', address: 400, size: 10 },
      ],
      starts: [100, 200, 300, 400],
    });
    expect([150, 250, 399, 405].map((at) => symbols.find(at))).toEqual([
      { name: '_init', address: 100 },
      { name: '', address: 200 },
      { name: '', address: 300 },
      { name: 'exported', address: 400 },
    ]);
  });

  test('what is exported, where the rest was stripped; data and undefined names are no functions', () => {
    const symbols = read({
      symbols: [{ name: 'table', address: 100, size: 100, type: 1 }],
      dynamic: [{ name: 'exported', address: 100, size: 10 }],
    });
    expect([105, 150].map((at) => symbols.find(at)?.name)).toEqual(['exported', undefined]);
  });
});

test('the build-id', () => {
  expect(read({ buildId: '00ff1234' }).buildId).toBe('00ff1234');
  expect(read({}).buildId).toBe('');
});

test('the file of this very program', () => {
  const symbols = unwrap(readElfSymbols(process.execPath));
  expect(typeof symbols.buildId).toBe('string');
});

test('any functions: as a search without any cleverness finds them', () => {
  const symbol = fc.record({
    name: fc.stringMatching(/^[a-z]{1,6}$/),
    address: fc.nat(400),
    size: fc.integer({ min: 1, max: 20 }),
  });
  fc.assert(
    fc.property(fc.uniqueArray(symbol, { maxLength: 30, selector: (s) => s.address }), (symbols) => {
      const found = read({ symbols });
      for (let at = 0; at < 430; at += 3) {
        const covering = symbols.filter((s) => s.address <= at && at < s.address + s.size);
        const nearest = covering.sort((a, b) => b.address - a.address)[0];
        expect(found.find(at)?.name).toBe(nearest?.name);
      }
    }),
    { numRuns: 60 },
  );
});

describe('files that cannot be trusted', () => {
  const good = elfOf({
    symbols: [
      { name: 'first', address: 100, size: 50 },
      { name: 'second', address: 200, size: 0 },
    ],
    dynamic: [{ name: 'first', address: 100, size: 50 }],
    starts: [100, 200],
    buildId: '0123456789abcdef',
  });

  /** Whatever it says, it must come back, and with a name that is no longer than names are. */
  function survives(bytes: Buffer): void {
    const result = readElfSymbols(fileOf(bytes));
    if (!result.ok) return;
    for (const at of [0, 100, 120, 250, 2 ** 40]) expect((result.value.find(at)?.name ?? '').length).toBeLessThan(5000);
  }

  test('cut at any length', () => {
    for (let length = 0; length < good.length; length += 3) survives(good.subarray(0, length));
  });

  test('with bytes changed', () => {
    const change = fc.record({ at: fc.nat(good.length - 1), to: fc.integer({ min: 0, max: 255 }) });
    fc.assert(
      fc.property(fc.array(change, { minLength: 1, maxLength: 12 }), (changes) => {
        const bytes = Buffer.from(good);
        for (const { at, to } of changes) bytes[at] = to;
        survives(bytes);
      }),
      { numRuns: 400 },
    );
  });

  test('with lengths and offsets of any size', () => {
    const extreme = fc.constantFrom(0n, 1n, 0x7fffffffn, 0xffffffffn, 1n << 40n, (1n << 63n) - 1n, (1n << 64n) - 1n);
    const change = fc.record({ field: fc.nat(Math.floor(good.length / 8) - 1), to: extreme });
    fc.assert(
      fc.property(fc.array(change, { minLength: 1, maxLength: 4 }), (changes) => {
        const bytes = Buffer.from(good);
        for (const { field, to } of changes) bytes.writeBigUInt64LE(to, field * 8);
        survives(bytes);
      }),
      { numRuns: 400 },
    );
  });

  test('what is no ELF file at all', () => {
    for (const text of ['', 'hello', '\x7fELF', `\x7fELF\x01\x01${'\0'.repeat(100)}`]) {
      expect(readElfSymbols(fileOf(Buffer.from(text, 'latin1'))).ok).toBe(false);
    }
    expect(readElfSymbols(folder).ok).toBe(false);
    expect(readElfSymbols(join(folder, 'nothing')).ok).toBe(false);
    expect(readElfSymbols('/dev/zero').ok).toBe(false);
  });
});
