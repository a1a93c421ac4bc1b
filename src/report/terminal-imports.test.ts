import { describe, expect, it } from 'vitest';
import { computeOverview } from '#analysis/overview.ts';
import type { Profile } from '#profile/types.ts';
import { profileOfImports } from '../../test/import-profiles.ts';
import { painter } from './colour.ts';
import { importsSection } from './terminal-imports.ts';

const SKLEARN = 'app.py:1 > IMPORT > sklearn/__init__.py';
const SCIPY = `${SKLEARN} > IMPORT > scipy/__init__.py`;
const SMALL = Array.from({ length: 12 }, (_, i) => `app.py:${i + 3} > IMPORT > small${i}.py = 20 KiB`).join('\n');
const PROFILE = profileOfImports(`
  ${SKLEARN} = 900 ms
  ${SCIPY} = 600 ms
  ${SCIPY} > IMPORT > scipy/stats/__init__.py = 250 ms
  ${SCIPY} > IMPORT > numpy/__init__.py = 100 ms
  app.py:2 > IMPORT > slow.py = 80 ms
  ${SKLEARN} = 8 MiB
  ${SCIPY} = 4 MiB
  ${SCIPY} > IMPORT > scipy/stats/__init__.py = 12 MiB
  ${SCIPY} > IMPORT > numpy/__init__.py = 6 MiB
  ${SCIPY} > IMPORT > six.py = 20 KiB
  ${SMALL}
`);

function show(profile: Profile, width: number, reduced = false): string[] {
  const options = { width, colour: false, lines: 10, reduced };
  return importsSection({ profile, overview: computeOverview(profile), width, paint: painter(false), options });
}

describe('imports in the terminal', () => {
  it('are a tree of what matters', () => {
    expect(show(PROFILE, 100)).toEqual([
      'Imports hold 30.3 MiB (30 % of the peak) and took 980 ms',
      'Heap MiB  itself    time      ±  itself  Package, below what imported it',
      '    30.0     8.0  900 ms         300 ms  sklearn',
      '    22.0    16.0  600 ms         500 ms    scipy',
      '            12.0                 250 ms      scipy.stats',
      '     6.0     6.0  100 ms  ±2 ms  100 ms      numpy',
      '     0.0     0.0   80 ms  ±2 ms   80 ms  slow',
      '     0.2            0 ms                 12 more',
    ]);
  });

  it('lose columns where there is no room', () => {
    expect(show(PROFILE, 60)).toEqual([
      'Imports hold 30.3 MiB (30 % of the peak) and took 980 ms',
      'Heap MiB    time  Package, below what imported it',
      '    30.0  900 ms  sklearn',
      '    22.0  600 ms    scipy',
      '     6.0  100 ms      numpy',
      '     0.0   80 ms  slow',
      '     0.2    0 ms  12 more',
    ]);
  });

  it('are one sentence in a reduced report, and without time where it is not known', () => {
    expect(show(PROFILE, 200, true)).toEqual([
      'Imports hold 30.3 MiB (30 % of the peak) and took 980 ms: sklearn 30.0, small0 0.0, small1 0.0, small2 0.0, small3 0.0, small4 0.0 MiB, and 7 more',
    ]);
    const untimed = profileOfImports(`${SKLEARN} = 8 MiB\napp.py:2 > IMPORT > six.py = 1 MiB`);
    expect(show(untimed, 80)).toEqual([
      'Imports hold 9.00 MiB (9.0 % of the peak)',
      'Heap MiB  itself  Package, below what imported it',
      '     8.0     8.0  sklearn',
      '     1.0     1.0  six',
    ]);
  });
});
