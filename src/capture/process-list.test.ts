import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { listProcesses, type StreamOfProcess } from './process-list.ts';
import type { SampledProcess } from './sample-log.ts';
import type { StreamHeader } from './wire.ts';

const S = 1e9;

/** "12<10 1-5": pid 12, child of 10, seen from second 1 to 5 (open: "1-"). */
function sampled(text: string): SampledProcess[] {
  return split(text).map((row) => {
    const [, pid, parentPid, from, to] = /^(\d+)<(\d+) (\S+?)-(\S*)$/.exec(row)!;
    const goneBy = to === '' ? Number.NaN : Number(to) * S;
    return { pid: Number(pid), parentPid: Number(parentPid), firstSeen: Number(from) * S, goneBy } as SampledProcess;
  });
}

/** "12<10 1": a stream of pid 12, child of 10, begun at second 1. */
function streams(text: string): StreamOfProcess[] {
  return split(text).map((row) => {
    const [, pid, parentPid, start] = /^(\d+)<(\d+) (\S+)$/.exec(row)!;
    const header = { pid: Number(pid), parentPid: Number(parentPid), start: Number(start) * S } as StreamHeader;
    return { path: `agent-${pid}@${start}`, header };
  });
}

const split = (text: string) =>
  text
    .split(',')
    .map((row) => row.trim())
    .filter(Boolean);

/** "0: 10 [sampled] +1 stream" as a tree by indentation. */
function list(seen: string, told: string, root = 10): string[] {
  const processes = listProcesses(sampled(seen), streams(told), root, 0);
  const depthOf = (at: number): number => (processes[at]!.parent < 0 ? 0 : 1 + depthOf(processes[at]!.parent));
  return processes.map(({ pid, sampled: row, streams: images }, at) => {
    const marks = `${row >= 0 ? ' seen' : ''}${images.map((image) => ` ${image.header.start / S}`).join('')}`;
    return `${'  '.repeat(depthOf(at))}${pid}${marks}`;
  });
}

describe('the processes of a run', () => {
  test('what was seen and what was told are brought together', () => {
    expect(list('10<1 0-9, 12<10 1-5', '10<1 0.1, 12<10 1.1')).toEqual(['10 seen 0.1', '  12 seen 1.1']);
  });

  test('the root comes first, parents before children, in order of time', () => {
    const seen = '30<20 3-4, 20<10 2-5, 15<10 2.5-3, 10<1 0-9';
    expect(list(seen, '')).toEqual(['10 seen', '  20 seen', '  15 seen', '    30 seen']);
  });

  test('images of one pid (exec) are one process, in order of time', () => {
    expect(list('10<1 0-9', '10<1 4, 10<1 0.1, 10<1 2')).toEqual(['10 seen 0.1 2 4']);
  });

  test('a child too short to be seen is there by its stream', () => {
    expect(list('10<1 0-9', '10<1 0.1, 12<10 3')).toEqual(['10 seen 0.1', '  12 3']);
  });

  test('a stream that begins a little before the sampler looked belongs to what it saw', () => {
    expect(list('10<1 1-9', '10<1 0')).toEqual(['10 seen 0']);
  });

  test('a pid that comes round again is another process', () => {
    expect(list('10<1 0-99, 12<10 1-5, 12<10 50-60', '12<10 1.1, 12<10 50.1')).toEqual([
      '10 seen',
      '  12 seen 1.1',
      '  12 seen 50.1',
    ]);
  });

  test('a grandchild whose parent nobody saw hangs on the root', () => {
    expect(list('10<1 0-9, 30<20 3-4', '')).toEqual(['10 seen', '  30 seen']);
  });

  test('the root that ended before anyone could look is there all the same', () => {
    expect(list('', '')).toEqual(['10']);
    expect(list('12<10 1-2', '')).toEqual(['10', '  12 seen']);
  });

  test('no root known: the oldest', () => {
    expect(list('12<11 1-2, 11<1 0-5', '', 0)).toEqual(['11 seen', '  12 seen']);
  });
});

test('whatever was seen and told: each once, the root first, parents before children', () => {
  const pid = fc.integer({ min: 8, max: 16 });
  const time = fc.nat(100);
  const seen = fc.array(fc.tuple(pid, pid, time, fc.option(time)), { maxLength: 12 });
  const told = fc.array(fc.tuple(pid, pid, time), { maxLength: 12 });
  fc.assert(
    fc.property(seen, told, (rows, heads) => {
      const left = rows.map(([p, q, from, to]) => `${p}<${q} ${from}-${to === null ? '' : Math.max(from, to)}`).join();
      const right = heads.map(([p, q, start]) => `${p}<${q} ${start}`).join();
      const processes = listProcesses(sampled(left), streams(right), 10, 0);
      expect(processes[0]).toMatchObject({ pid: 10, parent: -1 });
      for (const [at, process] of processes.entries()) {
        if (at > 0) expect(process.parent).toBeGreaterThanOrEqual(0);
        expect(process.parent).toBeLessThan(at);
        for (const stream of process.streams) expect(stream.header.pid).toBe(process.pid);
      }
      const indices = processes.map((process) => process.sampled).filter((index) => index >= 0);
      expect(indices.sort((a, b) => a - b)).toEqual(rows.map((_, index) => index));
      expect(processes.flatMap((process) => process.streams)).toHaveLength(heads.length);
    }),
    { numRuns: 300 },
  );
});
