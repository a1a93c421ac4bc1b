// Any profile that keeps the invariants of src/profile/validate.ts, for property tests: names may be hostile, figures may
// be absent, times may meet.
import fc from 'fast-check';
import { StackTableBuilder, StringTableBuilder, TableBuilder } from '#profile/build.ts';
import { SCHEMA, type TableName } from '#profile/schema.ts';
import { DOMAIN, FRAME_KIND, HWM_SOURCE, type Meta, MOMENT_KIND, type Profile } from '#profile/types.ts';
import { TEST_META } from './profiles.ts';

const MIB = 2 ** 20;

export const hostileText = fc.oneof(
  fc.string({ maxLength: 20, unit: 'binary' }),
  fc.constantFrom(
    '',
    'train.py',
    '日本語のファイル.py',
    'a;b c\td',
    '\u001b[31mred\u001b[0m',
    '=1+1',
    '"q",',
    '‮gpj',
    '\ud800',
  ),
);
const path = fc.oneof(
  hostileText,
  fc.constantFrom(
    '/home/me/project/app.py',
    '/home/me/project/lib/model.py',
    '/usr/lib/python3.11/json/decoder.py',
    '/venv/lib/python3.11/site-packages/sklearn/tree.py',
    '<frozen importlib._bootstrap>',
    '<string>',
  ),
);

const bytes = fc.double({ min: 0, max: 2 ** 40, noNaN: true }).map(Math.floor);
const bytesOrNaN = fc.oneof({ weight: 4, arbitrary: bytes }, { weight: 1, arbitrary: fc.constant(Number.NaN) });
const time = fc.double({ min: 0, max: 1e6, noNaN: true });
const domain = fc.constantFrom(...Object.values(DOMAIN));

const figures = fc.record({
  bytes,
  exactShare: fc.double({ min: 0, max: 1, noNaN: true }),
  samples: fc.nat(200),
  blocks: fc.double({ min: 0, max: 1e6, noNaN: true }),
  residentShare: fc.oneof(fc.constant(Number.NaN), fc.double({ min: 0, max: 1, noNaN: true })),
});

const shape = fc.record({
  strings: fc.uniqueArray(path, { minLength: 1, maxLength: 8 }),
  processes: fc.array(
    fc.record({
      up: fc.nat(),
      hwm: bytesOrNaN,
      source: fc.constantFrom(...Object.values(HWM_SOURCE)),
      start: time,
      end: fc.oneof(time, fc.constant(Number.NaN)),
      traced: fc.nat(1),
    }),
    { minLength: 1, maxLength: 4 },
  ),
  frames: fc.array(
    fc.record({
      kind: fc.oneof({ weight: 2, arbitrary: fc.constant(0) }, { weight: 1, arbitrary: fc.constant(1) }),
      file: fc.nat(),
      func: fc.nat(),
      line: fc.integer({ min: -1, max: 500 }),
    }),
    { maxLength: 8 },
  ),
  stacks: fc.array(fc.record({ frame: fc.nat(), up: fc.nat() }), { maxLength: 20 }),
  samples: fc.array(fc.record({ process: fc.nat(), time, rss: bytes, pss: bytesOrNaN, split: fc.boolean() }), {
    maxLength: 20,
  }),
  activity: fc.array(fc.record({ process: fc.nat(), time, rss: bytes, stack: fc.nat(), thread: fc.nat(2) }), {
    maxLength: 20,
  }),
  system: fc.array(fc.record({ time, cgroupUsage: bytesOrNaN }), { maxLength: 5 }),
  moments: fc.array(
    fc.record({ tree: fc.boolean(), process: fc.nat(), time, resident: bytesOrNaN, shared: bytesOrNaN }),
    { maxLength: 3 },
  ),
  imports: fc.array(
    fc.record({ process: fc.nat(), stack: fc.nat(), up: fc.nat(), times: fc.tuple(time, time, time) }),
    {
      maxLength: 6,
    },
  ),
  areas: fc.array(fc.record({ process: fc.nat(), time, bytes, counted: fc.boolean() }), { maxLength: 5 }),
  files: fc.array(
    fc.record({
      process: fc.nat(),
      time,
      path: fc.nat(),
      kind: fc.nat(1),
      resident: bytes,
      pss: bytesOrNaN,
      reserved: bytesOrNaN,
    }),
    { maxLength: 8 },
  ),
  live: fc.array(fc.record({ moment: fc.nat(), process: fc.nat(), stack: fc.nat(), domain, figures }), {
    maxLength: 30,
  }),
  churn: fc.array(fc.record({ process: fc.nat(), stack: fc.nat(), domain, figures }), { maxLength: 30 }),
  lifetimes: fc.array(
    fc.record({ process: fc.nat(), stack: fc.nat(), domain, figures, birth: fc.nat(9), lived: fc.nat(9) }),
    { maxLength: 30 },
  ),
  failed: fc.array(
    fc.record({ process: fc.nat(), time, stack: fc.nat(), domain, bytes, held: bytes, limit: fc.option(bytes) }),
    { maxLength: 4 },
  ),
  sources: fc.array(fc.record({ file: fc.nat(), line: fc.integer({ min: 1, max: 500 }), text: hostileText }), {
    maxLength: 5,
  }),
  meta: fc.record({
    title: hostileText,
    complete: fc.boolean(),
    durationMs: time,
    exit: fc.constantFrom<Meta['exit']>(
      { kind: 'exited', code: 0 },
      { kind: 'exited', code: 3 },
      { kind: 'signaled', signal: 9, name: 'SIGKILL' },
      { kind: 'unknown' },
    ),
    cgroup: fc.option(
      fc.record({
        version: fc.constant(2 as const),
        path: hostileText,
        limit: fc.option(bytes),
        peak: fc.option(bytes),
        peakAtStart: fc.option(bytes),
        limitHits: fc.nat(),
        oomKills: fc.nat(2),
      }),
    ),
    ownCost: fc.option(fc.record({ hostCpuMs: time, hostPeakRss: bytes, besideCpuMs: time, agentBytes: bytes })),
    notes: fc.array(
      fc.record({
        severity: fc.constantFrom('info' as const, 'warning' as const),
        code: fc.constant('some-code'),
        text: hostileText,
        process: fc.constant(-1),
      }),
      { maxLength: 3 },
    ),
  }),
});

type Shape = typeof shape extends fc.Arbitrary<infer T> ? T : never;

export const randomProfile: fc.Arbitrary<Profile> = shape.map(profileOf);

function profileOf(spec: Shape): Profile {
  const strings = new StringTableBuilder();
  const names = spec.strings.map((text) => strings.intern(text));
  const name = (n: number) => names[n % names.length]!;
  const process = (n: number) => n % spec.processes.length;
  const frames = uniqueFrames(spec, name);
  const stacks = new StackTableBuilder();
  let stackCount = 0;
  for (const { frame, up } of frames.length === 0 ? [] : spec.stacks) {
    const row = stacks.intern(stackCount === 0 ? -1 : (up % (stackCount + 1)) - 1, frame % frames.length);
    stackCount = Math.max(stackCount, row + 1);
  }
  const stack = (n: number) => (n % (stackCount + 1)) - 1;
  const byTime = <T extends { time: number }>(rows: readonly T[]) => [...rows].sort((a, b) => a.time - b.time);
  const sources = rowsOf(
    'sources',
    spec.sources.map((s) => ({ file: name(s.file), line: s.line, text: strings.intern(s.text) })),
  );
  return {
    meta: { ...TEST_META, ...spec.meta, intervals: { count: 10, width: Math.max(1, spec.meta.durationMs / 10) } },
    processes: rowsOf(
      'processes',
      spec.processes.map((p, i) => ({
        pid: 100 + i,
        parent: i === 0 ? -1 : p.up % i,
        name: name(p.up),
        command: name(p.up),
        start: p.start,
        end: p.end,
        hwm: p.hwm,
        hwmSource: p.source,
        traced: p.traced,
        python: 0,
        mean: 65536,
        agentBytes: MIB,
        inherited: 0,
      })),
    ),
    frames: frames.table,
    stacks: stacks.finish(),
    samples: rowsOf(
      'samples',
      byTime(spec.samples).map((s) => ({
        process: process(s.process),
        time: s.time,
        rss: s.rss,
        anon: s.split ? s.rss / 2 : Number.NaN,
        file: s.split ? s.rss / 2 : Number.NaN,
        shmem: s.split ? 0 : Number.NaN,
        swap: 0,
        pss: s.pss,
        pssFile: s.split ? s.pss / 4 : Number.NaN,
        pssShmem: s.split ? s.pss / 4 : Number.NaN,
        privateBytes: s.pss,
        hugeAnon: s.split ? s.pss / 8 : Number.NaN,
        hugetlb: s.split ? 0 : Number.NaN,
        threads: 1,
        minorFaults: 0,
        majorFaults: 0,
      })),
    ),
    activity: rowsOf(
      'activity',
      byTime(spec.activity).map((a) => ({
        ...a,
        process: process(a.process),
        stack: stack(a.stack),
        mallocLive: a.rss / 2,
        pythonLive: Number.NaN,
      })),
    ),
    system: rowsOf(
      'system',
      byTime(spec.system).map((s) => ({ ...s, cgroupCache: Number.NaN, available: 1e9 })),
    ),
    moments: rowsOf(
      'moments',
      spec.moments.map((m) => ({
        kind: m.tree ? MOMENT_KIND.treePeak : MOMENT_KIND.processPeak,
        process: m.tree ? -1 : process(m.process),
        time: m.time,
        resident: m.resident,
        shared: m.shared,
      })),
    ),
    areas: rowsOf(
      'areas',
      byTime(spec.areas).map((a) => areaRow(a, process(a.process))),
    ),
    files: rowsOf(
      'files',
      byTime(spec.files).map((f) => ({ ...f, process: process(f.process), path: name(f.path) })),
    ),
    imports: rowsOf('imports', importRows(spec, process, stack)),
    live: liveRows(spec, process, stack),
    churn: rowsOf(
      'churn',
      spec.churn.map((c) => {
        const { bytes: allocated, exactBytes: exactAllocated, ...rest } = tallied(c.figures);
        return {
          process: process(c.process),
          stack: stack(c.stack),
          domain: c.domain,
          allocated,
          exactAllocated,
          freed: allocated / 2,
          ...rest,
        };
      }),
    ),
    lifetimes: rowsOf(
      'lifetimes',
      spec.lifetimes.map((l) => ({
        process: process(l.process),
        stack: stack(l.stack),
        domain: l.domain,
        birth: l.birth,
        death: l.lived > 0 && l.birth + l.lived < 10 ? l.birth + l.lived : -1,
        ...tallied(l.figures),
        resident: l.figures.bytes / 2,
      })),
    ),
    failed: rowsOf(
      'failed',
      byTime(spec.failed).map(({ held, limit, ...f }) => ({
        ...f,
        process: process(f.process),
        stack: stack(f.stack),
        addressSpace: held,
        resident: held / 2,
        data: held / 2,
        addressSpaceLimit: limit ?? Number.NaN,
        dataLimit: Number.NaN,
      })),
    ),
    sources,
    strings: strings.finish(),
  };
}

function uniqueFrames(spec: Shape, name: (n: number) => number) {
  const seen = new Set<string>();
  const rows = spec.frames
    .map((f) => ({
      kind: f.kind,
      file: name(f.file),
      func: name(f.func),
      line: f.kind === FRAME_KIND.native ? -1 : f.line,
    }))
    .filter((f) => !seen.has(JSON.stringify(f)) && seen.add(JSON.stringify(f)));
  return { length: rows.length, table: rowsOf('frames', rows) };
}

function importRows(spec: Shape, process: (n: number) => number, stack: (n: number) => number) {
  return spec.imports
    .filter((row) => stack(row.stack) >= 0)
    .map((row, i) => {
      const [timeLow, between, timeHigh] = row.times.toSorted((a, b) => a - b) as [number, number, number];
      const parent = (row.up % (i + 1)) - 1;
      const times = { first: 0, time: between, timeLow, timeHigh };
      return { process: process(row.process), stack: stack(row.stack), parent, ...times };
    });
}

function liveRows(spec: Shape, process: (n: number) => number, stack: (n: number) => number): Profile['live'] {
  const seen = new Set<string>();
  const rows =
    spec.moments.length === 0
      ? []
      : spec.live.map((l) => ({
          moment: l.moment % spec.moments.length,
          process: process(l.process),
          stack: stack(l.stack),
          domain: l.domain,
          ...tallied(l.figures),
          resident: l.figures.bytes * l.figures.residentShare,
        }));
  return rowsOf(
    'live',
    rows.filter((row) => {
      const key = `${row.moment},${row.process},${row.stack},${row.domain}`;
      return !seen.has(key) && seen.add(key);
    }),
  );
}

function tallied(f: { bytes: number; exactShare: number; samples: number; blocks: number }) {
  const exactBytes = f.samples === 0 ? f.bytes : f.bytes * f.exactShare;
  const variance = f.samples === 0 ? 0 : (f.bytes - exactBytes) ** 2 / f.samples;
  return { bytes: f.bytes, exactBytes, samples: f.samples, blocks: f.blocks, variance };
}

function rowsOf<T extends TableName>(table: T, rows: readonly Record<string, number>[]): Profile[T] {
  const builder = new TableBuilder(table);
  const columns = Object.keys(SCHEMA[table]);
  for (const row of rows) {
    builder.add(
      Object.fromEntries(columns.map((column) => [column, row[column]!])) as Parameters<typeof builder.add>[0],
    );
  }
  return builder.finish();
}

/** Every kind as large as the others, so that the sum is that of the process. */
function areaRow(spec: { time: number; bytes: number; counted: boolean }, process: number) {
  const kinds = Object.keys(SCHEMA.areas).filter((column) => !AREA_FACTS.includes(column));
  const live = spec.counted ? spec.bytes / 2 : Number.NaN;
  return {
    process,
    time: spec.time,
    resident: 9 * spec.bytes,
    shared: spec.bytes,
    mallocLive: live,
    pythonLive: live,
    untouched: 0,
    trimmable: Number.NaN,
    huge: Number.NaN,
    heapGrown: Number.NaN,
    ...(Object.fromEntries(kinds.map((kind) => [kind, spec.bytes])) as Record<string, number>),
  };
}

const AREA_FACTS = [
  'process',
  'time',
  'resident',
  'shared',
  'mallocLive',
  'pythonLive',
  'untouched',
  'trimmable',
  'huge',
  'heapGrown',
];
