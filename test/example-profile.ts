// One run as reports meet it: a script that imports, loads, fits and saves, with every table filled.

import { emptyTable, FrameTableBuilder, StackTableBuilder, StringTableBuilder, TableBuilder } from '#profile/build.ts';
import { DOMAIN, HWM_SOURCE, MOMENT_KIND, NOT_COUNTED, type Profile } from '#profile/types.ts';
import { TEST_META } from './profiles.ts';

const MIB = 2 ** 20;
const APP = '/home/me/project/train.py';
const SITE = '/venv/lib/python3.11/site-packages';

export function exampleProfile(): Profile {
  const strings = new StringTableBuilder();
  const frames = new FrameTableBuilder();
  const stacks = new StackTableBuilder();
  const stackOf = (...calls: readonly [file: string, func: string, line: number][]) =>
    calls.reduce(
      (parent, [file, func, line]) =>
        stacks.intern(parent, frames.intern(strings.intern(file), strings.intern(func), line)),
      -1,
    );
  const importing = ['<frozen importlib._bootstrap>', '_find_and_load', 1176] as [string, string, number];
  const main = [APP, '<module>', 30] as [string, string, number];
  const imports = stackOf([APP, '<module>', 1], importing, [`${SITE}/sklearn/__init__.py`, '<module>', 5]);
  const startup = stackOf(['<frozen site>', '<module>', 600]);
  const load = stackOf(main, [APP, 'main', 12], [`${SITE}/pandas/io/parsers.py`, 'read_csv', 900]);
  const fit = stackOf(main, [APP, 'main', 14], [`${SITE}/sklearn/tree.py`, 'fit', 77]);
  const save = stackOf(main, [APP, 'main', 20], ['/usr/lib/python3.11/pickle.py', 'dump', 40]);
  const processes = new TableBuilder('processes');
  const hwm = 412.5 * MIB;
  processes.add({
    pid: 4242,
    parent: -1,
    name: strings.intern('train.py'),
    command: strings.intern('python3 train.py --fast'),
    start: 0,
    end: 8100,
    hwm,
    hwmSource: HWM_SOURCE.atExit,
    traced: 1,
    python: strings.intern('3.11.7'),
    mean: 65536,
    agentBytes: MIB,
    inherited: 0,
  });
  const moments = new TableBuilder('moments');
  moments.add({
    kind: MOMENT_KIND.processPeak,
    process: 0,
    time: 3200,
    resident: 412 * MIB,
    shared: 123.6 * MIB,
    mallocLive: 240 * MIB,
    pythonLive: 42.5 * MIB,
    pythonHeld: MIB,
    heapGrown: Number.NaN,
    allocated: 802 * MIB,
  });
  const live = new TableBuilder('live');
  const churn = new TableBuilder('churn');
  const held = (stack: number, domain: number, mib: number, samples: number, allocatedMib: number, blocks: number) => {
    const exact = samples === 0;
    const row = (amount: number) => ({
      process: 0,
      stack,
      domain,
      blocks,
      samples,
      variance: exact ? 0 : (amount * MIB) ** 2 / samples,
    });
    if (mib > 0)
      live.add({ ...row(mib), moment: 0, bytes: mib * MIB, exactBytes: exact ? mib * MIB : 0, resident: Number.NaN });
    churn.add({
      ...row(allocatedMib),
      allocated: allocatedMib * MIB,
      exactAllocated: exact ? allocatedMib * MIB : 0,
      freed: (allocatedMib - mib) * MIB,
    });
  };
  held(fit, DOMAIN.malloc, 180, 0, 512, 40);
  held(fit, DOMAIN.python, 12, 190, 30, 150_000);
  held(load, DOMAIN.malloc, 64, 0, 128, 10);
  held(load, DOMAIN.mmapFile, 200, 0, 200, 1);
  held(imports, DOMAIN.python, 24, 380, 31, 300_000);
  held(startup, DOMAIN.python, 6, 96, 9, 60_000);
  held(save, DOMAIN.malloc, 0.4, 4, 90, 4);
  held(-1, DOMAIN.malloc, 2, 0, 2, 3);
  const timed = new TableBuilder('imports');
  timed.add({ process: 0, stack: imports, parent: -1, first: 300, time: 640, timeLow: 620, timeHigh: 655 });
  const samples = new TableBuilder('samples');
  const activity = new TableBuilder('activity');
  const rss = [9, 30, 60, 110, 150, 160, 250, 330, 412, 300, 280, 150, 150, 170, 160, 150];
  const ran = [startup, imports, imports, load, load, load, fit, fit, fit, fit, fit, save, save, save, save, save];
  rss.forEach((mib, i) => {
    const bytes = mib * MIB;
    const common = { process: 0, rss: bytes };
    samples.add({
      ...common,
      time: i * 400 + 8,
      anon: bytes * 0.7,
      file: bytes * 0.3,
      shmem: 0,
      swap: 0,
      pss: bytes * 0.9,
      pssFile: Number.NaN,
      pssShmem: Number.NaN,
      privateBytes: bytes * 0.8,
      hugeAnon: Number.NaN,
      hugetlb: Number.NaN,
      threads: 2,
      minorFaults: i * 1000,
      majorFaults: 0,
    });
    activity.add({ ...common, time: i * 400, stack: ran[i]!, thread: 1, ...NOT_COUNTED });
  });
  const areas = new TableBuilder('areas');
  const pages = { data: 1.5, heaps: 41, blocks: 200, arenas: 43.5, mapped: 0, stacks: 0.2, agent: 1.5, other: 0 };
  const mebibytes = (suffix: string, times: number) =>
    Object.fromEntries(Object.entries(pages).map(([kind, mib]) => [`${kind}${suffix}`, mib * times * MIB]));
  areas.add({
    process: 0,
    time: 3200,
    resident: 412 * MIB,
    shared: 123.6 * MIB,
    mallocLive: 240 * MIB,
    pythonLive: 42.5 * MIB,
    untouched: 0,
    trimmable: Number.NaN,
    huge: Number.NaN,
    heapGrown: Number.NaN,
    ...(mebibytes('', 1) as typeof pages),
    ...(mebibytes('Reserved', 1) as Record<`${keyof typeof pages}Reserved`, number>),
  });
  const sources = new TableBuilder('sources');
  const source = (line: number, text: string) =>
    sources.add({ file: strings.intern(APP), line, text: strings.intern(text) });
  source(1, 'from sklearn.tree import DecisionTreeClassifier');
  source(12, '    frame = pd.read_csv(path)');
  source(14, '    model.fit(frame[columns], frame["y"])');
  source(20, '    pickle.dump(model, out)');
  return {
    meta: {
      ...TEST_META,
      title: 'train.py',
      command: ['python3', 'train.py', '--fast'],
      durationMs: 8100,
      cgroup: {
        version: 2,
        path: '/app',
        limit: 8 * 2 ** 30,
        peak: 900 * MIB,
        peakAtStart: 100 * MIB,
        limitHits: 0,
        oomKills: 0,
      },
      ownCost: { hostCpuMs: 190, hostPeakRss: 60 * MIB, besideCpuMs: 85, agentBytes: 1.5 * MIB },
      notes: [
        {
          severity: 'warning',
          code: 'agent-foreign-allocator',
          text: 'jemalloc was loaded; its blocks are not seen.',
          process: 0,
        },
      ],
    },
    strings: strings.finish(),
    processes: processes.finish(),
    frames: frames.finish(),
    stacks: stacks.finish(),
    samples: samples.finish(),
    activity: activity.finish(),
    system: emptyTable('system'),
    areas: areas.finish(),
    files: emptyTable('files'),
    imports: timed.finish(),
    moments: moments.finish(),
    live: live.finish(),
    churn: churn.finish(),
    lifetimes: emptyTable('lifetimes'),
    sources: sources.finish(),
    failed: emptyTable('failed'),
  };
}
