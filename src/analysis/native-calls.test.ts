// Native code stands inside lines of Python: it must change none of the figures by line, and be told apart below them.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Profile } from '#profile/types.ts';
import { profileFromText } from '../../test/profiles.ts';
import { randomProfile } from '../../test/random-profiles.ts';
import { computeImports } from './imports.ts';
import { computeLines, type LineOptions } from './lines.ts';
import { computeNativeCalls, moduleName, nativeLabel } from './native-calls.ts';
import { computeOwnership } from './ownership.ts';
import { computeSteps } from './steps.ts';

const PROFILE = profileFromText(`
  app.py:main:3 = 1 MiB
  app.py:main:3 > [/usr/bin/python3.11]cfunction_call > [/x/np.so]matmul > [/x/np.so]fill = 8 MiB
  app.py:main:3 > [/usr/bin/python3.11]cfunction_call > [/x/np.so]matmul > [/x/np.so]fill > [/usr/bin/python3.11]_PyObject_Malloc = 2 MiB
  app.py:main:3 > [/x/np.so]zeros = 4 MiB
  app.py:main:3 > /v/site-packages/np.py:ones:9 > [/x/np.so]zeros = 16 MiB
  app.py:main:4 > [/x/libpython3.11.so.1.0]list_resize = 32 MiB
  [/lib/libc.so.6]start_thread > [/x/blas.so]worker = 64 MiB
  (native) = 128 MiB
`);

function callsOf(by: LineOptions['by']): Record<string, string[]> {
  const ownership = computeOwnership(PROFILE);
  const options = { moment: 0, by };
  const native = computeNativeCalls(PROFILE, ownership, options);
  const rows = computeLines(PROFILE, ownership, options).map((row) => {
    const paths = native
      .of(row)
      .map(({ calls, bytes }) => `${calls.map((c) => c.func).join(' > ')} ${bytes / 2 ** 20}`);
    return [row.place === 'line' ? `${row.file}:${row.line} ${row.heap.bytes / 2 ** 20}` : row.place, paths];
  });
  return Object.fromEntries(rows);
}

describe('native calls', () => {
  test('by line of the user, largest first, without the steps of the interpreter', () => {
    expect(callsOf('user')).toEqual({
      native: ['start_thread > worker 64'],
      'app.py:4 32': ['list_resize 32'],
      'app.py:3 31': ['zeros 20', 'matmul > fill 10'],
    });
  });

  test('name their file without what Python adds to it', () => {
    const names = [
      '/x/_umath.cpython-311-x86_64-linux-gnu.so',
      '/x/_c.abi3.so',
      '/x/libfoo-1.2.so.3',
      '/usr/bin/python3',
    ];
    expect(names.map(moduleName)).toEqual(['_umath.so', '_c.so', 'libfoo-1.2.so.3', 'python3']);
    expect(nativeLabel({ func: 'made', file: '' })).toBe('made');
  });

  test('by the line of Python that called', () => {
    expect(callsOf('leaf')).toEqual({
      native: ['start_thread > worker 64'],
      'app.py:4 32': ['list_resize 32'],
      '/v/site-packages/np.py:9 16': ['zeros 16'],
      'app.py:3 15': ['matmul > fill 10', 'zeros 4'],
    });
  });
});

/** The same profile as it is recorded without --native. */
function withoutNative(profile: Profile, pythonStack: Int32Array): Profile {
  const map = (stack: Int32Array) => stack.map((row) => (row < 0 ? -1 : pythonStack[row]!));
  return {
    ...profile,
    live: { ...profile.live, stack: map(profile.live.stack) },
    churn: { ...profile.churn, stack: map(profile.churn.stack) },
    activity: { ...profile.activity, stack: map(profile.activity.stack) },
  };
}

test('without native frames lines, imports and steps are the same', () => {
  fc.assert(
    fc.property(randomProfile, fc.constantFrom('user' as const, 'leaf' as const), (profile, by) => {
      const ownership = computeOwnership(profile);
      const plain = withoutNative(profile, ownership.pythonStack);
      const text = (value: unknown) => JSON.stringify(value, (_, n) => (typeof n === 'number' ? n.toPrecision(9) : n));
      for (const moment of profile.moments.kind.keys()) {
        const lines = [profile, plain].map((one) => computeLines(one, ownership, { moment, by }));
        expect(text(lines[0])).toBe(text(lines[1]));
        const imports = [profile, plain].map((one) => computeImports(one, ownership, moment));
        // Where only native code ran nothing was imported: rows without a stack are left out just the same.
        expect(text(imports[0])).toBe(text(imports[1]));
      }
      expect(computeSteps(profile, ownership, 0)).toEqual(computeSteps(plain, ownership, 0));
    }),
    { numRuns: 150 },
  );
});

test('native paths of a line add up to no more than the line', () => {
  fc.assert(
    fc.property(randomProfile, fc.constantFrom('user' as const, 'leaf' as const), (profile, by) => {
      const ownership = computeOwnership(profile);
      for (const moment of profile.moments.kind.keys()) {
        const native = computeNativeCalls(profile, ownership, { moment, by });
        for (const row of computeLines(profile, ownership, { moment, by })) {
          const sum = native.of(row).reduce((bytes, path) => bytes + path.bytes, 0);
          expect(sum).toBeLessThanOrEqual(row.heap.bytes * (1 + 1e-9) + 1e-6);
        }
      }
    }),
    { numRuns: 100 },
  );
});
