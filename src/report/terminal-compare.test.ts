import { Ajv2020 } from 'ajv/dist/2020.js';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { computeComparison } from '#analysis/compare.ts';
import type { Profile } from '#profile/types.ts';
import schema from '../../docs/schemas/compare.schema.json' with { type: 'json' };
import { accountedRun } from '../../test/accounted-runs.ts';
import { exampleProfile } from '../../test/example-profile.ts';
import { expectFitsScreen } from '../../test/fits-screen.ts';
import { profileFromText } from '../../test/profiles.ts';
import { randomProfile } from '../../test/random-profiles.ts';
import { richProfile } from '../../test/ui-fixtures.ts';
import { renderComparisonJson } from './json-compare.ts';
import { type CompareOptions, renderComparison } from './terminal-compare.ts';

const MIB = 2 ** 20;
const ajv = new Ajv2020({ allErrors: true, strict: true, allowUnionTypes: true });
const validate = ajv.compile(schema);

function show(a: Profile, b: Profile, options: Partial<CompareOptions> = {}): string {
  const comparison = computeComparison(a, b);
  const all = { width: 90, colour: false, lines: 20, ...options };
  return renderComparison({ profile: a, name: 'a.highwater' }, { profile: b, name: 'b.highwater' }, comparison, all)
    .text;
}

function json(a: Profile, b: Profile) {
  const text = renderComparisonJson({ profile: a, name: 'a' }, { profile: b, name: 'b' }, computeComparison(a, b)).text;
  return JSON.parse(text);
}

function problems(value: unknown): string[] {
  return validate(value) ? [] : (validate.errors ?? []).map((error) => `${error.instancePath} ${error.message}`);
}

const grownFrom = profileFromText('app.py:main:3 = 40 MiB\napp.py:main:4 = 9 MiB', { hwm: 100 * MIB });
const grownTo = profileFromText('app.py:main:3 = 45 MiB\napp.py:main:4 = 9 MiB', { hwm: 106 * MIB });

describe('a comparison', () => {
  it('begins with how the peak changed and the line behind most of it', () => {
    expect(show(grownFrom, grownTo).split('\n')[0]).toBe(
      'Peak 106 MiB, 6.00 MiB more (+6.0 %): mostly app.py:3 +5.00 MiB',
    );
  });

  it('says less when less is needed', () => {
    expect(show(grownTo, grownFrom).split('\n')[0]).toBe(
      'Peak 100 MiB, 6.00 MiB less (-5.7 %): mostly app.py:3 -5.00 MiB',
    );
  });

  it('of a run with itself says that nothing changed', () => {
    const text = show(exampleProfile(), exampleProfile());
    expect(text).toMatch(/^Peak 413 MiB, no change \(0 B more, within the 4\.1\d MiB that runs differ by\)\n/);
    expect(text.replace(/\s+/g, ' ')).toContain('No line, import or row changed.');
    expect(text).not.toMatch(/grew|shrank|new|gone/);
  });

  it('names a line that grew where the peak did not', () => {
    const same = profileFromText('app.py:main:3 = 45 MiB\napp.py:main:4 = 4 MiB', { hwm: 100 * MIB });
    expect(show(grownFrom, same).replace(/\s+/g, ' ')).toMatch(
      /^Peak 100 MiB, no change .*; but app\.py:3 \+5\.00 MiB Before/,
    );
  });

  it('lists the lines that changed, and only those', () => {
    const text = show(grownFrom, grownTo);
    const table = text.split('\n\n').find((part) => part.includes('Line'));
    expect(table?.trimEnd().split('\n')).toEqual([
      'MiB before  after  change        Line',
      '      40.0   45.0    +5.0  grew  app.py:3',
    ]);
  });

  it('says aloud where units differ', () => {
    expect(show(exampleProfile(), richProfile()).replace(/\s+/g, ' ')).toContain('these do not compare');
  });

  it('of a run that was not measured says so, with an exit code', () => {
    const none = profileFromText('', { hwm: Number.NaN });
    expect(show(none, exampleProfile())).toMatch(/^Nothing to compare/);
    const named = (profile: Profile) => ({ profile, name: '' });
    const comparison = computeComparison(none, exampleProfile());
    expect(renderComparisonJson(named(none), named(exampleProfile()), comparison).exitCode).toBe(3);
  });

  it('fits the width and holds no control characters, whatever the profiles', () => {
    fc.assert(
      fc.property(randomProfile, randomProfile, fc.integer({ min: 60, max: 160 }), (a, b, width) => {
        const text = show(a, b, { width });
        expectFitsScreen(text, width);
      }),
      { numRuns: 200 },
    );
  });
});

describe('a comparison as JSON', () => {
  it('keeps its schema, whatever the profiles', () => {
    expect(problems(json(grownFrom, grownTo))).toEqual([]);
    fc.assert(
      fc.property(randomProfile, randomProfile, (a, b) => {
        expect(problems(json(a, b))).toEqual([]);
      }),
      { numRuns: 200 },
    );
  });

  it('is refused by the schema when a field is missing or unknown', () => {
    const good = json(grownFrom, grownTo);
    expect(problems({ ...good, peak: undefined })).not.toEqual([]);
    expect(problems({ ...good, extra: 1 })).toEqual([' must NOT have additional properties']);
    expect(problems({ ...good, lines: [{ ...good.lines[0], verdict: 'worse' }] })).not.toEqual([]);
  });

  it('carries the figures of the terminal', () => {
    const value = json(grownFrom, grownTo);
    expect(value.summary).toBe('Peak 106 MiB, 6.00 MiB more (+6.0 %): mostly app.py:3 +5.00 MiB');
    expect(value.peak).toMatchObject({ before: 100 * MIB, after: 106 * MIB, verdict: 'grew', unit: 'VmHWM' });
    expect(value.lines[0]).toMatchObject({
      file: 'app.py',
      lineBefore: 3,
      lineAfter: 3,
      change: 5 * MIB,
      verdict: 'grew',
    });
  });
});

describe('a difference that is chance', () => {
  const threaded = (model: number, free: number) => accountedRun({ model }, { free, threads: 3 });
  const headline = (a: Profile, b: Profile) => show(a, b, { width: 200 }).split('\n')[0];

  it('of what malloc holds free is told as such, and is no change', () => {
    expect(headline(threaded(200, 40), threaded(200, 100))).toBe(
      'Peak 360 MiB, no change (60.0 MiB more, but as much is in use: what malloc holds free is chance where threads allocate)',
    );
  });

  it('may hide a change, and says what would tell', () => {
    expect(headline(threaded(200, 60), threaded(220, 20))).toBe(
      'Peak 300 MiB against 320 MiB: cannot tell whether it changed, as what malloc holds free is chance where threads allocate: compare several runs (--against); but app.py:109 +20.0 MiB',
    );
  });
});

describe('several runs of each side', () => {
  const runs = (...free: readonly number[]) => free.map((mib) => accountedRun({ model: 200 }, { free: mib }));
  const text = ([a, ...before]: Profile[], [b, ...after]: Profile[]) => {
    const comparison = computeComparison(a!, b!, {}, { before, after });
    const named = [
      { profile: a!, name: 'a' },
      { profile: b!, name: 'b' },
    ] as const;
    expect(problems(JSON.parse(renderComparisonJson(...named, comparison).text))).toEqual([]);
    const { text } = renderComparison(...named, comparison, { width: 200, colour: false, lines: 20 });
    return text.replace(/\s+/g, ' ');
  };

  it('are told with what they differ by, and what so few are worth', () => {
    const told = text(runs(40, 30, 60), runs(55, 45, 70));
    expect(told).toMatch(/^Peak 315 MiB, no change \(15\.0 MiB more, within what the runs differ by\)/);
    expect(told).toContain('Before: 3 runs, 290 to 320 MiB; after: 3 runs, 305 to 330 MiB. ');
    expect(told).toContain('With so few, runs of one program fall apart by luck 10 % of the time: take more.');
    expect(text(runs(40, 30, 60, 41), runs(95, 96, 97, 98))).not.toContain('With so few');
  });
});
