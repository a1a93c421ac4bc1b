import { expect, test } from 'vitest';
import { exampleProfile } from '../../../test/example-profile.ts';
import { richProfile } from '../../../test/ui-fixtures.ts';
import { largeProfile } from '../../../test/ui-fixtures-large.ts';
import { cutOffProfile, profileWithoutAgent } from '../../../test/ui-fixtures-odd.ts';
import { peakPartsOf } from './composition.ts';
import { Report } from './report.ts';

test.each([
  ['one process', richProfile({ alone: true }), ['As the kernel counts', 'By what it is for']],
  ['several processes', richProfile(), ['By process', 'By what it is for']],
  ['no agent', profileWithoutAgent(), ['As the kernel counts']],
  [
    'a large one',
    largeProfile({ stacks: 2000, frames: 50, samples: 100 }),
    ['As the kernel counts', 'By what it is for'],
  ],
])('%s: each row adds up to the peak', (_, profile, titles) => {
  const parts = peakPartsOf(new Report(profile, {}))!;
  expect(parts.rows.map((row) => row.title)).toEqual(titles);
  for (const row of parts.rows) {
    expect(row.parts.reduce((sum, part) => sum + part.bytes, 0)).toBeCloseTo(parts.peak, 3);
  }
});

test('what was asked for beyond what was resident is told by part', () => {
  const { beyond } = peakPartsOf(new Report(exampleProfile(), {}))!;
  expect(beyond.map(({ name, requested }) => [name, requested!.bytes / 2 ** 20])).toEqual([['pages of files', 200]]);
  expect(peakPartsOf(new Report(richProfile(), {}))!.beyond).toEqual([]); // several processes
});

test('nothing measured, nothing composed', () => {
  expect(peakPartsOf(new Report(cutOffProfile(), {}))).toBeNull();
});
