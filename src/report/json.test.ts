import { Ajv2020 } from 'ajv/dist/2020.js';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { computeOverview } from '#analysis/overview.ts';
import { TableBuilder } from '#profile/build.ts';
import type { Profile } from '#profile/types.ts';
import schema from '../../docs/schemas/report.schema.json' with { type: 'json' };
import { exampleProfile } from '../../test/example-profile.ts';
import { profileFromText } from '../../test/profiles.ts';
import { randomProfile } from '../../test/random-profiles.ts';
import { type JsonOptions, renderJson } from './json.ts';

const ajv = new Ajv2020({ allErrors: true, strict: true, allowUnionTypes: true });
const validate = ajv.compile(schema);

function report(profile: Profile, options?: JsonOptions) {
  return JSON.parse(renderJson(profile, computeOverview(profile), options).text);
}

function problems(value: unknown): string[] {
  return validate(value) ? [] : (validate.errors ?? []).map((error) => `${error.instancePath} ${error.message}`);
}

describe('the JSON report', () => {
  it('keeps its schema, on the example and on any profile', () => {
    expect(problems(report(exampleProfile()))).toEqual([]);
    fc.assert(
      fc.property(randomProfile, fc.nat(5), (profile, lines) => {
        expect(problems(report(profile, { lines }))).toEqual([]);
      }),
      { numRuns: 200 },
    );
  });

  it('describes every field', () => {
    expect(undescribed(schema, 'report')).toEqual([]);
  });

  it('is refused by the schema when a field is missing, unknown or of another type', () => {
    const good = report(exampleProfile());
    expect(problems({ ...good, peak: undefined })).not.toEqual([]);
    expect(problems({ ...good, extra: 1 })).toEqual([' must NOT have additional properties']);
    expect(problems({ ...good, peak: { ...good.peak, bytes: '412' } })).not.toEqual([]);
  });

  it('carries the figures of the first screen', () => {
    const value = report(exampleProfile());
    expect(value.peak).toMatchObject({ unit: 'VmHWM', bytes: 412.5 * 2 ** 20, exact: true, time: 3200, process: 0 });
    expect(value.meta).toMatchObject({ title: 'train.py', startedAt: '2026-01-02T03:04:05.000Z', durationMs: 8100 });
    expect(value.lines[0]).toMatchObject({
      line: 14,
      source: '    model.fit(frame[columns], frame["y"])',
      importing: false,
    });
    expect(value.imports).toEqual([{ name: 'sklearn', bytes: 24 * 2 ** 20 }]);
  });

  it('parts add up to the peak', () => {
    const { composition } = report(exampleProfile());
    const sum = composition.parts.reduce((total: number, part: { bytes: number }) => total + part.bytes, 0);
    expect(sum).toBeCloseTo(composition.total, 3);
  });

  it('counts the lines that were left out', () => {
    const value = report(exampleProfile(), { lines: 2 });
    const all = report(exampleProfile());
    const sum = (lines: { heap: { bytes: number } }[]) => lines.reduce((bytes, line) => bytes + line.heap.bytes, 0);
    expect(value.lines).toHaveLength(2);
    expect(value.linesLeftOut.count).toBe(all.lines.length - 2);
    expect(value.linesLeftOut.bytes).toBeCloseTo(sum(all.lines.slice(2)), 3);
    expect(report(exampleProfile(), { minPercent: 10 }).lines).toHaveLength(2);
  });

  it('what was not measured is null, and exit code 3 says that nothing was', () => {
    const profile = profileFromText('app.py:main:3 = 1 MiB', { hwm: Number.NaN });
    const { text, exitCode } = renderJson(profile, computeOverview(profile));
    expect(exitCode).toBe(3);
    expect(JSON.parse(text)).toMatchObject({ peak: null, heap: null, headroom: { used: null } });
  });

  it('a long run is thinned to 1000 points that keep the largest', () => {
    const value = report({ ...exampleProfile(), samples: manySamples(25_000, 17_345) });
    expect(value.timeline.rss).toHaveLength(1000);
    expect(Math.max(...value.timeline.rss)).toBe(999_999);
    for (const column of ['time', 'pss', 'processes']) expect(value.timeline[column]).toHaveLength(1000);
    expect(value.timeline.time).toEqual([...value.timeline.time].sort((a: number, b: number) => a - b));
  });

  it('characters that would steer a terminal are escaped, and read back the same', () => {
    const title = 'a\u001b[2J\u009b31m\u202e\u2028.py';
    const profile = profileFromText('a.py:f:1 = 1 MiB', { meta: { title } });
    const { text } = renderJson(profile, computeOverview(profile));
    expect(text.replaceAll('\n', '')).not.toMatch(/[\p{Cc}\u2028\u202e]/u);
    expect(JSON.parse(text).meta.title).toBe(title);
  });
});

function manySamples(count: number, spike: number): Profile['samples'] {
  const samples = new TableBuilder('samples');
  for (let i = 0; i < count; i++) {
    const rss = i === spike ? 999_999 : i % 1000;
    const parts = {
      anon: rss,
      file: 0,
      shmem: 0,
      swap: 0,
      pss: rss,
      pssFile: 0,
      pssShmem: 0,
      privateBytes: rss,
      hugeAnon: 0,
      hugetlb: 0,
    };
    samples.add({ process: 0, time: i, rss, ...parts, threads: 1, minorFaults: 0, majorFaults: 0 });
  }
  return samples.finish();
}

/** Paths of properties and definitions without a description. */
function undescribed(node: unknown, path: string): string[] {
  if (typeof node !== 'object' || node === null) return [];
  return Object.entries(node).flatMap(([key, value]) => {
    const here = `${path}/${key}`;
    const own =
      key === 'properties'
        ? Object.entries(value as Record<string, { description?: string }>)
            .filter(([, property]) => !property.description)
            .map(([name]) => `${here}/${name}`)
        : [];
    return [...own, ...undescribed(value, here)];
  });
}
