import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { assemble, disassemble, trimLines } from '../../../test/artifact/pickle-text.ts';
import { type ByteSource, MemorySource } from '../byte-source.ts';
import { Damage } from '../damage.ts';
import { OP, OPCODES } from './opcodes.ts';
import { END, LONGEST_INSIDE, PickleScanner } from './scan.ts';

function scan(bytes: Uint8Array): PickleScanner {
  return new PickleScanner(new MemorySource(bytes));
}

function scanAll(bytes: Uint8Array): void {
  const scanner = scan(bytes);
  while (scanner.next() !== END);
}

describe('the table of opcodes', () => {
  it('has each byte and each name once, and all 68', () => {
    expect(new Set(OPCODES.map(({ code }) => code)).size).toBe(68);
    expect(OPCODES.map(({ name }) => name).sort()).toEqual(Object.keys(OP).sort());
  });
});

describe('the scanner', () => {
  it('reads every kind of argument', () => {
    const text = trimLines(`
      PROTO 4
      BININT1 255
      BININT2 65535
      BININT -2147483648
      INT -7
      LONG 123L
      LONG1 "\\u0001"
      BINFLOAT -0
      FLOAT 1e10
      SHORT_BINUNICODE "ab"
      BINUNICODE "ab"
      BINUNICODE8 ""
      BINBYTES8 "ab"
      GLOBAL os.path|join
      GET 4000000000
      LONG_BINPUT 4294967295
      EXT4 7
      NEXT_BUFFER
      STOP`);
    expect(disassemble(assemble(text))).toBe(text);
  });

  it('tells where each opcode and payload stands', () => {
    const scanner = scan(assemble('PROTO 4\nSHORT_BINUNICODE "abc"\nSTOP'));
    scanner.next();
    scanner.next();
    expect([scanner.at, scanner.payloadAt, scanner.length, scanner.position]).toEqual([2, 4, 3, 7]);
  });

  it.each([
    ['a length beyond the file', 'BINBYTES8 "abcdefgh"\nSTOP', 12, /at byte 0/],
    ['an argument cut off', 'NONE\nBININT 5', 3, /ends within BININT \(at byte 1\)/],
    ['a line that does not end', 'NONE\nINT 5', 3, /INT has a line that does not end \(at byte 1\)/],
    ['a frame beyond the file', 'FRAME 100\nSTOP', 10, /FRAME asks for a frame of 100 bytes, and 10 are left/],
  ])('refuses %s', (_what, text, length, message) => {
    expect(() => scanAll(assemble(text).subarray(0, length))).toThrow(message);
  });

  it.each([
    ['a byte that is no opcode', [0xff]],
    ['a negative length', [OP.BINSTRING, 255, 255, 255, 255]],
    ['a length of 2^64 - 1', [OP.BINUNICODE8, 255, 255, 255, 255, 255, 255, 255, 255]],
    ['a memo index that is no number', [OP.GET, 0x78, 10]],
    ['a memo index without digits', [OP.PUT, 10]],
    ['a memo index of eleven digits', [OP.PUT, ...'12345678901'].map(Number).concat(10)],
  ])('refuses %s', (_what, bytes) => {
    expect(() => scanAll(Uint8Array.from(bytes))).toThrow(Damage);
  });

  it('reads the same through windows of any kind: opcodes, places and payloads do not depend on the window', () => {
    const large = 'x'.repeat(LONGEST_INSIDE + 1);
    const text = [
      'PROTO 4',
      ...Array.from({ length: 60_000 }, (_, i) => `SHORT_BINUNICODE "word ${i}"`),
      `BINUNICODE "${large}"`,
      `STRING '${large}'`,
      'GLOBAL a|b',
      'STOP',
    ].join('\n');
    const bytes = assemble(text);
    const scanner = scan(bytes);
    let count = 0;
    let last = 0;
    while (scanner.next() !== END) {
      expect(scanner.at).toBe(last);
      last = scanner.position;
      count++;
      if (scanner.length > LONGEST_INSIDE && scanner.op !== OP.GLOBAL && scanner.op !== OP.STOP) {
        expect(
          scanner
            .readPayload()
            .subarray(1, -1)
            .every((byte) => byte === 0x78),
        ).toBe(true);
      }
    }
    expect([count, last]).toEqual([60_005, bytes.length]);
  });

  it('does not read large payloads', () => {
    const read: number[] = [];
    const bytes = assemble(`BINBYTES8 ${'00'.repeat(2_000_000)}\nSTOP`);
    const source: ByteSource = {
      size: bytes.length,
      read(at, length) {
        read.push(length);
        return bytes.subarray(at, at + length);
      },
    };
    const scanner = new PickleScanner(source);
    expect([scanner.next(), scanner.next(), scanner.next()]).toEqual([OP.BINBYTES8, OP.STOP, END]);
    expect(read.reduce((a, b) => a + b)).toBeLessThan(600_000);
  });

  it('meets any bytes with opcodes or one Damage that names a byte of the file', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        try {
          scanAll(bytes);
        } catch (error) {
          expect(error).toBeInstanceOf(Damage);
          expect((error as Damage).at).toBeLessThanOrEqual(bytes.length);
        }
      }),
    );
  });
});
