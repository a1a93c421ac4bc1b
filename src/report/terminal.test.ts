import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { computeOverview } from '#analysis/overview.ts';
import type { Meta, Profile } from '#profile/types.ts';
import { exampleProfile } from '../../test/example-profile.ts';
import { expectFitsScreen } from '../../test/fits-screen.ts';
import { profileFromText } from '../../test/profiles.ts';
import { randomProfile } from '../../test/random-profiles.ts';
import { richProfile } from '../../test/ui-fixtures.ts';
import { renderTerminal, type TerminalOptions } from './terminal.ts';

function show(profile: Profile, options: Partial<TerminalOptions> = {}): string {
  return renderTerminal(profile, computeOverview(profile), { width: 100, colour: false, lines: 20, ...options }).text;
}

function withMeta(profile: Profile, meta: Partial<Meta>): Profile {
  return { ...profile, meta: { ...profile.meta, ...meta } };
}

/** The block of the report that begins with `start`. */
function block(text: string, start: string): string[] {
  const found = text.split('\n\n').find((part) => part.startsWith(start));
  return found === undefined ? [] : found.trimEnd().split('\n');
}

describe('the example run', () => {
  const text = show(exampleProfile());

  it('begins with the kernel number, its moment and its share of the limit', () => {
    expect(text.split('\n')[0]).toBe(
      "train.py: peak 413 MiB (VmHWM, exact) at 3.20 s of 8.10 s, 5.0 % of the container's 8.00 GiB",
    );
  });

  it('marks the peak under the highest column', () => {
    const chart = block(text, '   413 MiB');
    const mark = chart[3]!.indexOf('▲');
    expect(chart).toHaveLength(4);
    expect(chart[0]![mark]).toBe('█');
    expect(chart[3]).toMatch(/▲ peak 3\.20 s +8\.10 s$/);
  });

  it('says what the peak consisted of, down to what is unexplained', () => {
    expect(block(text, 'What').slice(0, 15)).toEqual([
      'What the peak consisted of    MiB  of peak  requested',
      '  in use                    282.5     68 %             by the program: what its lines hold',
      '    small Python objects     42.5',
      '    native code             240.0',
      '  held free                   2.0    0.5 %             by allocators, for later use',
      "    in Python's arenas        1.0",
      "    in malloc's heaps         1.0",
      '  files                     125.1     30 %             libraries and mapped files',
      '    variables of libraries    1.5',
      '    pages of files          123.6               200.0',
      '  other                       1.7    0.4 %',
      '    thread stacks             0.2',
      "    highwater's own           1.5",
      '  unexplained                +1.2    0.3 %',
      '  VmHWM                     412.5    100 %',
    ]);
  });

  it('lists lines with margins, bounds last, and source text', () => {
    expect(block(text, 'Live')).toEqual([
      'Live MiB     ±  of peak  allocated  Line',
      '   192.0  ±1.7     47 %      542.0  train.py:14          model.fit(frame[columns], frame["y"])',
      '    64.0  ±0.1     16 %      128.0  train.py:12          frame = pd.read_csv(path)',
      '     6.0  ±1.2    1.5 %        9.0  (outside your code)',
      '     2.0  ±0.1    0.5 %        2.0  (native code)',
      '   < 1.0                   < 230.4  train.py:20          pickle.dump(model, out)',
    ]);
  });

  it('keeps imports apart', () => {
    expect(block(text, 'Imports')).toEqual([
      'Imports hold 24.0 MiB (5.8 % of the peak) and took 640 ms ±18 ms: sklearn 24.0 MiB',
    ]);
  });

  it('tells the run in steps', () => {
    expect(block(text, 'Step').map((line) => line.slice(0, 48).trimEnd())).toEqual([
      'Step at  MiB before    max  after  Line',
      ' 400 ms         9.0  110.0  110.0  train.py:1',
      ' 1.20 s       110.0  250.0  250.0  train.py:12',
      ' 2.40 s       250.0  412.0  150.0  train.py:14',
      ' 4.40 s       150.0  170.0  150.0  train.py:20',
    ]);
  });

  it('says the other measures, the warnings and its own cost', () => {
    expect(text).toContain('Beside it: the container was charged up to 900 MiB (cgroup, page cache included).');
    expect(text).toContain('Warning: jemalloc was loaded; its blocks are not seen.');
    expect(text).toContain('highwater itself: 1.50 MiB in the program');
  });

  it('counts the lines that it leaves out', () => {
    expect(show(exampleProfile(), { lines: 1 })).toContain('4 more lines with 72.4 MiB alive');
    expect(show(exampleProfile(), { minBytes: 32 * 2 ** 20 })).toContain('3 more lines with 8.40 MiB alive');
    expect(show(exampleProfile(), { minPercent: 20 })).toContain('4 more lines with 72.4 MiB alive');
  });

  it('reduced keeps what matters, quiet the headline and warnings', () => {
    const reduced = show(exampleProfile(), { reduced: true });
    expect(reduced).toContain('train.py:12');
    expect(reduced).not.toMatch(/\(native code\)|Step at|▲/);
    expect(show(exampleProfile(), { quiet: true }).split('\n')).toEqual([
      expect.stringContaining('peak 413 MiB'),
      '',
      'Warning: jemalloc was loaded; its blocks are not seen.',
      '',
    ]);
  });

  it('styles words when colour is asked for, and changes nothing else', () => {
    const coloured = show(exampleProfile(), { colour: true });
    expect(coloured).toContain('\u001b[1m');
    expect(stripStyles(coloured)).toBe(text);
  });
});

describe('runs that did not go well', () => {
  const run = profileFromText('app.py:main:3 = 64 MiB');

  it('a failing exit code and a signal are said', () => {
    expect(show(withMeta(run, { exit: { kind: 'exited', code: 3 } }))).toContain('ended with exit code 3');
    const killed = show(withMeta(run, { exit: { kind: 'signaled', signal: 9, name: 'SIGKILL' } }));
    expect(killed).toContain('The program was ended by SIGKILL (signal 9).');
  });

  it('processes ended for lack of memory are said', () => {
    const cgroup = {
      version: 2 as const,
      path: '/',
      limit: 2 ** 27,
      peak: 2 ** 27,
      peakAtStart: 0,
      limitHits: 9,
      oomKills: 1,
    };
    expect(show(withMeta(run, { cgroup }))).toContain(
      'The kernel ended a process of the container for lack of memory.',
    );
  });

  it('a note names its process where there are several', () => {
    const text = show(richProfile());
    expect(text).toContain('Warning (process 4733): The agent could not start in this process.');
    expect(text).toContain('Note: PSS was read every 250 ms.');
  });

  it('an incomplete recording is told plainly', () => {
    const text = show(withMeta(run, { complete: false, exit: { kind: 'unknown' } }));
    expect(text).toContain('Incomplete: the recording was cut off after 1.00 s.');
  });

  it('a run without any reading says so, and gives the exit code for it', () => {
    const none = profileFromText('app.py:main:3 = 64 MiB', { hwm: Number.NaN });
    const report = renderTerminal(none, computeOverview(none), { width: 80, colour: false, lines: 5 });
    expect(report.text).toContain('no memory reading was taken');
    expect(report.exitCode).toBe(3);
  });

  it('what counts as alive and is not resident is unexplained, below zero', () => {
    const text = show(profileFromText('app.py:main:3 = 64 MiB calloc', { hwm: 40 * 2 ** 20 }));
    expect(text).toMatch(/unexplained +-24\.0 +-60 % +some of it is not resident/);
  });
});

describe('a run of several processes', () => {
  const text = show(richProfile());

  it("leads with the sum of PSS and has the program's own peak beside it", () => {
    expect(text).toMatch(/^train\.py: peak 860 MiB \(PSS of 3 processes, largest sum seen\) at 7\.00 s of 12\.0 s/);
    expect(text).toContain('the first process alone 842 MiB (VmHWM)');
  });

  it('tells files and shared memory by owner, what processes share once', () => {
    expect(block(text, 'Files')).toEqual([
      'Files of 98.0 MiB are resident (PSS, read at 7.00 s): data.csv 60.0, numpy 20.0, sklearn 14.0,',
      '  (Python) 4.0 MiB',
      'Shared memory of 16.0 MiB is resident: psm_0a1b2c3d 16.0 MiB',
    ]);
  });

  it('has a row a process, and says which marks may have risen', () => {
    const rows = block(text, 'Process')
      .slice(1)
      .map((line) => line.trim().split(/\s+/).slice(0, 3));
    expect(rows).toEqual([
      ['4711', '842.0', '781.2'],
      ['4720', '148.0', '137.6'],
      ['4733', '≥11.0', '10.2'],
    ]);
    expect(block(show(richProfile(), { lines: 2 }), 'Process').at(-1)).toBe('1 more, smaller process');
  });
});

describe('any profile', () => {
  it('fits the width, and holds neither control characters nor figures that are none', () => {
    fc.assert(
      fc.property(randomProfile, fc.integer({ min: 60, max: 200 }), fc.boolean(), (profile, width, colour) => {
        const text = show(profile, { width, colour, lines: 8 });
        const plain = stripStyles(text);
        expectFitsScreen(plain, width);
        expect(plain.isWellFormed()).toBe(true);
      }),
      { numRuns: 300 },
    );
  });
});

function stripStyles(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are the codes of src/report/colour.ts
  return text.replace(/\u001b\[\d+m/g, '');
}

describe('native code', () => {
  const text = `
    app.py:main:3 > [/x/np.so]matmul > [/x/np.so]a_long_name_in_the_middle_of_it_all > [/x/np.so]fill > [/x/c.so]alloc = 8 MiB
    app.py:main:4 = 4 MiB
    [/lib/libc.so.6]start_thread > [/x/blas.so]worker = 2 MiB
  `;

  it('stands under the lines that hold most, cut in the middle', () => {
    expect(block(show(profileFromText(text), { width: 66 }), 'In native')).toEqual([
      'In native code',
      'app.py:3',
      '  8.00 MiB  matmul > ... > fill [np.so] > alloc [c.so]',
      '(native code)',
      '  2.00 MiB  start_thread [libc.so.6] > worker [blas.so]',
    ]);
  });

  it('is no part of a report on a profile without it', () => {
    expect(show(profileFromText('app.py:main:4 = 4 MiB'))).not.toContain('In native');
  });
});
