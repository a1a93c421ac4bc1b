import { describe, expect, test } from 'vitest';
import { MIB } from '#base/units.ts';
import { finishSamples, newSampleColumns, type SampleLog } from './sample-log-columns.ts';
import { findRssMaxima, findTreePeak } from './tree-maxima.ts';

const MS = 1e6;

/**
 * "time name=rss/shared/pss ...": a tick, in ms and MiB; PSS where it was read, which took 4 ms. Of PSS all that is not private
 * counts as files.
 */
function log(text: string): SampleLog {
  const columns = newSampleColumns();
  const times: number[] = [];
  const names: string[] = [];
  for (const line of text.trim().split('\n')) {
    const [time, ...words] = line.trim().split(' ');
    for (const word of words) {
      const [name, figures] = word.split('=') as [string, string];
      const [rss, shared, pss] = figures.split('/').map(Number);
      if (!names.includes(name)) names.push(name);
      columns.process.push(names.indexOf(name));
      columns.time.push(Number(time) * MS);
      columns.rss.push(rss! * MIB);
      columns.file.push((shared ?? 0) * MIB);
      columns.shmem.push(0);
      columns.pss.push((pss ?? Number.NaN) * MIB);
      columns.anon.push((rss! - (shared ?? 0)) * MIB);
      for (const other of ['swap', 'threads', 'minorFaults', 'majorFaults'] as const) columns[other].push(0);
      for (const other of ['privateBytes', 'hugeAnon', 'hugetlb'] as const) columns[other].push(Number.NaN);
      columns.pssFile.push(pss === undefined ? Number.NaN : Math.max(0, pss - (rss! - (shared ?? 0))) * MIB);
      columns.pssShmem.push(pss === undefined ? Number.NaN : 0);
    }
    if (words.some((word) => word.split('/').length === 3)) times.push(Number(time) * MS);
  }
  const span = new Float64Array(times.length).fill(4 * MS);
  return {
    samples: finishSamples(columns),
    pssReadings: { length: times.length, time: Float64Array.from(times), span },
    processes: names.map((name) => ({ comm: name })),
  } as unknown as SampleLog;
}

function show(text: string): string {
  const peak = findTreePeak(log(text));
  return peak ? `${peak.pss / MIB} of ${peak.processes} at ${peak.time / MS}` : 'none';
}

describe('the peak of several processes', () => {
  test('is the largest sum', () => {
    expect(show('10 a=50/0/50 b=20/0/20\n20 a=50/0/50 b=40/0/40\n30 a=50/0/50 b=30/0/30')).toBe('90 of 2 at 20');
  });

  test('is a sum, not a figure of one process, nor one of which a part was not read', () => {
    expect(show('10 a=90/0/90\n20 a=95/0/95')).toBe('none');
    expect(show('10 a=50/0/50 b=20/0/20\n20 a=50/0/50 b=90/0')).toBe('70 of 2 at 10');
  });

  test('is one of a time at which they stood, where another counted pages twice that one came to share', () => {
    // a was read with 30 MiB of its own; then b touched them, too, and was read with half of them.
    expect(show('10 a=50/30/50 b=20/0/35\n18 a=50/30 b=50/30\n30 a=50/30/35 b=50/30/35')).toBe('70 of 2 at 30');
  });

  test('is the largest sum where what was shared came long after it was read', () => {
    expect(show('10 a=50/30/50 b=20/0/35\n810 a=50/30 b=50/30\n900 a=50/30/35 b=50/30/35')).toBe('85 of 2 at 10');
  });

  test('is told of private memory, whatever came to be shared', () => {
    const workers = (figures: string) => ['a', 'b', 'c', 'd'].map((name) => `${name}=${figures}`).join(' ');
    const text = `10 ${workers('40/0/40')}\n100 ${workers('1010/10/1002')}\n108 ${workers('2510/1510')}`;
    expect(show(text)).toBe('4008 of 4 at 100');
  });

  test('is the only sum, however it came about', () => {
    expect(show('10 a=50/30/50 b=20/0/35\n18 a=50/30 b=50/30')).toBe('85 of 2 at 10');
  });
});

test('the largest RSS of each process, and when', () => {
  expect(findRssMaxima(log('10 a=5 b=7/4\n20 a=9/5\n30 a=8 b=6'))).toEqual([
    { time: 20 * MS, rss: 9 * MIB, anon: 4 * MIB },
    { time: 10 * MS, rss: 7 * MIB, anon: 3 * MIB },
  ]);
});
