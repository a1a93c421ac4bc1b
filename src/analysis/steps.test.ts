import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FrameTableBuilder, StackTableBuilder, StringTableBuilder, TableBuilder } from '#profile/build.ts';
import { NOT_COUNTED, type Profile } from '#profile/types.ts';
import { profileFromText } from '../../test/profiles.ts';
import { randomProfile } from '../../test/random-profiles.ts';
import { computeOwnership } from './ownership.ts';
import { computeStepSpans } from './step-spans.ts';
import { computeSteps } from './steps.ts';

const MIB = 2 ** 20;
const IMPORT = '<frozen importlib._bootstrap>';

/**
 * The agent's readings, one a line: "10 50 main:30 load:12 numpy", that is time in ms, resident MiB, and the calls from the
 * outermost in. "name:line" is the user's own, a bare name a library, IMPORT the import system; "@2" the second thread.
 */
function ran(text: string, durationMs: number, end = Number.NaN): Profile {
  const strings = new StringTableBuilder();
  const frames = new FrameTableBuilder();
  const stacks = new StackTableBuilder();
  const activity = new TableBuilder('activity');
  for (const line of text.trim().split('\n')) {
    const [time, rss, ...calls] = line.trim().split(/\s+/);
    const thread = calls[0]?.startsWith('@') ? Number(calls.shift()!.slice(1)) : 1;
    let stack = -1;
    for (const call of calls) {
      const [name, number] = call.split(':');
      const file = call === 'IMPORT' ? IMPORT : number ? 'app.py' : `/v/site-packages/${name}.py`;
      stack = stacks.intern(stack, frames.intern(strings.intern(file), strings.intern(name!), Number(number ?? 1)));
    }
    activity.add({ process: 0, time: Number(time), rss: Number(rss) * MIB, stack, thread, ...NOT_COUNTED });
  }
  const profile = profileFromText('', { meta: { durationMs } });
  profile.processes.end[0] = end;
  const tables = { frames: frames.finish(), stacks: stacks.finish(), activity: activity.finish() };
  return { ...profile, ...tables, strings: strings.finish().concat(profile.strings.slice(1)) };
}

/** "load:12 10-30 (20 ms) 9 > 60 > 50": line, first to last seen, time, resident MiB before > most > after. */
function show(profile: Profile): string[] {
  return computeSteps(profile, computeOwnership(profile), 0).map((step) => {
    const [before, most, after] = [step.rssBefore, step.rssMax, step.rssAfter].map((bytes) => bytes / MIB);
    const importing = step.importing ? ' (import)' : '';
    return `${step.func}:${step.line} ${step.start}-${step.end} (${step.busy} ms) ${before} > ${most} > ${after}${importing}`;
  });
}

describe('steps', () => {
  it('cut a script into its lines, each beginning where the last left off', () => {
    expect(
      show(
        ran(
          `0 9 site
           10 9 module:1 IMPORT numpy
           20 40 module:1 IMPORT numpy
           30 40 module:2 pandas
           35 90 module:2 pandas
           40 60 module:2
           50 60 module:3 sklearn
           60 300 module:3 sklearn
           70 50 module:4 pickle`,
          100,
        ),
      ),
    ).toEqual([
      'module:1 10-30 (20 ms) 9 > 40 > 40 (import)',
      'module:2 30-50 (20 ms) 40 > 90 > 60',
      'module:3 50-70 (20 ms) 60 > 300 > 50',
      'module:4 70-100 (30 ms) 50 > 50 > 50',
    ]);
  });

  it('look into a line that holds most of the run', () => {
    expect(
      show(
        ran(
          `0 10 module:1
           10 20 module:30 main:12 pandas
           20 80 module:30 main:14 sklearn
           60 70 module:30 main:14 fit:3 sklearn
           90 60 module:30 main:20 pickle`,
          100,
        ),
      ),
    ).toEqual([
      'module:1 0-10 (10 ms) 10 > 20 > 20',
      'main:12 10-20 (10 ms) 20 > 80 > 80',
      'main:14 20-60 (40 ms) 80 > 80 > 70',
      'fit:3 60-90 (30 ms) 70 > 70 > 60',
      'main:20 90-100 (10 ms) 60 > 60 > 60',
    ]);
  });

  it("time before the user's code does not hide which line leads", () => {
    const text = `0 10 site
                  40 20 module:9 main:1
                  60 30 module:9 main:2`;
    expect(show(ran(text, 80)).map((line) => line.split(' ')[0])).toEqual(['main:1', 'main:2']);
  });

  it('a line that comes back is one step, with all of its time', () => {
    expect(show(ran('0 10 a:1\n10 20 b:2\n20 15 a:1\n30 30 b:2', 40))).toEqual([
      'a:1 0-30 (20 ms) 10 > 30 > 30',
      'b:2 10-40 (20 ms) 20 > 30 > 30',
    ]);
  });

  it('what the first look in a line sees, the line before has touched or freed', () => {
    expect(show(ran('0 10 a:1\n10 500 a:1\n20 50 b:2\n30 400 c:3', 40))).toEqual([
      'a:1 0-20 (20 ms) 10 > 500 > 50',
      'b:2 20-30 (10 ms) 50 > 400 > 400',
      'c:3 30-40 (10 ms) 400 > 400 > 400',
    ]);
  });

  it('other threads do not cut them', () => {
    expect(show(ran('0 10 a:1\n10 90 @2 b:2\n20 20 a:1', 30))).toEqual(['a:1 0-30 (30 ms) 10 > 20 > 20']);
  });

  it('a lazy import within a long call does not make it an import', () => {
    expect(
      show(ran('0 10 a:1 sklearn\n10 20 a:1 sklearn IMPORT joblib\n15 30 a:1 sklearn\n50 30 b:2', 60))[0],
    ).not.toContain('(import)');
  });

  it('end with their process, not with the run', () => {
    expect(show(ran('0 10 a:1', 1000, 40))).toEqual(['a:1 0-40 (40 ms) 10 > 10 > 10']);
  });

  it("of any profile: spans in order, and a step's spans add up to its time", () => {
    fc.assert(
      fc.property(randomProfile, (profile) => {
        const ownership = computeOwnership(profile);
        for (let process = 0; process < profile.processes.length; process++) {
          const steps = computeSteps(profile, ownership, process);
          const spans = computeStepSpans(profile, ownership, process, steps);
          steps.forEach((step, i) => {
            const mine = spans.filter((span) => span.step === i);
            const busy = mine.reduce((sum, span) => sum + span.end - span.start, 0);
            expect(Math.abs(busy - step.busy)).toBeLessThanOrEqual(1e-6 * (1 + busy));
            expect(mine[0]!.start).toBe(step.start);
            expect(mine.at(-1)!.end).toBe(step.end);
            expect(step.rssMax).toBeGreaterThanOrEqual(step.rssAfter);
          });
          for (let i = 1; i < spans.length; i++) expect(spans[i]!.start).toBeGreaterThanOrEqual(spans[i - 1]!.end);
        }
      }),
    );
  });
});
