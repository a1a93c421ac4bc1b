// Building the profiles of the page tests: one call a process, a sample, a block of memory.
import { emptyTable, FrameTableBuilder, StackTableBuilder, StringTableBuilder, TableBuilder } from '#profile/build.ts';
import { DOMAIN, FILE_KIND, HWM_SOURCE, type Meta, type Profile } from '#profile/types.ts';
import { TEST_META } from './profiles.ts';

export const MIB = 2 ** 20;
export const SITE = '/usr/lib/python3.11/site-packages';

const INTERVALS = 256;

export interface Held {
  readonly path: string;
  readonly mib: number;
  readonly domain?: keyof typeof DOMAIN;
  readonly samples?: number;
  readonly process?: number;
  readonly freed?: boolean;
  /** Alive at the process's end too. */
  readonly atEnd?: boolean;
}

export class ProfileMaker {
  readonly strings = new StringTableBuilder();
  readonly frames = new FrameTableBuilder();
  readonly stacks = new StackTableBuilder();
  readonly processes = new TableBuilder('processes');
  readonly samples = new TableBuilder('samples');
  readonly activity = new TableBuilder('activity');
  readonly system = new TableBuilder('system');
  readonly moments = new TableBuilder('moments');
  readonly live = new TableBuilder('live');
  readonly churn = new TableBuilder('churn');
  readonly lifetimes = new TableBuilder('lifetimes');
  readonly sources = new TableBuilder('sources');
  readonly imports = new TableBuilder('imports');
  readonly files = new TableBuilder('files');

  /** "file:func:line > ...", outermost first; "" is no Python stack. */
  stack(path: string): number {
    let stack = -1;
    for (const part of path === '' ? [] : path.split(' > ')) {
      const [, file, func, line] = /^(.*):([^:]+):(\d+)$/.exec(part)!;
      stack = this.stacks.intern(
        stack,
        this.frames.intern(this.strings.intern(file!), this.strings.intern(func!), Number(line)),
      );
    }
    return stack;
  }

  process(
    pid: number,
    parent: number,
    name: string,
    hwmMiB: number,
    start: number,
    end: number,
    traced: boolean,
  ): void {
    this.processes.add({
      pid,
      parent,
      name: this.strings.intern(name),
      command: this.strings.intern(`python3 ${name} --pid ${pid}`),
      start,
      end,
      hwm: hwmMiB * MIB,
      hwmSource: traced ? HWM_SOURCE.atExit : HWM_SOURCE.whileRunning,
      traced: traced ? 1 : 0,
      python: this.strings.intern(traced ? '3.11.7' : ''),
      mean: traced ? 65_536 : Number.NaN,
      agentBytes: traced ? 3 * MIB : 0,
      inherited: 0,
    });
  }

  sample(process: number, time: number, rss: number, withPss: boolean): void {
    this.samples.add({
      process,
      time,
      rss,
      anon: rss * 0.86,
      file: rss * 0.12,
      shmem: rss * 0.02,
      swap: 0,
      pss: withPss ? rss * 0.93 : Number.NaN,
      pssFile: Number.NaN,
      pssShmem: Number.NaN,
      privateBytes: withPss ? rss * 0.9 : Number.NaN,
      hugeAnon: Number.NaN,
      hugetlb: Number.NaN,
      threads: process === 0 ? (time > 7000 ? 5 : 2) : 1,
      minorFaults: Math.round(time * 12 + rss / 8192),
      majorFaults: 3,
    });
  }

  held(held: Held): void {
    const stack = this.stack(held.path);
    const process = held.process ?? 0;
    const bytes = Math.round(held.mib * MIB);
    const samples = held.samples ?? 0;
    const domain = DOMAIN[held.domain ?? 'malloc'];
    const variance = samples === 0 ? 0 : bytes ** 2 / samples;
    const exact = samples === 0 ? bytes : 0;
    const row = { process, stack, domain, blocks: Math.max(1, samples * 40), samples, variance };
    const alive = { ...row, bytes, exactBytes: exact, resident: Number.NaN };
    if (!held.freed) {
      this.live.add({ ...alive, moment: process });
      this.live.add({ ...alive, moment: 2 });
      if (held.atEnd) this.live.add({ ...alive, moment: 3 });
    }
    if (!held.freed) {
      // Each path has a time of its own; what does not last until the end goes in the last quarter.
      const birth = (stack + 2) % (INTERVALS / 2);
      const death = held.atEnd ? -1 : (3 * INTERVALS) / 4;
      this.lifetimes.add({ ...row, birth, death, bytes, exactBytes: exact, resident: bytes });
    }
    this.churn.add({ ...row, allocated: bytes, exactAllocated: exact, freed: held.atEnd ? 0 : bytes });
  }

  /** Files of which a process had pages, read at 7 s: path, resident, PSS and address space in MiB. */
  mappedAtPeak(process: number, files: readonly (readonly [string, number, number, number])[]): void {
    for (const [path, resident, pss, reserved] of files) {
      const kind = path.startsWith('/dev/shm/') ? FILE_KIND.sharedMemory : FILE_KIND.file;
      const sizes = { resident: resident * MIB, pss: pss * MIB, reserved: reserved * MIB };
      this.files.add({ process, time: 7_000, path: this.strings.intern(path), kind, ...sizes });
    }
  }

  /** A module that took `time` ms to import, in the main process; gives its row. */
  imported(path: string, parent: number, first: number, time: number): number {
    const row = { process: 0, stack: this.stack(path), parent, first };
    return this.imports.add({ ...row, time, timeLow: time - 1, timeHigh: time + 2 });
  }

  source(file: string, text: string): void {
    text.split('\n').forEach((line, i) => {
      this.sources.add({ file: this.strings.intern(file), line: i + 1, text: this.strings.intern(line) });
    });
  }

  finish(meta: Partial<Meta>): Profile {
    return {
      meta: { ...TEST_META, ...meta, intervals: { count: INTERVALS, width: (meta.durationMs ?? 1000) / INTERVALS } },
      strings: this.strings.finish(),
      processes: this.processes.finish(),
      frames: this.frames.finish(),
      stacks: this.stacks.finish(),
      samples: this.samples.finish(),
      activity: this.activity.finish(),
      system: this.system.finish(),
      areas: emptyTable('areas'),
      files: this.files.finish(),
      imports: this.imports.finish(),
      moments: this.moments.finish(),
      live: this.live.finish(),
      churn: this.churn.finish(),
      lifetimes: this.lifetimes.finish(),
      failed: emptyTable('failed'),
      sources: this.sources.finish(),
    };
  }
}
