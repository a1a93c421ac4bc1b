import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { F64Column, I32Column, U8Column } from './columns.ts';

describe('a growing column', () => {
  it('holds what was pushed, in order, whatever it began with', () => {
    fc.assert(
      fc.property(fc.array(fc.double()), fc.integer({ min: 1, max: 40 }), (values, capacity) => {
        const column = new F64Column(capacity);
        values.forEach((value, i) => void expect(column.push(value)).toBe(i));
        expect(column.length).toBe(values.length);
        expect([...column.finish()]).toEqual(values);
      }),
    );
  });

  it('finishes with a copy of exact size and goes on growing', () => {
    const column = new I32Column();
    column.push(1);
    const finished = column.finish();
    column.set(0, 5);
    column.add(0, 2);
    column.push(9);
    expect([...finished]).toEqual([1]);
    expect(finished.buffer.byteLength).toBe(4);
    expect([column.at(0), column.at(1)]).toEqual([7, 9]);
  });

  it('of bytes wraps as a Uint8Array does', () => {
    const column = new U8Column(1);
    for (const value of [255, 256, 257]) column.push(value);
    expect([...column.finish()]).toEqual([255, 0, 1]);
  });
});
