// Several processes: the sum of PSS against a program that shares no code with us and reads it at a moment when everybody
// holds still.
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { makeFolder, measure, ORACLES } from './highwater.ts';
import { PYTHON, pythonOf } from './pythons.ts';

const PERCENT = 0.01;

function expectPool(python: string): void {
  const { ended, report } = measure(['--python', python, join(ORACLES, 'fork_pool.py')], { cwd: makeFolder() });
  expect(ended.status, ended.stderr).toBe(0);
  const sums = [...ended.stdout.matchAll(/^PSS \w+ (\d+)/gm)].map((match) => Number(match[1]));
  expect(sums).toHaveLength(2);
  const oracle = Math.max(...sums);
  expect(report.peak!.unit).toBe('PSS');
  // The oracle is a process of the tree as well, so that the largest sum may hold it besides.
  const own = Number(/^PSS \w+ \d+ (\d+)/m.exec(ended.stdout)![1]);
  expect(report.peak!.bytes).toBeGreaterThan(oracle * (1 - 2 * PERCENT));
  expect(report.peak!.bytes).toBeLessThan((oracle + own) * (1 + 2 * PERCENT));
  expectAtRest(report.timeline, oracle);
  const [, pids] = /^pids ([\d ]+) \d+$/m.exec(ended.stdout)!;
  expect(report.processes.map((process) => String(process.pid))).toEqual(expect.arrayContaining(pids!.split(' ')));
}

/** While nothing else ran, the readings over time say the same as the oracle. */
function expectAtRest(timeline: { readonly pss: readonly (number | null)[] }, oracle: number): void {
  const near = timeline.pss.filter((pss) => pss !== null && Math.abs(pss - oracle) < oracle * 2 * PERCENT);
  expect(near.length).toBeGreaterThan(0);
}

test('a fork pool: PSS within 2 % of an oracle, and no process missing', () => expectPool(PYTHON));

test.for(['3.9', '3.13'])('a fork pool on Python %s', (version, ctx) => expectPool(pythonOf(version, ctx)));

test('a multiprocessing pool of three levels is followed whole', () => {
  const cwd = makeFolder({
    'levels.py': `import multiprocessing as mp, os, time

def leaf(queue):
    x = bytearray(b"x") * 20_000_000
    queue.put(os.getpid())
    time.sleep(0.4)

def branch(queue):
    children = [mp.Process(target=leaf, args=(queue,)) for _ in range(2)]
    [child.start() for child in children]
    queue.put(os.getpid())
    [child.join() for child in children]

if __name__ == "__main__":
    queue = mp.Queue()
    children = [mp.Process(target=branch, args=(queue,)) for _ in range(2)]
    [child.start() for child in children]
    pids = [queue.get() for _ in range(6)]
    [child.join() for child in children]
    print("pids", os.getpid(), *pids)
`,
  });
  const { ended, report } = measure(['--python', PYTHON, 'levels.py'], { cwd });
  const pids = /pids ([\d ]+)/.exec(ended.stdout)![1]!.split(' ').map(Number);
  const byPid = new Map(report.processes.map((process) => [process.pid, process]));
  for (const pid of pids) expect(byPid.get(pid), `process ${pid}`).toMatchObject({ traced: true });
  expect(report.processes[0]!.pid).toBe(pids[0]);
  const depth = (process: { parent: number }): number =>
    process.parent < 0 ? 0 : 1 + depth(report.processes[process.parent]!);
  expect(Math.max(...report.processes.map(depth))).toBe(2);
  expect(report.peak!.unit).toBe('PSS');
  expect(report.peak!.bytes).toBeGreaterThan(4 * 20_000_000);
});
