import { expect, test } from 'vitest';
import { GIB, MIB } from '#base/units.ts';
import { PssBudget } from './sample-pss-budget.ts';

/** Ticks every 20 ms; `rss` by time; gives the times of readings, in ms, and their cost as a share of a core. */
function simulate(seconds: number, processes: number, rssAt: (ms: number) => number, msPerGib: number) {
  const budget = new PssBudget(0);
  const times: number[] = [];
  let spent = 0;
  for (let now = 0; now < seconds * 1000; now += 20) {
    const rss = rssAt(now);
    if (!budget.isDue(now, processes, rss)) continue;
    const cost = 0.05 * processes + (rss / GIB) * msPerGib;
    budget.noteReading(now, processes, rss, cost);
    spent += cost;
    times.push(now);
  }
  return { times, share: spent / (seconds * 1000) };
}

test.each([
  ['small tree', 4, 0.1 * GIB, 11],
  ['large tree', 16, 64 * GIB, 11],
  ['huge pages', 16, 64 * GIB, 0.5],
  ['slower than expected', 8, 8 * GIB, 60],
])('%s, %i processes: at most 0.3 %% of a core', (_, processes, rss, msPerGib) => {
  const { times, share } = simulate(1800, processes, () => rss, msPerGib);
  expect(times.length).toBeGreaterThan(1);
  expect(share).toBeLessThan(0.0031);
});

test('one process is read once in ten seconds while it stands still', () => {
  expect(simulate(60, 1, () => 50 * MIB, 11).times.length).toBeLessThanOrEqual(7);
});

test('a new maximum is read at once', () => {
  const { times } = simulate(20, 4, (ms) => (ms < 10_010 ? GIB / 4 : GIB), 11);
  expect(times.filter((time) => time >= 10_000 && time < 10_200).length).toBe(1);
});

test('after a long climb there is still something left for the top', () => {
  const { times } = simulate(40, 8, (ms) => Math.min(ms, 30_000) * 1e5 + 1e8, 11);
  expect(times.find((time) => time >= 30_000)).toBeLessThan(30_500);
});

test('what stands far above all that was read is read, though starting up took all the savings', () => {
  const slow = 600;
  const steps = (ms: number) => (ms < 1500 ? 0.05 + Math.floor(ms / 100) * 0.01 : 0.35) * GIB;
  const { times } = simulate(4, 5, steps, slow);
  expect(times.some((time) => time >= 1500 && time <= 1700)).toBe(true);
});

test('what came to stand a little above the last reading is read once more', () => {
  // Read at 98.5 % of what it then comes to stand at.
  const last = (ms: number) => (ms < 200 ? 0.05 : ms < 280 ? 0.197 : 0.2) * GIB;
  const { times } = simulate(2, 4, last, 11);
  expect(times.some((time) => time >= 200 && time < 280)).toBe(true);
  expect(times.some((time) => time >= 280 && time < 400)).toBe(true);
});

test('all credit of a run is a few times its dearest reading', () => {
  const slow = 600;
  const top = 2 * GIB;
  const stairs = (ms: number) => Math.min(top, 0.01 * GIB * 1.01 ** Math.floor(ms / 100));
  const { share } = simulate(60, 5, stairs, slow);
  expect(share * 60_000).toBeLessThan(0.003 * 60_000 + 2 * 40 + 5 * (top / GIB) * slow);
});

test('no process, no reading', () => {
  expect(new PssBudget(0).isDue(1e6, 0, 0)).toBe(false);
});

test('pages that are copied after a fork are noticed, though RSS stands still', () => {
  const budget = new PssBudget(0);
  const readings: number[] = [];
  for (let now = 0; now < 4000; now += 20) {
    const faulted = now < 2000 ? 100 * MIB : 190 * MIB; // 90 MiB are written to at 2 s
    if (!budget.isDue(now, 4, 320 * MIB, faulted)) continue;
    budget.noteReading(now, 4, 320 * MIB, 4);
    readings.push(now);
  }
  expect(readings.some((now) => now >= 2000 && now <= 2200)).toBe(true);
});
