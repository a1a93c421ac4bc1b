// Address space by the rows of an account: whatever was read, it adds up to that of all kinds, and holds the pages of its row.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { PRIVATE_ROWS, type PrivateAccount } from './account.ts';
import { reservedOf } from './account-reserved.ts';
import type { Pages } from './pages-between.ts';

const size = fc.integer({ min: 0, max: 2 ** 36 });
/** Resident, and address space beyond it. */
const kind = fc.tuple(size, size);
const shares = fc.tuple(...[0, 1, 2].map(() => fc.double({ min: 0, max: 1, noNaN: true })));

const looks = fc.record({
  data: kind,
  heaps: kind,
  blocks: kind,
  arenas: kind,
  mapped: kind,
  stacks: kind,
  agent: kind,
  other: kind,
  alive: shares,
});

function accountOf({ alive, ...kinds }: typeof looks extends fc.Arbitrary<infer T> ? T : never) {
  const columns = Object.entries(kinds).flatMap(([name, [resident, beyond]]) => [
    [name, resident],
    [`${name}Reserved`, resident + beyond],
  ]);
  const [ofMalloc, ofPython, untouchedShare] = alive as [number, number, number];
  const untouched = (kinds.heaps[1] + kinds.blocks[1]) * untouchedShare;
  const pages = { ...Object.fromEntries(columns), malloc: 0, python: 0, untouched } as Pages;
  const malloc = (pages.heaps + pages.blocks) * ofMalloc;
  const python = pages.arenas * ofPython;
  const rows: PrivateAccount = {
    pythonSmall: python,
    pythonLarge: malloc / 3,
    native: malloc - malloc / 3,
    mapped: pages.mapped,
    pythonFree: pages.arenas - python,
    nativeFree: pages.heaps + pages.blocks - malloc,
    data: pages.data,
    stacks: pages.stacks,
    agent: pages.agent,
    other: pages.other,
  };
  return { rows, pages, untouched };
}

const sumOf = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0);

test('no row has less address space than pages, and all of it is that of the kinds', () => {
  fc.assert(
    fc.property(looks, (look) => {
      const { rows, pages, untouched } = accountOf(look);
      const reserved = reservedOf(rows, pages, { all: untouched, pythonLarge: untouched / 4 });
      for (const id of PRIVATE_ROWS) expect(reserved[id]).toBeGreaterThanOrEqual(rows[id]);
      const all = sumOf(Object.entries(pages).flatMap(([name, bytes]) => (name.endsWith('Reserved') ? [bytes] : [])));
      const sum = sumOf(PRIVATE_ROWS.map((id) => reserved[id]));
      expect(Math.abs(sum - all)).toBeLessThanOrEqual(1e-9 * all);
    }),
  );
});
