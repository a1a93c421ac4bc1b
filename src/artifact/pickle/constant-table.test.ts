import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ConstantTable } from './constant-table.ts';

const constant = fc.record({ kind: fc.integer({ min: 1, max: 3 }), bytes: fc.uint8Array({ maxLength: 12 }) });

describe('the table of constants', () => {
  it('numbers distinct constants in the order of their coming, even where all hashes are equal', () => {
    fc.assert(
      fc.property(fc.array(constant, { maxLength: 60 }), fc.boolean(), (constants, collide) => {
        const table = new ConstantTable(2 ** 20);
        const numbers = new Map<string, number>();
        for (const { kind, bytes } of constants) {
          const key = `${kind} ${[...bytes]}`;
          const hash = collide ? 5 : (key.length * 7919) | 0;
          const isNew = !numbers.has(key);
          const entry = table.findOrAdd(kind, hash, bytes, 0, bytes.length);
          if (isNew) numbers.set(key, entry);
          expect([entry, table.isNew]).toEqual([numbers.get(key), isNew]);
          expect(table.find(kind, hash, bytes, 0, bytes.length)).toBe(entry);
        }
        expect([...numbers.values()]).toEqual(Array.from({ length: numbers.size }, (_, i) => i));
      }),
    );
  });

  it('gives up where too many constants have one hash, and then always for the same ones', () => {
    const table = new ConstantTable(2 ** 20);
    const words = Array.from({ length: 200 }, (_, i) => Uint8Array.of(i));
    const first = words.map((word) => table.findOrAdd(1, 9, word, 0, 1));
    expect(first.filter((entry) => entry >= 0)).toHaveLength(64);
    for (let i = 0; i < 5000; i++) table.findOrAdd(1, i * 2654435761, Uint8Array.of(i & 255, i >> 8), 0, 2);
    expect(words.map((word) => table.findOrAdd(1, 9, word, 0, 1))).toEqual(first);
  });

  it('keeps to its budget, and says when it is full', () => {
    const table = new ConstantTable(2 ** 20);
    const bytes = new Uint8Array(1000);
    const view = new DataView(bytes.buffer);
    for (let i = 0; i < 10_000; i++) {
      view.setInt32(0, i);
      table.findOrAdd(1, i, bytes, 0, 1000);
    }
    expect(table.isFull).toBe(true);
    expect(table.length).toBeGreaterThan(500);
    expect(table.length).toBeLessThan(3000);
  });
});
