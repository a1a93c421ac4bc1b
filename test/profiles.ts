// Profiles from text you can read, for tests. A line is a stack, outermost call first, and what it holds:
//
//   app.py:main:3 > lib/site-packages/np.py:ones:9 = 64 MiB            alive at the peak, exact
//   app.py:main:4 = 512 KiB python ~8                                  8 samples of small Python objects
//   app.py:main:5 = 2 MiB calloc freed                                 allocated, but not alive at the peak
//   app.py:main:6 > [lib/np.so]fill = 1 MiB                            a function of native code
//   (native) = 1 MiB                                                   no stack at all

import { ensure } from '#base/assert.ts';
import { parseBytes } from '#base/format.ts';
import { emptyTable, FrameTableBuilder, StackTableBuilder, StringTableBuilder, TableBuilder } from '#profile/build.ts';
import { DOMAIN, FRAME_KIND, HWM_SOURCE, type Meta, MOMENT_KIND, NOT_COUNTED, type Profile } from '#profile/types.ts';

const LINE = /^(.*?)\s*=\s*([\d.]+\s*[KMG]?i?B)((?:\s+\S+)*)$/;
const FRAME = /^(.+?):([^:]+):(-?\d+)$/;
const NATIVE_FRAME = /^\[(.*)\](.+)$/;

export const TEST_META: Meta = {
  version: 1,
  tool: { name: 'highwater', version: '0.0.0' },
  command: ['python3', 'app.py'],
  title: 'app.py',
  workingDirectory: '/home/me/project',
  startedAt: Date.UTC(2026, 0, 2, 3, 4, 5),
  durationMs: 1000,
  exit: { kind: 'exited', code: 0 },
  complete: true,
  usage: null,
  environment: {
    kernel: '6.1',
    architecture: 'x64',
    libc: 'glibc 2.36',
    cores: 2,
    coreLimit: null,
    machineMemory: 16 * 2 ** 30,
    swapTotal: 0,
    pageBytes: 4096,
    python: null,
    packages: [],
    allocators: [],
    threading: [],
    limits: { addressSpace: null, data: null },
  },
  cgroup: null,
  ownCost: null,
  notes: [],
};

export interface TestProfile {
  /** Peak that the kernel reports for the one process. */
  readonly hwm?: number;
  readonly meta?: Partial<Meta>;
  /** Source text by "file:line". */
  readonly sources?: Readonly<Record<string, string>>;
}

/** One process, one moment (its peak, at 500 ms), rows as the text says. */
export function profileFromText(text: string, options: TestProfile = {}): Profile {
  const strings = new StringTableBuilder();
  const frames = new FrameTableBuilder();
  const stacks = new StackTableBuilder();
  const live = new TableBuilder('live');
  const churn = new TableBuilder('churn');
  for (const raw of text.split('\n')) {
    if (raw.trim() === '') continue;
    const [, path, size, words] = ensure(LINE.exec(raw.trim()), `test line '${raw}'`);
    let stack = -1;
    if (path !== '(native)') {
      for (const part of path!.split('>')) {
        const native = NATIVE_FRAME.exec(part.trim());
        const [, file, func, line] = native ?? ensure(FRAME.exec(part.trim()), `test frame '${part}'`);
        const kind = native ? FRAME_KIND.native : FRAME_KIND.python;
        const frame = frames.intern(strings.intern(file!), strings.intern(func!), Number(line ?? -1), kind);
        stack = stacks.intern(stack, frame);
      }
    }
    addRow(live, churn, stack, ensure(parseBytes(size!), size!), words!.trim().split(/\s+/));
  }
  const processes = new TableBuilder('processes');
  const hwm = options.hwm ?? 100 * 2 ** 20;
  processes.add({
    pid: 100,
    parent: -1,
    name: strings.intern('app.py'),
    command: strings.intern('python3 app.py'),
    start: 0,
    end: 1000,
    hwm,
    hwmSource: HWM_SOURCE.atExit,
    traced: 1,
    python: strings.intern('3.11.7'),
    mean: 65536,
    agentBytes: 1 << 20,
    inherited: 0,
  });
  const moments = new TableBuilder('moments');
  moments.add({
    kind: MOMENT_KIND.processPeak,
    process: 0,
    time: 500,
    resident: hwm,
    shared: Number.NaN,
    ...NOT_COUNTED,
  });
  const sources = new TableBuilder('sources');
  for (const [place, text] of Object.entries(options.sources ?? {})) {
    const [file, line] = place.split(':');
    sources.add({ file: strings.intern(file!), line: Number(line), text: strings.intern(text) });
  }
  return {
    meta: { ...TEST_META, ...options.meta },
    strings: strings.finish(),
    processes: processes.finish(),
    frames: frames.finish(),
    stacks: stacks.finish(),
    samples: emptyTable('samples'),
    activity: emptyTable('activity'),
    system: emptyTable('system'),
    areas: emptyTable('areas'),
    files: emptyTable('files'),
    imports: emptyTable('imports'),
    moments: moments.finish(),
    live: live.finish(),
    churn: churn.finish(),
    lifetimes: emptyTable('lifetimes'),
    failed: emptyTable('failed'),
    sources: sources.finish(),
  };
}

function addRow(
  live: TableBuilder<'live'>,
  churn: TableBuilder<'churn'>,
  stack: number,
  bytes: number,
  words: readonly string[],
): void {
  const domain = DOMAIN[(words.find((word) => word in DOMAIN) ?? 'malloc') as keyof typeof DOMAIN];
  const samples = Number(words.find((word) => word.startsWith('~'))?.slice(1) ?? 0);
  const exact = samples === 0 ? bytes : 0;
  const variance = samples === 0 ? 0 : bytes ** 2 / samples;
  const freed = words.includes('freed');
  const common = { process: 0, stack, domain, blocks: 1, samples, variance };
  churn.add({ ...common, allocated: bytes, exactAllocated: exact, freed: freed ? bytes : 0 });
  if (!freed) live.add({ ...common, moment: 0, bytes, exactBytes: exact, resident: Number.NaN });
}
