import { expect, test } from 'vitest';
import { LOG_ROOM, ROW_LIMIT } from './sample-log-write.ts';
import { Pace } from './sample-pace.ts';

interface Run {
  readonly seconds: number;
  readonly cost: number;
  readonly isMoving: boolean;
  readonly rows?: number;
}

/** Runs the pace against a clock of its own; gives the ticks of each second and the log's size at the end. */
function simulate({ seconds, cost, isMoving, rows = 1 }: Run) {
  const pace = new Pace(20);
  const ticks: number[] = [];
  let logRows = 0;
  let largest = 0;
  for (let elapsed = 0; elapsed < seconds * 1000; ) {
    const second = Math.floor(elapsed / 1000);
    ticks[second] = (ticks[second] ?? 0) + 1;
    logRows += rows;
    const interval = pace.nextInterval({ elapsed, cost, isMoving, logBytes: logRows * 15, logRows });
    largest = Math.max(largest, interval);
    elapsed += interval + cost;
  }
  return {
    ticks,
    logRows,
    largest,
    share: (ticks.reduce((sum, count) => sum + (count ?? 0), 0) * cost) / (seconds * 1000),
  };
}

test('the first second is dense', () => {
  expect(simulate({ seconds: 2, cost: 0.3, isMoving: false }).ticks[0]).toBeGreaterThan(80);
});

test.each([0.05, 0.4, 1])('ticks of %d ms stay below 1 %% of a core over a minute', (cost) => {
  expect(simulate({ seconds: 60, cost, isMoving: true }).share).toBeLessThan(0.0075);
});

test('cheap ticks come as often as asked while memory moves', () => {
  expect(simulate({ seconds: 5, cost: 0.05, isMoving: true }).ticks[3]).toBeGreaterThanOrEqual(48);
});

test('what standing still saves is spent on movement', () => {
  const pace = new Pace(20);
  const tick = { cost: 0.5, logBytes: 0, logRows: 0 };
  for (let elapsed = 0; elapsed < 60_000; ) elapsed += pace.nextInterval({ ...tick, elapsed, isMoving: false });
  expect(pace.nextInterval({ ...tick, elapsed: 60_200, isMoving: true })).toBe(20);
});

test('a tree of a thousand processes still has four points a second', () => {
  expect(simulate({ seconds: 30, cost: 30, isMoving: true }).largest).toBe(250);
});

test.each([
  ['one process for a month', { seconds: 30 * 86_400, cost: 0.4, isMoving: true }],
  ['a hundred processes for a day', { seconds: 86_400, cost: 4, isMoving: true, rows: 100 }],
])('the log of %s has room to the end', (_, run) => {
  const { logRows, ticks } = simulate(run);
  expect(logRows).toBeLessThan(ROW_LIMIT);
  expect(logRows * 15).toBeLessThan(LOG_ROOM);
  expect(ticks.slice(3600).reduce((sum, count) => sum + (count ?? 0), 0)).toBeGreaterThan(1000);
});
