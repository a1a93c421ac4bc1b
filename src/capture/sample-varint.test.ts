import fc from 'fast-check';
import { expect, test } from 'vitest';
import { MalformedError, VarintReader, VarintWriter } from './sample-varint.ts';

test('any numbers and texts come back', () => {
  fc.assert(
    fc.property(
      fc.array(fc.maxSafeNat()),
      fc.array(fc.integer({ min: -(2 ** 50), max: 2 ** 50 })),
      fc.string(),
      (u, s, t) => {
        const writer = new VarintWriter();
        for (const value of u) writer.unsigned(value);
        for (const value of s) writer.signed(value);
        writer.text(t);
        const reader = new VarintReader(writer.view());
        expect(u.map(() => reader.unsigned())).toEqual(u);
        expect(s.map(() => reader.signed())).toEqual(s);
        expect(reader.text()).toBe(Buffer.from(t).toString());
        expect(reader.left).toBe(0);
      },
    ),
  );
});

test('small differences of either sign are one byte', () => {
  const writer = new VarintWriter();
  for (const value of [0, 63, -64]) writer.signed(value);
  expect(writer.length).toBe(3);
});

test.each([
  ['a number that never ends', [255, 255]],
  ['a number over 2^53', [255, 255, 255, 255, 255, 255, 255, 255, 1]],
  ['a text longer than what is left', [9, 65]],
])('%s is refused', (_, bytes) => {
  expect(() => new VarintReader(new Uint8Array(bytes)).text()).toThrow(MalformedError);
});
