// The small languages inside of headers: Python's literals, JSON that nobody vouches for, the cursor's bounds.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { MemorySource } from './byte-source.ts';
import { Cursor } from './cursor.ts';
import { Damage } from './damage.ts';
import { parseJsonObject } from './json-object.ts';
import { readNpyHeader } from './npy-header.ts';
import { parseLiteral } from './python-literal.ts';
import { readSafetensorsFile } from './safetensors.ts';

const utf8 = (text: string) => new TextEncoder().encode(text);

describe("Python's literals", () => {
  it.each([
    [
      "{'descr': '<f8', 'fortran_order': False, 'shape': (3, 4), }",
      { descr: '<f8', fortran_order: false, shape: [3, 4] },
    ],
    [
      "[('x', '<f4'), ('y', '<i8', (2,))]",
      [
        ['x', '<f4'],
        ['y', '<i8', [2]],
      ],
    ],
    ['(10L, -2, None, True)', [10, -2, null, true]],
    ['()', []],
    ["'it\\'s'", "it's"],
  ])('%s', (text, value) => {
    expect(parseLiteral(text, 0)).toEqual(value);
  });

  it.each(['', '{', "{'a'}", '(1 2)', '1, 2', '__import__("os")', "'open", '('.repeat(50)])('%j is none', (text) => {
    expect(() => parseLiteral(text, 0)).toThrow(Damage);
  });
});

describe('JSON', () => {
  const parse = (text: string) => parseJsonObject(utf8(text), 0);

  it('is an object, without a name twice, and not deep', () => {
    expect(parse('{"a": {"b": ["x:y", 1]}, "c": "\\"}"}')).toEqual({ a: { b: ['x:y', 1] }, c: '"}' });
    expect(() => parse('{"a": 1, "a": 2}')).toThrow(/same name twice/);
    expect(() => parse('[1]')).toThrow(/is no object/);
    expect(() => parse(`{"a": ${'['.repeat(300)}${']'.repeat(300)}}`)).toThrow(/nested more than/);
    expect(() => parse('{"a": ')).toThrow(/should be JSON is none/);
  });
});

describe('a header of npy', () => {
  const header = (text: string) =>
    readNpyHeader(
      new Cursor(new MemorySource(Uint8Array.from([0x93, ...utf8('NUMPY\x01\x00'), text.length, 0, ...utf8(text)]))),
    );

  it('whose array is larger than any memory is refused', () => {
    const shape = "{'descr': '<f8', 'fortran_order': False, 'shape': (9007199254740991, 9007199254740991)}";
    expect(() => header(shape)).toThrow(/larger than any memory \(at byte \d+\)/);
    expect(() => header("{'descr': '<f8', 'fortran_order': False, 'shape': (-1,)}")).toThrow(/no valid shape/);
    expect(() => header("{'descr': '<q8', 'fortran_order': False, 'shape': (1,)}")).toThrow(/no dtype/);
  });
});

describe('safetensors', () => {
  function file(header: unknown, dataBytes: number): MemorySource {
    const json = utf8(typeof header === 'string' ? header : JSON.stringify(header));
    const bytes = new Uint8Array(8 + json.length + dataBytes);
    new DataView(bytes.buffer).setBigUint64(0, BigInt(json.length), true);
    bytes.set(json, 8);
    return new MemorySource(bytes);
  }
  const tensor = (shape: number[], begin: number, end: number) => ({ dtype: 'F32', shape, data_offsets: [begin, end] });

  it.each([
    ['a gap', { a: tensor([1], 0, 4), b: tensor([1], 8, 12) }, 12, /leaves a gap/],
    ['an overlap', { a: tensor([2], 0, 8), b: tensor([2], 4, 12) }, 12, /overlaps the one before/],
    ['missing data', { a: tensor([4], 0, 16) }, 8, /need 16 bytes, and 8 are left/],
    ['data of nobody', { a: tensor([1], 0, 4) }, 8, /belong to none/],
    ['a shape of another size', { a: tensor([3], 0, 4) }, 4, /takes 4 bytes, and its shape needs 12/],
    ['a negative side', { a: tensor([-1], 0, 4) }, 4, /no valid shape/],
    ['one name twice', '{"a": {"dtype":"F32","shape":[],"data_offsets":[0,4]}, "a": 1}', 4, /same name twice/],
  ])('with %s is refused', (_, header, dataBytes, words) => {
    expect(() => readSafetensorsFile(file(header, dataBytes))).toThrow(words);
  });
});

describe('a cursor', () => {
  it('over a field that ends before the file begins names a byte of the file', () => {
    const open = () => new Cursor(new MemorySource(new Uint8Array(8)), { at: 0, end: -4 });
    expect(open).toThrow(/at byte 0\)/);
  });

  it('never reads outside, whatever it is asked for', () => {
    const step = fc.oneof(
      fc.constantFrom('u8', 'u16', 'u32', 'f64', 'u64').map((name) => ({ name, length: 0 })),
      fc.record({
        name: fc.constantFrom('bytes', 'skip', 'text', 'seek'),
        length: fc.integer({ min: -5, max: 2 ** 40 }),
      }),
    );
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), fc.array(step, { maxLength: 20 }), (bytes, steps) => {
        const cursor = new Cursor(new MemorySource(bytes));
        try {
          for (const { name, length } of steps) {
            (cursor as unknown as Record<string, (length: number) => unknown>)[name]!(length);
            expect(cursor.at).toBeGreaterThanOrEqual(0);
            expect(cursor.at).toBeLessThanOrEqual(bytes.length);
          }
        } catch (error) {
          expect(error).toBeInstanceOf(Damage);
        }
      }),
    );
  });
});
