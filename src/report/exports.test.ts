// The formats for other viewers, read back by what reads them: nothing is lost and nothing appears.
import fc from 'fast-check';
import { Profile as PprofProfile } from 'pprof-format';
import { describe, expect, it } from 'vitest';
import { goneSince, liveSince } from '#analysis/lifetimes.ts';
import { computeOverview } from '#analysis/overview.ts';
import { findPeak } from '#analysis/peak.ts';
import { DOMAIN, type LiveTable, type Profile } from '#profile/types.ts';
import { exampleProfile } from '../../test/example-profile.ts';
import { profileFromText } from '../../test/profiles.ts';
import { randomProfile } from '../../test/random-profiles.ts';
import { richProfile } from '../../test/ui-fixtures.ts';
import { renderCollapsed } from './collapsed.ts';
import { renderCsv } from './csv.ts';
import { renderPprof } from './pprof.ts';
import { renderSpeedscope } from './speedscope.ts';
import { roundKeepingSum, type StackSelection } from './weighted-stacks.ts';

const SMALL = `
  app.py:main:3 > lib/np.py:ones:9 = 64 KiB
  app.py:main:3 > lib/np.py:ones:12 = 1 KiB
  app.py:main:4 = 2 KiB freed
  (native) = 3 KiB
`;

const MAPPINGS: ReadonlySet<number> = new Set([DOMAIN.mmap, DOMAIN.mmapShared]);

/** Bytes and blocks of the tables themselves, added up here. */
function totals(profile: Profile, { moment = findPeak(profile)?.moment ?? -1, process }: StackSelection) {
  const sum = { live: 0, blocks: 0, allocated: 0, allocations: 0 };
  const { live, churn } = profile;
  const wanted = (table: { process: Int32Array; domain: Uint8Array }, row: number) =>
    table.domain[row] !== DOMAIN.mmapFile && (process === undefined || table.process[row] === process);
  for (let row = 0; row < live.length; row++) {
    if (live.moment[row] !== moment || !wanted(live, row)) continue;
    const unmeasured = MAPPINGS.has(live.domain[row]!) ? 0 : live.bytes[row]!;
    sum.live += Number.isNaN(live.resident[row]!) ? unmeasured : live.resident[row]!;
    sum.blocks += live.blocks[row]!;
  }
  for (let row = 0; row < churn.length; row++) {
    if (!wanted(churn, row) || MAPPINGS.has(churn.domain[row]!)) continue;
    sum.allocated += churn.allocated[row]!;
    sum.allocations += churn.blocks[row]!;
  }
  return sum;
}

/** Any moment and any process of a profile, or none. */
const selected = randomProfile.chain((profile) =>
  fc.record({
    profile: fc.constant(profile),
    selection: fc.record(
      { moment: fc.nat(Math.max(0, profile.moments.length - 1)), process: fc.nat(profile.processes.length - 1) },
      { requiredKeys: ['moment'] },
    ),
  }),
);

describe('collapsed stacks', () => {
  it('name the file of a native function in brackets', () => {
    const profile = profileFromText('app.py:main:3 > [/x/np.so]at::fill > []made; at run time = 64 KiB');
    expect(renderCollapsed(profile, { of: 'live' }).text).toBe(
      'main (app.py:3);at::fill [np.so];made, at run time 65536\n',
    );
    const frames = JSON.parse(renderSpeedscope(profile).text).shared.frames;
    expect(frames[1]).toEqual({ name: 'at::fill [np.so]', file: '/x/np.so' });
  });

  it('are one line a stack, outermost call first', () => {
    expect(renderCollapsed(profileFromText(SMALL), { of: 'live' }).text.split('\n')).toEqual([
      '(no Python frame) 3072',
      'main (app.py:3);ones (lib/np.py:9) 65536',
      'main (app.py:3);ones (lib/np.py:12) 1024',
      '',
    ]);
    expect(renderCollapsed(profileFromText(SMALL), { of: 'allocated' }).text).toContain('main (app.py:4) 2048\n');
  });

  it('a name cannot break the format', () => {
    const text = renderCollapsed(profileFromText('a;b\tc.py:f;g 7:1 = 1 KiB'), { of: 'live' }).text;
    expect(text).toBe('f,g 7 (a,b c.py:1) 1024\n');
  });

  it('conserve the tables', () => {
    fc.assert(
      fc.property(selected, ({ profile, selection }) => {
        const truth = totals(profile, selection);
        expect(sumOfFolded(renderCollapsed(profile, { ...selection, of: 'live' }).text)).toBe(Math.round(truth.live));
        expect(sumOfFolded(renderCollapsed(profile, { ...selection, of: 'allocated' }).text)).toBe(
          Math.round(truth.allocated),
        );
      }),
    );
  });

  function sumOfFolded(text: string): number {
    const lines = text.split('\n').slice(0, -1);
    return lines.reduce((sum, line) => sum + Number(/ (\d+)$/.exec(line)![1]), 0);
  }
});

describe('speedscope', () => {
  it('holds two profiles in bytes over one list of frames', () => {
    const file = JSON.parse(renderSpeedscope(profileFromText(SMALL)).text);
    expect(file.$schema).toBe('https://www.speedscope.app/file-format-schema.json');
    expect(file.profiles.map((p: { type: string; name: string; unit: string }) => [p.type, p.name, p.unit])).toEqual([
      ['sampled', 'live at the peak', 'bytes'],
      ['sampled', 'allocated in total', 'bytes'],
    ]);
    expect(file.shared.frames[0]).toEqual({ name: 'main', file: 'app.py', line: 3 });
    expect(tree(file, 0)).toEqual(['(no Python frame) 3072', 'main > ones 65536', 'main > ones 1024']);
  });

  it('conserves the tables, with every frame in range', () => {
    fc.assert(
      fc.property(selected, ({ profile, selection }) => {
        const file = JSON.parse(renderSpeedscope(profile, selection).text);
        const truth = totals(profile, selection);
        expect(file.profiles[0].endValue).toBe(Math.round(truth.live));
        expect(file.profiles[1].endValue).toBe(Math.round(truth.allocated));
        for (const { samples, weights, endValue } of file.profiles) {
          expect(weights).toHaveLength(samples.length);
          expect(weights.reduce((a: number, b: number) => a + b, 0)).toBe(endValue);
          for (const frame of samples.flat()) expect(file.shared.frames[frame]?.name).toEqual(expect.any(String));
        }
      }),
    );
  });

  interface File {
    shared: { frames: { name: string }[] };
    profiles: { samples: number[][]; weights: number[] }[];
  }

  function tree(file: File, profile: number): string[] {
    const { samples, weights } = file.profiles[profile]!;
    return samples.map((stack, i) => `${stack.map((f) => file.shared.frames[f]!.name).join(' > ')} ${weights[i]}`);
  }
});

describe('pprof', () => {
  it('reads back as the same stacks, innermost first, with all four values', () => {
    const message = PprofProfile.decode(renderPprof(profileFromText(SMALL)).bytes);
    const text = message.stringTable.strings;
    expect(message.sampleType.map(({ type, unit }) => `${text[Number(type)]}/${text[Number(unit)]}`)).toEqual([
      'inuse_space/bytes',
      'inuse_objects/count',
      'alloc_space/bytes',
      'alloc_objects/count',
    ]);
    expect(text[Number(message.defaultSampleType)]).toBe('inuse_space');
    expect(message.timeNanos).toBe(BigInt(Date.UTC(2026, 0, 2, 3, 4, 5)) * 1_000_000n);
    expect(BigInt(message.durationNanos)).toBe(1_000_000_000n);
    expect(message.function).toHaveLength(3);
    expect(samplesAsText(message)).toEqual([
      '(no Python frame) [3072 1 3072 1]',
      'ones lib/np.py:9 < main app.py:3 [65536 1 65536 1]',
      'ones lib/np.py:12 < main app.py:3 [1024 1 1024 1]',
      'main app.py:4 [0 0 2048 1]',
    ]);
  });

  it('conserves the tables', () => {
    fc.assert(
      fc.property(selected, ({ profile, selection }) => {
        const message = PprofProfile.decode(renderPprof(profile, selection).bytes);
        const sum = (slot: number) => message.sample.reduce((total, { value }) => total + Number(value[slot]), 0);
        const truth = totals(profile, selection);
        expect([0, 1, 2, 3].map(sum)).toEqual(
          [truth.live, truth.blocks, truth.allocated, truth.allocations].map(Math.round),
        );
      }),
    );
  });

  function samplesAsText(message: PprofProfile): string[] {
    const text = message.stringTable.strings;
    const frame = (id: unknown) => {
      const line = message.location.find((location) => location.id === id)!.line[0]!;
      const func = message.function.find((f) => f.id === line.functionId)!;
      const file = text[Number(func.filename)];
      return `${text[Number(func.name)]}${file === '' ? '' : ` ${file}:${line.line}`}`;
    };
    return message.sample.map(({ locationId, value }) => `${locationId.map(frame).join(' < ')} [${value.join(' ')}]`);
  }
});

describe('rounding', () => {
  it('keeps the sum and moves no value by more than one', () => {
    fc.assert(
      fc.property(fc.array(fc.double({ min: 0, max: 1e9, noNaN: true })), (values) => {
        const whole = roundKeepingSum(values);
        const sum = values.reduce((a, b) => a + b, 0);
        expect(whole.reduce((a, b) => a + b, 0)).toBe(Math.round(sum));
        whole.forEach((value, i) => {
          expect(Number.isInteger(value)).toBe(true);
          expect(Math.abs(value - values[i]!)).toBeLessThanOrEqual(1.001);
        });
      }),
    );
  });
});

describe('CSV', () => {
  const csv = (profile: Profile) => renderCsv(profile, computeOverview(profile)).text;

  it('has a row a line of code, in bytes', () => {
    const [header, first] = parse(csv(exampleProfile()));
    const row = Object.fromEntries(header!.map((name, i) => [name, first![i]]));
    expect(row).toMatchObject({
      place: 'line',
      file: '/home/me/project/train.py',
      line: '14',
      importing: 'false',
      live_bytes: String(192 * 2 ** 20),
      certain: 'true',
      source: '    model.fit(frame[columns], frame["y"])',
    });
  });

  it('no cell is a formula, whatever the names', () => {
    for (const name of ['=1+1', '+1', '-1', '@SUM(A1)', '\t=1', ' =1', '\u200b=1']) {
      const [, row] = parse(csv(profileFromText(`${name}.py:${name}:1 = 1 KiB`)));
      expect(row![1]).toMatch(/^'/);
      expect(row![3]).toMatch(/^'/);
    }
  });

  it('reads back cell by cell', () => {
    fc.assert(
      fc.property(randomProfile, (profile) => {
        const overview = computeOverview(profile);
        const rows = parse(renderCsv(profile, overview).text);
        expect(rows).toHaveLength(overview.lines.length + 1);
        for (const row of rows) expect(row).toHaveLength(rows[0]!.length);
        for (const cell of rows.flat()) expect(cell).not.toMatch(/^[=+\-@]/);
        const bytes = rows.slice(1).map((row) => Number(row[5]));
        expect(bytes).toEqual(overview.lines.map((line) => Math.round(line.heap.bytes)));
      }),
    );
  });

  /** A reader of RFC 4180 of its own. */
  function parse(text: string): string[][] {
    const rows: string[][] = [[]];
    for (const [, quoted, plain, end] of text.matchAll(/(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r\n)/g)) {
      rows.at(-1)!.push(quoted === undefined ? plain! : quoted.replaceAll('""', '"'));
      if (end === '\r\n') rows.push([]);
    }
    return rows.slice(0, -1);
  }
});

describe('what grew between two moments', () => {
  const profile = richProfile();
  const between = { from: 20, to: 199 };
  const held = ({ length, domain, resident, bytes }: LiveTable) => {
    let sum = 0;
    for (let row = 0; row < length; row++) {
      if (domain[row] === DOMAIN.mmapFile) continue;
      const unmeasured = MAPPINGS.has(domain[row]!) ? 0 : bytes[row]!;
      sum += Number.isNaN(resident[row]!) ? unmeasured : resident[row]!;
    }
    return Math.round(sum);
  };
  const truth = [
    held(liveSince(profile, between.from, between.to)),
    held(goneSince(profile, between.from, between.to)),
  ];

  it('is what came and what went, in each format', () => {
    expect(Math.min(...truth)).toBeGreaterThan(0);
    const folded = (of: 'live' | 'allocated') =>
      [...renderCollapsed(profile, { between, of }).text.matchAll(/ (\d+)\n/g)].reduce(
        (sum, [, n]) => sum + Number(n),
        0,
      );
    expect([folded('live'), folded('allocated')]).toEqual(truth);
    const { profiles } = JSON.parse(renderSpeedscope(profile, { between }).text);
    expect(profiles.map(({ endValue }: { endValue: number }) => endValue)).toEqual(truth);
    const read = PprofProfile.decode(renderPprof(profile, { between }).bytes);
    const types = read.sampleType.map(({ type }) => read.stringTable.strings[Number(type)]);
    expect(types).toEqual(['came_space', 'came_objects', 'went_space', 'went_objects']);
    const total = (slot: number) => read.sample.reduce((sum, { value }) => sum + Number(value[slot]), 0);
    expect([total(0), total(2)]).toEqual(truth);
  });
});
