// Profiles that hold little, or texts that try to be markup.
import { MOMENT_KIND, NOT_COUNTED, type Profile } from '#profile/types.ts';
import { TEST_META } from './profiles.ts';
import { MIB, ProfileMaker, SITE } from './ui-fixtures-maker.ts';

/** No agent: only what the kernel says from outside. */
export function profileWithoutAgent(): Profile {
  const maker = new ProfileMaker();
  maker.process(77, -1, 'sleep', 3, 0, 900, false);
  for (let time = 0; time < 900; time += 100) maker.sample(0, time, 3 * MIB, false);
  return maker.finish({ title: 'sleep', durationMs: 900 });
}

/** Killed at once: no reading at all, the end not seen. */
export function cutOffProfile(): Profile {
  const maker = new ProfileMaker();
  maker.process(78, -1, 'train.py', Number.NaN, 0, Number.NaN, false);
  return maker.finish({
    title: 'train.py',
    durationMs: 0,
    complete: false,
    exit: { kind: 'signaled', signal: 9, name: 'SIGKILL' },
  });
}

/** Not even a process. */
export function nothingProfile(): Profile {
  return new ProfileMaker().finish({ title: '', exit: { kind: 'unknown' }, complete: false });
}

const HOSTILE = `"'><img src=x onerror="window.hacked=1"></script><script>window.hacked=1</script><!--`;

/** Every text that comes from outside tries to be markup. */
export function hostileProfile(): Profile {
  const maker = new ProfileMaker();
  const file = `/home/me/${HOSTILE}.py`.replaceAll(':', '');
  const func = HOSTILE.replaceAll(':', '');
  maker.process(1, -1, HOSTILE, 100, 0, 1000, true);
  maker.process(2, 0, HOSTILE, 50, 0, 1000, true);
  maker.moments.add({
    kind: MOMENT_KIND.processPeak,
    process: 0,
    time: 500,
    resident: 100 * MIB,
    shared: Number.NaN,
    ...NOT_COUNTED,
  });
  maker.moments.add({
    kind: MOMENT_KIND.processPeak,
    process: 1,
    time: 500,
    resident: 50 * MIB,
    shared: Number.NaN,
    ...NOT_COUNTED,
  });
  maker.moments.add({
    kind: MOMENT_KIND.treePeak,
    process: -1,
    time: 500,
    resident: 150 * MIB,
    shared: Number.NaN,
    ...NOT_COUNTED,
  });
  maker.moments.add({
    kind: MOMENT_KIND.processEnd,
    process: 0,
    time: 1000,
    resident: 1,
    shared: Number.NaN,
    ...NOT_COUNTED,
  });
  for (let time = 0; time <= 1000; time += 100) {
    maker.sample(0, time, 90 * MIB, true);
    maker.sample(1, time, 40 * MIB, true);
    maker.activity.add({
      process: 0,
      time,
      rss: 90 * MIB,
      stack: maker.stack(`${file}:${func}:1`),
      thread: 1,
      ...NOT_COUNTED,
    });
  }
  maker.held({ path: `${file}:${func}:1`, mib: 80 });
  maker.held({ path: `${file}:${func}:1 > ${SITE}/${func}/x.py:${func}:2`, mib: 8 });
  maker.source(file, `${HOSTILE}\n${HOSTILE}`);
  return maker.finish({
    title: HOSTILE,
    command: [HOSTILE],
    workingDirectory: HOSTILE,
    notes: [{ severity: 'warning', code: HOSTILE, text: HOSTILE, process: 0 }],
    environment: { ...TEST_META.environment, packages: [{ name: HOSTILE, version: HOSTILE }] },
  });
}
