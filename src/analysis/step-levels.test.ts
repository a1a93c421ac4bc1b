import { describe, expect, it } from 'vitest';
import { type ChainReading, findOpenedFrames, stepFrame } from './step-levels.ts';

/** "10 50 main load read": 10 ms at 50 MiB in those calls. Frames are numbered by their names' first appearance. */
function ran(text: string): { readings: ChainReading[]; names: string[] } {
  const names: string[] = [];
  const frameOf = (name: string) => (names.includes(name) ? names.indexOf(name) : names.push(name) - 1);
  const readings = text
    .trim()
    .split('\n')
    .map((line) => {
      const [busy, rss, ...calls] = line.trim().split(/\s+/);
      return { chain: calls.map(frameOf), busy: Number(busy), rss: Number(rss) * 2 ** 20 };
    });
  return { readings, names };
}

function steps(text: string): string[] {
  const { readings, names } = ran(text);
  const opened = findOpenedFrames(readings);
  return [...new Set(readings.map(({ chain }) => stepFrame(chain, opened)))].map((frame) => names[frame] ?? '-');
}

describe('how deep steps lie', () => {
  it('a main function is looked into, the functions that it calls are the steps', () => {
    expect(
      steps(`10 10 numpy
             50 100 main load read
             50 300 main fit solve
             20 200 main save`),
    ).toEqual(['numpy', 'load', 'fit', 'save']);
  });

  it('a line with one thing in it is looked through, as far as there is something to tell apart', () => {
    expect(
      steps(`50 100 run main load
             50 300 run main fit`),
    ).toEqual(['load', 'fit']);
    expect(steps('100 100 run main work')).toEqual(['run']);
  });

  it('what takes little time counts if it moves much memory', () => {
    expect(
      steps(`1000 10 main
             1 10 main load
             1 900 main load
             1000 900 main fit`),
    ).toEqual(['main', 'load', 'fit']);
  });

  it('takes a recursion as one step, and keeps what ran outside of all apart', () => {
    expect(
      steps(`10 10
             50 10 walk walk walk walk
             50 90 walk walk leaf`),
    ).toEqual(['-', 'walk']);
  });

  it('makes no more steps than a reader takes in', () => {
    const many = Array.from({ length: 40 }, (_, i) => `10 ${i} main part${i}`).join('\n');
    expect(steps(many)).toEqual(['main']);
  });
});
