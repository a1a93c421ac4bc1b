import { expect, test } from 'vitest';
import { MIB } from '#base/units.ts';
import { beyondResident } from './beyond-resident.ts';
import type { CompositionPart, CompositionRow } from './composition.ts';

interface Sizes {
  readonly resident: number;
  readonly requested?: number;
  /** Half of its interval. */
  readonly margin?: number;
  readonly reserved?: number;
}

/** "requested / reserved" of a part of a peak of 100 MiB, "-" where it is not told. */
function told(id: CompositionRow, { resident, requested, margin = 0, reserved = Number.NaN }: Sizes): string {
  const estimate = (bytes: number) => {
    return { bytes, low: bytes - margin * MIB, high: bytes + margin * MIB, samples: 100, certain: true };
  };
  const part: CompositionPart = {
    id,
    bytes: resident * MIB,
    requested: requested === undefined ? null : estimate(requested * MIB),
    reserved: reserved * MIB,
  };
  const beyond = beyondResident(part, 100 * MIB);
  const figures = [beyond.requested?.bytes ?? Number.NaN, beyond.reserved];
  return figures.map((bytes) => (Number.isNaN(bytes) ? '-' : String(bytes / MIB))).join(' / ');
}

test.each<[string, CompositionRow, Sizes, string]>([
  ['an array that was never touched', 'native', { resident: 1, requested: 1025, reserved: 1026 }, '1025 / 1026'],
  ['a reservation', 'mapped', { resident: 0, requested: 0, reserved: 4096 }, '- / 4096'],
  ['heaps of arenas', 'nativeFree', { resident: 1, reserved: 512 }, '- / 512'],
  ['small objects, rounded up', 'pythonSmall', { resident: 60, requested: 45, reserved: 60 }, '45 / -'],
  ['about as much', 'native', { resident: 60, requested: 63, reserved: 64 }, '- / -'],
  ['more, but perhaps by chance', 'native', { resident: 60, requested: 67, margin: 4, reserved: 64 }, '- / -'],
  ['libraries', 'files', { resident: 50, requested: 1, reserved: 900 }, '- / -'],
  ['a mapped file', 'files', { resident: 50, requested: 800, reserved: 900 }, '800 / 900'],
  ['not known', 'mapped', { resident: 50 }, '- / -'],
])('%s', (_, id, sizes, expected) => {
  expect(told(id, sizes)).toBe(expected);
});
