// The rich profile of the page tests: a training run with two helpers, everything filled in, the same on every machine.
import { type Meta, MOMENT_KIND, NOT_COUNTED, type Profile } from '#profile/types.ts';
import { TEST_META } from './profiles.ts';
import { type Held, MIB, ProfileMaker, SITE } from './ui-fixtures-maker.ts';

const APP = '/home/me/project/train.py';

export const RICH_META: Partial<Meta> = {
  title: 'train.py',
  command: ['python3', 'train.py', '--epochs', '3'],
  durationMs: 12_000,
  usage: { userMs: 9_800, systemMs: 1_450, maxRssBytes: 842 * MIB, minorFaults: 212_040, majorFaults: 3 },
  environment: {
    ...TEST_META.environment,
    kernel: '6.1.0-28-amd64',
    machineMemory: 16 * 2 ** 30,
    python: {
      executable: '/usr/bin/python3.11',
      version: '3.11.7',
      implementation: 'CPython',
      prefix: '/usr',
      basePrefix: '/usr',
      libraryPaths: ['/usr/lib/python3.11', SITE],
      freeThreaded: false,
    },
    packages: [
      { name: 'numpy', version: '2.1.3' },
      { name: 'pandas', version: '2.2.3' },
      { name: 'scikit-learn', version: '1.5.2' },
    ],
    threading: [{ library: 'OpenBLAS', threads: 4 }],
  },
  cgroup: {
    version: 2,
    path: '/user.slice/run-12',
    limit: 2 * 2 ** 30,
    peak: 1100 * MIB,
    peakAtStart: 40 * MIB,
    limitHits: 0,
    oomKills: 0,
  },
  ownCost: { hostCpuMs: 180, hostPeakRss: 88 * MIB, besideCpuMs: 120, agentBytes: 6 * MIB },
  notes: [
    { severity: 'warning', code: 'no-agent-in-child', text: 'The agent could not start in this process.', process: 2 },
    { severity: 'info', code: 'pss-interval', text: 'PSS was read every 250 ms.', process: -1 },
  ],
};

const SOURCE = `import numpy as np
import pandas as pd
from sklearn.ensemble import RandomForestClassifier

def load(path):
    frame = pd.read_csv(path)
    values = frame.to_numpy(dtype=np.float64)
    return values, frame["label"]

def scale(x):
    mean = x.mean(axis=0)
    scaled = (x - mean) / x.std(axis=0)
    return scaled

def main():
    x, y = load("data.csv")
    x = scale(x)
    model = RandomForestClassifier(n_estimators=200, n_jobs=2)
    model.fit(x, y)
    model.save("model.bin")

main()`;

// Resident memory in MiB by which the run moves, and the line of train.py that runs: until second, from, to, line.
const PHASES: readonly (readonly [until: number, from: number, to: number, line: number])[] = [
  [1.5, 12, 96, 2],
  [4, 96, 420, 6],
  [5, 420, 610, 7],
  [7, 610, 840, 12],
  [7.5, 840, 512, 17],
  [11, 512, 700, 19],
  [12, 700, 420, 20],
];

const MAIN = `${APP}:<module>:22 > ${APP}:main`;
const IMPORT = '<frozen importlib._bootstrap>:_find_and_load:1176';
const PANDAS = `${APP}:<module>:2 > ${IMPORT} > ${SITE}/pandas/__init__.py:<module>:22`;
const NUMPY = `${PANDAS} > ${IMPORT} > ${SITE}/numpy/__init__.py:<module>:114`;
const NUMPY_CORE = `${NUMPY} > ${IMPORT} > ${SITE}/numpy/_core/__init__.py:<module>:9`;
const SKLEARN = `${APP}:<module>:3 > ${IMPORT} > ${SITE}/sklearn/__init__.py:<module>:81`;
const HELD: readonly Held[] = [
  { path: `${MAIN}:16 > ${APP}:load:6 > ${SITE}/pandas/io/parsers/readers.py:read_csv:1026`, mib: 180 },
  {
    path: `${MAIN}:16 > ${APP}:load:6 > ${SITE}/pandas/io/parsers/readers.py:_read:620`,
    mib: 24,
    domain: 'python',
    samples: 384,
  },
  { path: `${MAIN}:16 > ${APP}:load:7 > ${SITE}/pandas/core/frame.py:to_numpy:1993`, mib: 190, domain: 'calloc' },
  { path: `${MAIN}:17 > ${APP}:scale:12`, mib: 190, atEnd: true },
  { path: `${MAIN}:17 > ${APP}:scale:12`, mib: 380, freed: true },
  { path: `${MAIN}:17 > ${APP}:scale:11`, mib: 0.02, samples: 3 },
  {
    path: `${MAIN}:19 > ${SITE}/sklearn/ensemble/_forest.py:fit:482 > ${SITE}/joblib/parallel.py:__call__:1918`,
    mib: 60,
    samples: 120,
    atEnd: true,
  },
  {
    path: `${MAIN}:19 > ${SITE}/sklearn/ensemble/_forest.py:fit:482 > ${SITE}/numpy/core/numeric.py:zeros_like:129`,
    mib: 64,
    domain: 'mmap',
  },
  {
    path: PANDAS,
    mib: 31,
    domain: 'python',
    samples: 480,
    atEnd: true,
  },
  {
    path: NUMPY,
    mib: 8,
    domain: 'python',
    samples: 120,
    atEnd: true,
  },
  {
    path: NUMPY_CORE,
    mib: 6,
    domain: 'python',
    samples: 90,
    atEnd: true,
  },
  {
    path: SKLEARN,
    mib: 22,
    domain: 'python',
    samples: 330,
    atEnd: true,
  },
  {
    path: `${IMPORT} > /usr/lib/python3.11/site.py:<module>:77`,
    mib: 1.5,
    domain: 'python',
    samples: 22,
  },
  { path: '', mib: 7 },
  { path: `${APP}:<module>:22 > ${SITE}/joblib/externals/loky/backend/spawn.py:work:211`, mib: 96, process: 1 },
  {
    path: `${APP}:<module>:22 > ${SITE}/joblib/externals/loky/backend/spawn.py:load:88`,
    mib: 9,
    domain: 'python',
    samples: 140,
    process: 1,
  },
];

/** Path, resident, PSS and address space in MiB, as one process has them alone. */
const FILES = [
  [`${SITE}/numpy.libs/libopenblas.so`, 20, 20, 41],
  [`${SITE}/sklearn/ensemble/_forest.so`, 14, 14, 18],
  ['/usr/lib/x86_64-linux-gnu/libpython3.11.so.1.0', 4, 4, 7],
  ['/home/me/project/data.csv', 60, 60, 400],
  ['/dev/shm/psm_0a1b2c3d', 16, 16, 16],
] as const;

function halved([path, resident, pss, reserved]: (typeof FILES)[number]): readonly [string, number, number, number] {
  return [path, resident, pss / 2, reserved];
}

/** `grown` MiB more while line 12 runs. */
function residentAt(seconds: number, grown: number): { readonly bytes: number; readonly line: number } {
  let begin = 0;
  for (const [until, from, to, line] of PHASES) {
    const more = line === 12 ? grown : 0;
    if (seconds <= until)
      return { bytes: (from + ((to - from) * (seconds - begin)) / (until - begin) + more) * MIB, line };
    begin = until;
  }
  return { bytes: 420 * MIB, line: 20 };
}

/** Which stack runs at a line of train.py. */
function stackOfLine(maker: ProfileMaker, line: number): number {
  if (line <= 3) return maker.stack(PANDAS);
  if (line === 6 || line === 7) return maker.stack(`${MAIN}:16 > ${APP}:load:${line}`);
  return line === 12 ? maker.stack(`${MAIN}:17 > ${APP}:scale:12`) : maker.stack(`${MAIN}:${line}`);
}

/** Three processes, of which two are traced; the sum of PSS is the peak, or with `alone` the one process's VmHWM. */
export function richProfile({
  alone = false,
  grown = 0,
  meta = {},
}: {
  readonly alone?: boolean;
  /** MiB that line 12 holds more, at the peak and as long as it runs. */
  readonly grown?: number;
  readonly meta?: Partial<Meta>;
} = {}): Profile {
  const maker = new ProfileMaker();
  maker.process(4711, -1, 'train.py', 842 + grown, 0, 12_000, true);
  if (!alone) {
    maker.process(4720, 0, 'loky worker', 148, 6_000, 11_200, true);
    maker.process(4733, 1, 'resource_tracker', 11, 6_100, Number.NaN, false);
  }
  maker.moments.add({
    kind: MOMENT_KIND.processPeak,
    process: 0,
    time: 6_980,
    resident: (838 + grown) * MIB,
    shared: Number.NaN,
    ...NOT_COUNTED,
  });
  maker.moments.add({
    kind: MOMENT_KIND.processPeak,
    process: alone ? 0 : 1,
    time: 9_000,
    resident: 148 * MIB,
    shared: Number.NaN,
    ...NOT_COUNTED,
  });
  maker.moments.add({
    kind: MOMENT_KIND.treePeak,
    process: -1,
    time: 7_000,
    resident: (900 + grown) * MIB,
    shared: Number.NaN,
    ...NOT_COUNTED,
  });
  maker.moments.add({
    kind: MOMENT_KIND.processEnd,
    process: 0,
    time: 12_000,
    resident: 420 * MIB,
    shared: Number.NaN,
    ...NOT_COUNTED,
  });
  for (let time = 0; time <= 12_000; time += 50) addTick(maker, time, alone, grown);
  for (const held of HELD) if (!alone || !held.process) maker.held(held);
  for (const process of alone ? [0] : [0, 1]) maker.mappedAtPeak(process, alone ? FILES : FILES.map(halved));
  const pandas = maker.imported(PANDAS, -1, 180, 640);
  maker.imported(NUMPY_CORE, maker.imported(NUMPY, pandas, 200, 210), 220, 120);
  maker.imported(SKLEARN, -1, 830, 420);
  if (grown > 0)
    maker.held({ path: `${MAIN}:17 > ${APP}:scale:12 > ${SITE}/numpy/core/fromnumeric.py:std:3580`, mib: grown });
  maker.source(APP, SOURCE);
  const notes = alone ? [] : RICH_META.notes!;
  return maker.finish({ ...RICH_META, notes, ...meta });
}

function addTick(maker: ProfileMaker, time: number, alone: boolean, grown: number): void {
  const { bytes, line } = residentAt(time / 1000, grown);
  const withPss = time % 250 === 0;
  maker.sample(0, time, bytes, withPss);
  if (!alone && time >= 6_000 && time < 11_200)
    maker.sample(1, time, Math.min(148, (time - 5_900) / 15) * MIB, withPss);
  if (!alone && time >= 6_100) maker.sample(2, time, 11 * MIB, withPss);
  maker.activity.add({ process: 0, time, rss: bytes, stack: stackOfLine(maker, line), thread: 1, ...NOT_COUNTED });
  maker.system.add({ time, cgroupUsage: bytes * 1.2, cgroupCache: bytes * 0.1, available: 12 * 2 ** 30 - bytes });
}
