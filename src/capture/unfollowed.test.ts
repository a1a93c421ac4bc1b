import { expect, test } from 'vitest';
import type { RunProcess, StreamOfProcess } from './process-list.ts';
import type { SampledProcess } from './sample-log.ts';
import { notesOfUnfollowed } from './unfollowed.ts';

function seen(pid: number, isBare: boolean, executable = process.execPath): SampledProcess {
  return { pid, isBare, executable } as SampledProcess;
}

function listed(sampled: readonly SampledProcess[], followed: readonly number[] = []): RunProcess[] {
  return sampled.map(({ pid }, index) => {
    const streams = followed.includes(pid) ? [{} as StreamOfProcess] : [];
    return { pid, parentPid: 1, sampled: index, streams, start: 0, parent: -1 };
  });
}

test('a Python without our agent in its environment; not one that has a stream, nor another program', () => {
  const sampled = [seen(1, true), seen(2, false), seen(3, true)];
  const [note, ...more] = notesOfUnfollowed(listed(sampled, [3]), sampled);
  expect(more).toEqual([]);
  expect(note).toMatchObject({ severity: 'warning', code: 'not-followed', process: -1 });
  expect(note!.text).toBe(
    'Process node 1 was measured from outside only, without lines: started without LD_PRELOAD in its environment.',
  );
});

test('many are counted, a few named', () => {
  const sampled = [1, 2, 3, 4, 5, 6].map((pid) => seen(pid, true));
  expect(notesOfUnfollowed(listed(sampled), sampled)[0]!.text).toContain(
    '6 processes (node 1, node 2, node 3, node 4, and 2 more) were measured',
  );
});

test('a process that was only seen from inside, or not at all, is no matter of this', () => {
  expect(notesOfUnfollowed([{ pid: 1, parentPid: 0, sampled: -1, streams: [], start: 0, parent: -1 }], [])).toEqual([]);
});
