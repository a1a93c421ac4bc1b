// What is chance between two runs of one program, and what is not: at which of several moments of one height a run is caught, what
// malloc holds free where threads allocate, and what several runs differ by.
import { describe, expect, it } from 'vitest';
import type { Profile } from '#profile/types.ts';
import { accountedRun } from '../../test/accounted-runs.ts';
import { type Comparison, computeComparison } from './compare.ts';

const MIB = 2 ** 20;

const changed = ({ lines }: Comparison) =>
  lines
    .filter(({ verdict }) => verdict !== 'noChange')
    .map(({ func, verdict, change }) => `${func} ${verdict} ${change / MIB}`);
const rowOf = ({ composition }: Comparison, id: string) => composition.parts.find((part) => part.id === id)!.verdict;

describe('a program with two maxima of one height', () => {
  // The text beside its pieces, then beside its bytes: which of the two is the peak is chance.
  const resident = [60, 100, 160, 130, 160];
  const atFirst = accountedRun(
    { text: 50, pieces: 50, bytes: 0 },
    { resident, held: 'text 50M 0..7, pieces 50M 1..3, bytes 50M 4..7' },
  );
  const atSecond = accountedRun(
    { text: 50, pieces: 0, bytes: 50 },
    { resident, held: 'text 50M 0..7, pieces 50M 1..3, bytes 50M 4..7' },
  );

  it('holds the same lines whichever a run was caught at', () => {
    expect(changed(computeComparison(atFirst, atSecond))).toEqual([]);
    expect(changed(computeComparison(atSecond, atFirst))).toEqual([]);
  });

  it('has changed where a line holds more than it ever did at such a moment', () => {
    const more = accountedRun(
      { text: 50, pieces: 56, bytes: 0 },
      { resident: resident.map((mib) => mib + 6), held: 'text 50M 0..7, pieces 56M 1..3, bytes 50M 4..7' },
    );
    expect(changed(computeComparison(atFirst, more))).toEqual(['pieces grew 6']);
    expect(changed(computeComparison(atSecond, more))).toContain('pieces grew 56');
  });

  it('has changed where the other maximum was lower by more than noise', () => {
    const lower = [60, 100, 120, 130, 160];
    const before = accountedRun(
      { text: 50, pieces: 0, bytes: 50 },
      { resident: lower, held: 'text 50M 0..7, pieces 10M 1..3, bytes 50M 4..7' },
    );
    expect(changed(computeComparison(before, atFirst))).toContain('pieces grew 50');
  });
});

describe('a line whose blocks last less than an interval', () => {
  const before = accountedRun({ model: 200, brief: 20 }, { held: 'model 200M 0..' });

  it('has not changed where the peak has not: it may be there at another moment', () => {
    const after = accountedRun({ model: 200, other: 20, brief: 0 }, { held: 'model 200M 0..' });
    expect(changed(computeComparison(before, after))).toEqual([]);
  });

  it('has where the peak has', () => {
    const after = accountedRun({ model: 200, brief: 60 }, { held: 'model 200M 0..' });
    expect(changed(computeComparison(before, after))).toEqual(['brief grew 40']);
  });

  it('and one whose blocks last has changed, whatever the peak', () => {
    const after = accountedRun({ model: 180, brief: 20, kept: 20 }, { held: 'model 200M 0.., kept 20M 0..' });
    expect(changed(computeComparison(before, after))).toEqual(['kept new 20']);
  });
});

describe('peaks that differ only in what malloc holds free', () => {
  const peaks = (threads: number, ...free: readonly [number, number]) => {
    const [a, b] = free.map((mib) => accountedRun({ model: 200 }, { free: mib, threads }));
    return computeComparison(a!, b!);
  };

  it('have not changed where threads allocate, and it is no more than chance makes of it', () => {
    const { peak, composition } = peaks(3, 40, 100);
    expect(peak).toMatchObject({ change: 60 * MIB, verdict: 'noChange', byChance: 60 * MIB });
    expect(composition.parts.find(({ id }) => id === 'nativeFree')).toMatchObject({ verdict: 'noChange' });
    expect(peaks(3, 100, 40).peak).toMatchObject({ verdict: 'noChange' });
  });

  it('have changed where it is more', () => {
    expect(peaks(3, 20, 100).peak).toMatchObject({ verdict: 'grew', byChance: null });
  });

  it('have changed in a program of one thread', () => {
    const comparison = peaks(1, 40, 100);
    expect(comparison.peak).toMatchObject({ verdict: 'grew', byChance: null });
    expect(rowOf(comparison, 'nativeFree')).toBe('grew');
  });
});

describe('where threads allocate', () => {
  const before = accountedRun({ model: 200 }, { free: 60, threads: 3 });

  it('a peak has changed that has more alive, whatever is held free', () => {
    const comparison = computeComparison(before, accountedRun({ model: 220 }, { free: 80, threads: 3 }));
    expect(comparison.peak).toMatchObject({ verdict: 'grew', byChance: null, heap: { change: 20 * MIB } });
    expect(changed(comparison)).toEqual(['model grew 20']);
  });

  it('less held free may hide it from the peak, and not from the line', () => {
    const comparison = computeComparison(before, accountedRun({ model: 220 }, { free: 20, threads: 3 }));
    expect(comparison.peak).toMatchObject({ verdict: 'cannotTell', change: -20 * MIB });
    expect(changed(comparison)).toEqual(['model grew 20']);
  });
});

describe('several runs of each program', () => {
  const runs = (...free: readonly number[]) => free.map((mib) => accountedRun({ model: 200 }, { free: mib }));
  const compare = ([before, ...more]: Profile[], [after, ...others]: Profile[]) =>
    computeComparison(before!, after!, {}, { before: more, after: others });

  it('have not changed where what they differ by overlaps', () => {
    const { peak, repeats } = compare(runs(40, 30, 60), runs(55, 45, 70));
    expect(peak).toMatchObject({ verdict: 'noChange', change: 15 * MIB });
    expect(repeats).toMatchObject({ before: [300, 290, 320].map((mib) => mib * MIB), chance: 0.1 });
  });

  it('have where it lies apart', () => {
    const comparison = compare(runs(40, 30, 50), runs(65, 60, 70));
    expect(comparison.peak).toMatchObject({ verdict: 'grew', change: 25 * MIB });
    expect(rowOf(comparison, 'nativeFree')).toBe('grew');
  });

  it('have where as much more was alive as their medians differ by, though they overlap', () => {
    const after = [85, 30, 60].map((mib) => accountedRun({ model: 220 }, { free: mib }));
    expect(compare(runs(60, 20, 90), after).peak).toMatchObject({ verdict: 'grew', change: 45 * MIB });
    expect(compare(runs(110, 20, 130), after).peak).toMatchObject({ verdict: 'noChange', change: -5 * MIB });
  });

  it('a line that differs among them is no change', () => {
    const lines = (...mib: readonly number[]) => mib.map((one) => accountedRun({ model: 200, cache: one }));
    expect(changed(compare(lines(20, 10, 30), lines(28, 20, 40)))).toEqual([]);
    expect(changed(compare(lines(20, 10, 30), lines(48, 40, 60)))).toEqual(['cache grew 28']);
  });
});
