import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { computeComparison } from '#analysis/compare.ts';
import type { Profile } from '#profile/types.ts';
import { exampleProfile } from '../../test/example-profile.ts';
import { expectFitsScreen } from '../../test/fits-screen.ts';
import { profileFromText, TEST_META } from '../../test/profiles.ts';
import { randomProfile } from '../../test/random-profiles.ts';
import { renderSince, type SinceOptions } from './terminal-since.ts';

const MIB = 2 ** 20;

function show(a: Profile, b: Profile, options: Partial<SinceOptions> = {}): string {
  const all = { width: 100, colour: false, lines: 20, ...options };
  const [before, after] = [
    { profile: a, name: 'a.prev.highwater' },
    { profile: b, name: 'a.highwater' },
  ];
  return renderSince(before, after, computeComparison(a, b), all);
}

const later = { ...TEST_META, startedAt: TEST_META.startedAt + 90_000 };
const before = profileFromText('app.py:main:3 = 40 MiB\napp.py:main:4 = 9 MiB', { hwm: 100 * MIB });
const after = profileFromText('app.py:main:3 = 45 MiB\napp.py:main:4 = 9 MiB', { hwm: 106 * MIB, meta: later });

describe('since the previous run', () => {
  it('says how the peak changed, and which lines', () => {
    expect(show(before, after).split('\n')).toEqual([
      'Since the previous run, 1 min 30 s earlier (a.prev.highwater): peak +6.00 MiB (+6.0 %): mostly',
      '  app.py:3 +5.00 MiB.',
      'MiB before  after  change        Line',
      '      40.0   45.0    +5.0  grew  app.py:3',
      '',
    ]);
  });

  it('of the same says that there is no change, and no more', () => {
    expect(show(exampleProfile(), exampleProfile()).replace(/\s+/g, ' ')).toBe(
      'Since the previous run (a.prev.highwater): no change of the peak (0 B, within the 4.13 MiB that runs differ by). ',
    );
  });

  it('says what was different around, without what long commands have in common', () => {
    const of = (count: string, version: string) => {
      // six is seen in one of them only, which may be chance
      const packages = [{ name: 'numpy', version }, ...(count === '1' ? [{ name: 'six', version: '1.16' }] : [])];
      const environment = { ...TEST_META.environment, packages };
      const command = ['/a/long/path/of/an/interpreter/bin/python3', 'app.py', '-n', count];
      return profileFromText('', { meta: { command, environment } });
    };
    expect(show(of('1', '1.26.4'), of('20', '2.1.0')).replace(/\s+/g, ' ')).toContain(
      'Different around: command … -n 1 → … -n 20; numpy 1.26.4 → 2.1.0.',
    );
    const alone = show(of('1', '1.26.4'), of('20', '2.1.0'), { reduced: true });
    expect(alone).not.toContain('Different');
  });

  it('fits the width and holds no control characters, whatever the profiles', () => {
    fc.assert(
      fc.property(randomProfile, randomProfile, fc.integer({ min: 60, max: 160 }), (a, b, width) => {
        const text = show(a, b, { width });
        expectFitsScreen(text, width);
      }),
      { numRuns: 100 },
    );
  });
});
