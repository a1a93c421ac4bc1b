import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { HWM_SOURCE, type Profile } from '#profile/types.ts';
import { exampleProfile } from '../../test/example-profile.ts';
import { profileFromText, type TestProfile } from '../../test/profiles.ts';
import { randomProfile } from '../../test/random-profiles.ts';
import { richProfile } from '../../test/ui-fixtures.ts';
import { type Comparison, computeComparison } from './compare.ts';
import { judgeGrowth } from './growth-limit.ts';
import { comparablePath } from './match-lines.ts';
import { isChange, type Verdict } from './noise.ts';

const MIB = 2 ** 20;

/** Changes as "app.py:3 > 4 grew 5", in MiB. */
function linesOf({ lines }: Comparison): string[] {
  return lines.map(({ file, lineBefore, lineAfter, verdict, change }) => {
    const numbers = [lineBefore, lineAfter].map((line) => (line < 0 ? '-' : line)).join(' > ');
    return `${file}:${numbers} ${verdict} ${Math.round((change / MIB) * 10) / 10}`;
  });
}

function compareTexts(a: string, b: string, before: TestProfile = {}, after: TestProfile = {}): Comparison {
  return computeComparison(profileFromText(a, before), profileFromText(b, after));
}

function verdictsOf({ peak, composition, lines, imports, processes }: Comparison): Verdict[] {
  return [...(peak ? [peak] : []), ...composition.parts, ...lines, ...imports, ...processes].map((row) => row.verdict);
}

describe('lines', () => {
  it('that grew, shrank, came and went are told apart, largest first', () => {
    const comparison = compareTexts(
      'app.py:f:1 = 10 MiB\napp.py:f:2 = 20 MiB\napp.py:f:3 = 8 MiB\napp.py:f:9 = 3 MiB',
      'app.py:f:1 = 15 MiB\napp.py:f:2 = 4 MiB\napp.py:f:4 = 6 MiB\napp.py:f:9 = 3 MiB',
    );
    expect(linesOf(comparison)).toEqual([
      'app.py:2 > 2 shrank -16',
      'app.py:3 > - gone -8',
      'app.py:- > 4 new 6',
      'app.py:1 > 1 grew 5',
      'app.py:9 > 9 noChange 0',
    ]);
  });

  it('below 1 MiB do not change', () => {
    const a = 'app.py:f:1 = 10 MiB';
    expect(linesOf(compareTexts(a, 'app.py:f:1 = 10.9 MiB'))).toEqual(['app.py:1 > 1 noChange 0.9']);
    expect(linesOf(compareTexts(a, 'app.py:f:1 = 13 MiB', { hwm: 900 * MIB }))).toEqual(['app.py:1 > 1 grew 3']);
  });

  it('by less than 1 % of the larger peak must be surer', () => {
    const [a, b] = ['app.py:f:1 = 10 MiB ~80', 'app.py:f:1 = 15.5 MiB ~124'];
    expect(linesOf(compareTexts(a, b, { hwm: 500 * MIB }))).toEqual(['app.py:1 > 1 grew 5.5']);
    expect(linesOf(compareTexts(a, b, { hwm: 600 * MIB }))).toEqual(['app.py:1 > 1 noChange 5.5']);
    const c = 'app.py:f:1 = 18 MiB ~144';
    expect(linesOf(compareTexts(a, c, { hwm: 900 * MIB }))).toEqual(['app.py:1 > 1 grew 8']);
  });

  it('change only where their intervals lie apart', () => {
    expect(linesOf(compareTexts('app.py:f:1 = 10 MiB ~20', 'app.py:f:1 = 14 MiB ~28'))).toEqual([
      'app.py:1 > 1 noChange 4',
    ]);
    expect(linesOf(compareTexts('app.py:f:1 = 10 MiB ~200', 'app.py:f:1 = 14 MiB ~280'))).toEqual([
      'app.py:1 > 1 grew 4',
    ]);
  });

  it('with fewer than ten samples cannot be told, unless they are small whatever they are', () => {
    expect(linesOf(compareTexts('app.py:f:1 = 4 MiB ~6', 'app.py:f:1 = 40 MiB ~9'))).toEqual([
      'app.py:1 > 1 cannotTell 36',
    ]);
    expect(linesOf(compareTexts('', 'app.py:f:1 = 300 KiB ~5'))).toEqual(['app.py:- > 1 noChange 0.3']);
    expect(linesOf(compareTexts('app.py:f:1 = 4 MiB ~6', 'app.py:f:1 = 400 MiB ~900'))).toEqual([
      'app.py:1 > 1 grew 396',
    ]);
  });

  it('that only moved are the same, by their text', () => {
    const sources = (...rows: [number, string][]) => ({
      sources: Object.fromEntries(rows.map(([line, text]) => [`app.py:${line}`, text])),
    });
    const comparison = compareTexts(
      'app.py:f:1 = 10 MiB\napp.py:f:2 = 20 MiB\napp.py:f:7 = 2 MiB',
      'app.py:f:2 = 10 MiB\napp.py:f:3 = 26 MiB\napp.py:f:7 = 5 MiB',
      sources([1, 'a = load()'], [2, 'b = load()'], [7, 'c = f(1)']),
      sources([2, '  a = load()'], [3, 'b = load()'], [7, 'c = f(2)']),
    );
    expect(linesOf(comparison)).toEqual(['app.py:2 > 3 grew 6', 'app.py:7 > 7 grew 3', 'app.py:1 > 2 noChange 0']);
    expect(comparison.lines[1]).toMatchObject({ source: 'c = f(2)', sourceBefore: 'c = f(1)' });
  });

  it('that were edited and moved are found by how their neighbours moved', () => {
    const comparison = compareTexts(
      'app.py:f:1 = 10 MiB\napp.py:f:2 = 20 MiB',
      'app.py:f:4 = 10 MiB\napp.py:f:5 = 26 MiB',
      { sources: { 'app.py:1': 'a = load()', 'app.py:2': 'b = make(20)' } },
      { sources: { 'app.py:4': 'a = load()', 'app.py:5': 'b = make(26)' } },
    );
    expect(linesOf(comparison)).toEqual(['app.py:2 > 5 grew 6', 'app.py:1 > 4 noChange 0']);
  });

  it('may hold what the moment that was seen lacks of the peak', () => {
    const late = profileFromText('app.py:f:1 = 10 MiB\napp.py:f:1 = 10 MiB freed', { hwm: 100 * MIB });
    const resident = Float64Array.of(95 * MIB);
    const early = { ...late, moments: { ...late.moments, resident } };
    const grown = (mib: number) => profileFromText(`app.py:f:1 = ${mib} MiB`, { hwm: 100 * MIB });
    expect(linesOf(computeComparison(early, grown(14)))).toEqual(['app.py:1 > 1 noChange 4']);
    expect(linesOf(computeComparison(early, grown(16)))).toEqual(['app.py:1 > 1 grew 6']);
    expect(linesOf(computeComparison(late, grown(14)))).toEqual(['app.py:1 > 1 grew 4']);
  });

  it('of the same text keep their order', () => {
    const sources = { 'app.py:1': 'x()', 'app.py:5': 'x()', 'app.py:9': 'x()' };
    const comparison = compareTexts(
      'app.py:f:1 = 10 MiB\napp.py:f:5 = 20 MiB',
      'app.py:f:5 = 10 MiB\napp.py:f:9 = 30 MiB',
      { sources },
      { sources },
    );
    expect(linesOf(comparison)).toEqual(['app.py:5 > 9 grew 10', 'app.py:1 > 5 noChange 0']);
  });

  it('of two checkouts are the same', () => {
    const linesIn = (later: string, workingDirectory: string) => {
      const [before, after] = [{ workingDirectory: '/a/one' }, { workingDirectory }];
      const [a, b] = ['/a/one/train.py:f:3 = 5 MiB', `${later}:f:3 = 9 MiB`];
      return linesOf(compareTexts(a, b, { meta: before }, { meta: after }));
    };
    expect(linesIn('/b/train.py', '/b/')).toEqual(['train.py:3 > 3 grew 4']);
    expect(linesIn('/a/one/train.py', '/a')).toEqual(['one/train.py:3 > 3 grew 4']); // one file, from elsewhere
    expect(comparablePath('/a/.venv/lib/python3.11/site-packages/x/y.py', '/a')).toBe('x/y.py');
    expect(comparablePath('/usr/lib/python3.12/json/decoder.py', '/a')).toBe('json/decoder.py');
    expect(comparablePath('/elsewhere/x.py', '/')).toBe('/elsewhere/x.py');
  });
});

it('lines that changed between peaks at different lines of the program come with a caution', () => {
  const before = richProfile({ alone: true });
  const after = richProfile({ alone: true, grown: 48 });
  expect(computeComparison(before, after).cautions).toEqual([]);
  const earlier = { ...after, moments: { ...after.moments, time: after.moments.time.map((time) => time - 2_500) } };
  expect(computeComparison(before, earlier).cautions).toEqual(['differentMoments']);
  const same = { ...before, moments: { ...before.moments, time: earlier.moments.time } };
  expect(computeComparison(before, same).cautions).toEqual([]);
  const fromElsewhere = { ...after, meta: { ...after.meta, workingDirectory: '/' } };
  expect(computeComparison(before, fromElsewhere).cautions).toEqual([]);
});

describe('peaks', () => {
  const peakOf = (before: number, after: number) =>
    compareTexts('', '', { hwm: before * MIB }, { hwm: after * MIB }).peak!;

  it('within 1 % or half a MiB have not changed', () => {
    expect(peakOf(400, 403.9)).toMatchObject({ verdict: 'noChange', unit: 'VmHWM' });
    expect(peakOf(400, 404.5)).toMatchObject({ verdict: 'grew', change: 4.5 * MIB, share: 4.5 / 400 });
    expect(peakOf(10, 10.5).verdict).toBe('noChange');
    expect(peakOf(10, 9.4).verdict).toBe('shrank');
  });

  it('that were read only while the run went on may have been higher', () => {
    const exact = profileFromText('', { hwm: 100 * MIB });
    const atLeast = (mib: number): Profile => {
      const profile = profileFromText('', { hwm: mib * MIB });
      const hwmSource = Uint8Array.of(HWM_SOURCE.whileRunning);
      return { ...profile, processes: { ...profile.processes, hwmSource } };
    };
    const verdict = (a: Profile, b: Profile) => computeComparison(a, b).peak?.verdict;
    expect(verdict(exact, atLeast(150))).toBe('grew');
    expect(verdict(atLeast(150), exact)).toBe('shrank');
    expect(verdict(exact, atLeast(100))).toBe('cannotTell');
    expect(verdict(atLeast(50), exact)).toBe('cannotTell');
    expect(verdict(atLeast(50), atLeast(90))).toBe('cannotTell');
  });

  it('in different units are not compared: the first processes are', () => {
    const comparison = computeComparison(exampleProfile(), richProfile());
    expect(comparison.cautions).toContain('differentUnits');
    expect(comparison.peak).toMatchObject({ unit: 'VmHWM', before: 412.5 * MIB, after: 842 * MIB, verdict: 'grew' });
    expect(comparison.sides.after.peak?.process).toBe(0);
  });

  it('that were not measured give none', () => {
    const none = profileFromText('', { hwm: Number.NaN });
    expect(computeComparison(none, exampleProfile()).peak).toBeNull();
  });

  it('are over a limit only when they are for certain', () => {
    expect(judgeGrowth(peakOf(100, 110), { kind: 'share', share: 0.05 })).toBe('over');
    expect(judgeGrowth(peakOf(100, 104), { kind: 'share', share: 0.05 })).toBe('within');
    expect(judgeGrowth(peakOf(100, 110), { kind: 'bytes', bytes: 11 * MIB })).toBe('within');
    expect(judgeGrowth(peakOf(100, 100.4), { kind: 'bytes', bytes: 0 })).toBe('within');
    expect(judgeGrowth(peakOf(100, 50), { kind: 'bytes', bytes: 0 })).toBe('within');
    expect(judgeGrowth(null, { kind: 'bytes', bytes: 0 })).toBe('cannotTell');
  });
});

describe('what was different around', () => {
  it('names packages that came, went and changed, and limits', () => {
    const of = (packages: [string, string][], addressSpace: number | null) => {
      const { meta } = exampleProfile();
      const environment = {
        ...meta.environment,
        packages: packages.map(([name, version]) => ({ name, version })),
        limits: { addressSpace, data: null },
      };
      return { meta: { environment } };
    };
    const { environment } = compareTexts(
      '',
      '',
      of(
        [
          ['numpy', '1.26.4'],
          ['six', '1.16'],
        ],
        null,
      ),
      of(
        [
          ['numpy', '2.1.0'],
          ['torch', '2.13.0'],
        ],
        2 ** 30,
      ),
    );
    expect(environment.map(({ what, name, before, after }) => [what, name, before, after])).toEqual([
      ['addressSpaceLimit', '', null, 2 ** 30],
      ['package', 'numpy', '1.26.4', '2.1.0'],
      ['package', 'six', '1.16', null],
      ['package', 'torch', null, '2.13.0'],
    ]);
  });
});

describe('any two profiles', () => {
  it('one with itself has not changed', () => {
    fc.assert(
      fc.property(randomProfile, (profile) => {
        const comparison = computeComparison(profile, profile);
        expect(verdictsOf(comparison).filter(isChange)).toEqual([]);
        expect(comparison.environment).toEqual([]);
      }),
      { numRuns: 200 },
    );
  });

  it('swapped have the opposite signs and verdicts', () => {
    const opposite: Readonly<Record<Verdict, Verdict>> = {
      grew: 'shrank',
      shrank: 'grew',
      new: 'gone',
      gone: 'new',
      noChange: 'noChange',
      cannotTell: 'cannotTell',
    };
    const told = (rows: readonly { change: number; verdict: Verdict }[], sign: 1 | -1) =>
      rows
        .map(({ change, verdict }) => `${Math.round(sign * change) + 0} ${sign < 0 ? opposite[verdict] : verdict}`)
        .sort();
    fc.assert(
      fc.property(randomProfile, randomProfile, (a, b) => {
        const [one, other] = [computeComparison(a, b), computeComparison(b, a)];
        expect(told(one.lines, 1)).toEqual(told(other.lines, -1));
        expect(told(one.imports, 1)).toEqual(told(other.imports, -1));
        expect(told(one.processes, 1)).toEqual(told(other.processes, -1));
        expect(told(one.composition.parts, 1)).toEqual(told(other.composition.parts, -1));
        expect(told(one.peak ? [one.peak] : [], 1)).toEqual(told(other.peak ? [other.peak] : [], -1));
      }),
      { numRuns: 200 },
    );
  });

  it('lose no line: before and after add up to what each run has', () => {
    fc.assert(
      fc.property(randomProfile, randomProfile, (a, b) => {
        const { sides, lines } = computeComparison(a, b);
        if (sides.before.heap === null || sides.after.heap === null) return;
        const held = (rows: readonly { readonly bytes: number }[]) => rows.reduce((sum, row) => sum + row.bytes, 0);
        const own = (side: 'before' | 'after') =>
          sides[side].lines.filter((row) => !row.importing).map((row) => row.heap);
        expect(held(lines.map((row) => row.beforeHeap)) / held(own('before')) || 1).toBeCloseTo(1, 9);
        expect(held(lines.map((row) => row.afterHeap)) / held(own('after')) || 1).toBeCloseTo(1, 9);
      }),
      { numRuns: 200 },
    );
  });
});
