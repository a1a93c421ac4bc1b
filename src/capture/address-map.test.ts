import fc from 'fast-check';
import { expect, test } from 'vitest';
import { AddressMap } from './address-map.ts';

/** Addresses as allocators give them, few enough to meet again. */
const address = fc.oneof(
  fc.nat(60).map((n) => 0x7f00_0000_0000 + n * 16),
  fc.nat(60).map((n) => n * 2 ** 32),
  fc.nat(20).map((n) => n * 65536 + 8),
  fc.constantFrom(0, 1, 2 ** 53 - 1, 2 ** 63, 2 ** 64),
);
const step = fc.oneof(
  fc.tuple(fc.constant('set' as const), address, fc.nat(1000)),
  fc.tuple(fc.constant('delete' as const), address, fc.constant(0)),
  fc.tuple(fc.constant('get' as const), address, fc.constant(0)),
);

test('does what a Map does', () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 400 }), fc.constantFrom(2, 4, 16, 1024), (steps, capacity) => {
      const map = new AddressMap(capacity);
      const model = new Map<number, number>();
      for (const [what, key, value] of steps) {
        const before = model.get(key) ?? -1;
        if (what === 'get') expect(map.get(key)).toBe(before);
        else if (what === 'set') {
          expect(map.set(key, value)).toBe(before);
          model.set(key, value);
        } else {
          expect(map.delete(key)).toBe(before);
          model.delete(key);
        }
        expect(map.size).toBe(model.size);
      }
      for (const [key, value] of model) expect(map.get(key)).toBe(value);
    }),
    { numRuns: 300 },
  );
});

test('holds a hundred thousand blocks that come and go, as an allocator hands them out', () => {
  const map = new AddressMap();
  const model = new Map<number, number>();
  let state = 1;
  const random = () => {
    state = (Math.imul(state, 1103515245) + 12345) >>> 0;
    return state / 2 ** 32;
  };
  for (let n = 0; n < 300_000; n++) {
    const key = 0x5500_0000_0000 + Math.floor(random() * 100_000) * 32;
    if (random() < 0.6) {
      map.set(key, n);
      model.set(key, n);
    } else {
      map.delete(key);
      model.delete(key);
    }
  }
  expect(map.size).toBe(model.size);
  for (const [key, value] of model) if (map.get(key) !== value) expect.fail(`${key}`);
});
