import { expect, test } from 'vitest';
import { MIB } from '#base/units.ts';
import { hugePagesWords } from './huge-pages-words.ts';

test('the words: page size, what it means, and how far from the peak it was read', () => {
  const huge = { bytes: 64 * MIB, anon: 70 * MIB, pageBytes: 2 * MIB, pool: 0, distance: 1200 };
  expect(hugePagesWords(huge)).toBe(
    '64.0 MiB of 70.0 MiB anonymous memory were in huge pages (read 1.20 s from the peak): 2.00 MiB each, resident whole once a byte of it is touched.',
  );
  expect(hugePagesWords({ ...huge, bytes: 0, pool: 16 * MIB })).toBe(
    '16.0 MiB of hugetlbfs come on top: no figure of resident memory contains them.',
  );
  expect(hugePagesWords({ ...huge, bytes: MIB / 2 })).toBe('');
  expect(hugePagesWords(null)).toBe('');
});
