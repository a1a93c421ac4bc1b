// Files that were damaged in ways that hit readers hardest: cut off, bytes changed, pieces copied over others, numbers that are
// lengths made huge. For property tests of readers; the seed of a failure is printed by fast-check.
import fc from 'fast-check';

export type Damaging =
  | { readonly kind: 'cut'; readonly at: number }
  | { readonly kind: 'byte'; readonly at: number; readonly value: number }
  | { readonly kind: 'copy'; readonly from: number; readonly to: number; readonly length: number }
  | { readonly kind: 'number'; readonly at: number; readonly width: 1 | 2 | 4 | 8; readonly value: bigint }
  | { readonly kind: 'insert'; readonly at: number; readonly bytes: Uint8Array };

/** Numbers where readers break: zero, ends of ranges, one beyond them, and sizes that no memory has. */
const BAD_NUMBERS = [
  0n,
  1n,
  0x7fn,
  0x80n,
  0xffn,
  0xffffn,
  0x7fffffffn,
  0x80000000n,
  0xffffffffn,
  0x100000000n,
  0x1fffffffffffffn,
  0x20000000000000n,
  0x7fffffffffffffffn,
  0xffffffffffffffffn,
];

// Not fc.double: that draws among all floating-point numbers, of which nearly all are nearly zero.
const fraction = fc.nat(2 ** 30 - 1).map((number) => number / 2 ** 30);

/** One to four changes; places as fractions of the file, so that they shrink well whatever its size. */
export function damagings(size: number): fc.Arbitrary<Damaging[]> {
  // Headers and footers are where lengths stand: half of all changes fall into the first and last 256 bytes.
  const place = fc.oneof(
    fraction.map((at) => Math.floor(at * size)),
    fraction.map((at) => Math.floor(at * Math.min(256, size))),
    fraction.map((at) => size - 1 - Math.floor(at * Math.min(256, size))),
  );
  const change: fc.Arbitrary<Damaging> = fc.oneof(
    fc.record({ kind: fc.constant('cut' as const), at: place }),
    fc.record({ kind: fc.constant('byte' as const), at: place, value: fc.integer({ min: 0, max: 255 }) }),
    fc.record({ kind: fc.constant('copy' as const), from: place, to: place, length: fc.integer({ min: 1, max: 64 }) }),
    fc.record({
      kind: fc.constant('number' as const),
      at: place,
      width: fc.constantFrom(1 as const, 2 as const, 4 as const, 8 as const),
      value: fc.constantFrom(...BAD_NUMBERS),
    }),
    fc.record({
      kind: fc.constant('insert' as const),
      at: place,
      bytes: fc.uint8Array({ minLength: 1, maxLength: 16 }),
    }),
  );
  return fc.array(change, { minLength: 1, maxLength: 4 });
}

export function damage(original: Uint8Array, changes: readonly Damaging[]): Uint8Array {
  let bytes: Uint8Array = original.slice();
  for (const change of changes) bytes = apply(bytes, change);
  return bytes;
}

function apply(bytes: Uint8Array, change: Damaging): Uint8Array {
  const at = Math.min('at' in change ? change.at : change.to, bytes.length);
  switch (change.kind) {
    case 'cut':
      return bytes.subarray(0, at);
    case 'byte':
      if (at < bytes.length) bytes[at] = change.value;
      return bytes;
    case 'copy': {
      const piece = bytes.slice(change.from, change.from + change.length);
      bytes.set(piece.subarray(0, Math.max(0, bytes.length - at)), at);
      return bytes;
    }
    case 'number':
      for (let i = 0; i < change.width && at + i < bytes.length; i++) {
        bytes[at + i] = Number((change.value >> BigInt(8 * i)) & 0xffn);
      }
      return bytes;
    case 'insert': {
      const longer = new Uint8Array(bytes.length + change.bytes.length);
      longer.set(bytes.subarray(0, at));
      longer.set(change.bytes, at);
      longer.set(bytes.subarray(at), at + change.bytes.length);
      return longer;
    }
  }
}
