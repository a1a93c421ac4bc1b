// Runs for the tests of `fit`, from text: levels in MiB at equal steps of time, "10 40/25 10" with pages of files after the
// stroke.
import { emptyTable, TableBuilder } from '#profile/build.ts';
import type { Profile } from '#profile/types.ts';
import { profileFromText, TEST_META } from './profiles.ts';

const MIB = 2 ** 20;
export const STEP_MS = 100;

export interface TestRun {
  /** VmHWM in MiB; absent: the largest level. */
  readonly hwm?: number;
  readonly python?: string;
  /** MiB of resident pages by path, as read while it ran; absent: never read. */
  readonly files?: Readonly<Record<string, number>>;
}

/** One process that is read in the middle of each step. */
export function runFromText(levels: string, { hwm, python, files }: TestRun = {}): Profile {
  const samples = new TableBuilder('samples');
  const steps = levels
    .trim()
    .split(/\s+/)
    .map((word) => word.split('/').map((mib) => Number(mib) * MIB));
  steps.forEach(([rss, file = 0], i) => {
    samples.add({ ...SAMPLE, time: (i + 0.5) * STEP_MS, rss: rss!, anon: rss! - file, file });
  });
  const largest = steps.findIndex(([rss]) => rss === Math.max(...steps.map(([bytes]) => bytes!)));
  const durationMs = steps.length * STEP_MS;
  const environment = {
    ...TEST_META.environment,
    python: python === undefined ? null : { ...PYTHON, version: python },
  };
  const profile = profileFromText('app.py:main:1 = 1 MiB', {
    hwm: hwm === undefined ? steps[largest]![0]! : hwm * MIB,
    meta: { durationMs, environment, ...(files && { mappedFiles: [readingOf(files)] }) },
  });
  return {
    ...profile,
    processes: { ...profile.processes, end: Float64Array.of(durationMs) },
    moments: { ...profile.moments, time: Float64Array.of((largest + 0.5) * STEP_MS) },
    samples: samples.finish(),
    activity: emptyTable('activity'),
  };
}

function readingOf(files: Readonly<Record<string, number>>) {
  const rows = Object.entries(files).map(([path, mib]) => ({ path, bytes: mib * MIB }));
  return { process: 0, time: STEP_MS / 2, files: rows };
}

const SAMPLE = {
  process: 0,
  shmem: 0,
  swap: 0,
  pss: Number.NaN,
  pssFile: Number.NaN,
  pssShmem: Number.NaN,
  privateBytes: Number.NaN,
  hugeAnon: Number.NaN,
  hugetlb: Number.NaN,
  threads: 1,
  minorFaults: 0,
  majorFaults: 0,
};

const PYTHON = {
  executable: '/usr/bin/python3',
  implementation: 'cpython',
  prefix: '/usr',
  basePrefix: '/usr',
  libraryPaths: [],
  freeThreaded: false,
};
