// The sampler against real programs that know what they hold. Each tells its own figures on stdout, so that nothing of
// ours stands on both sides of a comparison.
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { unwrap } from '#base/result.ts';
import { MIB } from '#base/units.ts';
import { startSampler } from './sample.ts';
import { readSampleLog, type SampleLog } from './sample-log.ts';

const folder = mkdtempSync(join(tmpdir(), 'highwater-sample-'));
afterAll(() => rmSync(folder, { recursive: true }));
let logs = 0;

const sleep = (ms: number) => new Promise((done) => setTimeout(done, ms));
const exitOf = (child: ChildProcess) =>
  child.exitCode !== null || child.signalCode !== null ? undefined : new Promise((done) => child.once('exit', done));

/** Reads what the log holds even without its end: as after a kill of highwater. */
const readLog = (path: string): SampleLog => unwrap(readSampleLog(readFileSync(path)));

async function sampleProgram(command: string, args: readonly string[], while_?: (pid: number) => Promise<void>) {
  const path = join(folder, `log-${logs++}`);
  const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  let output = '';
  child.stdout.on('data', (piece) => {
    output += piece;
  });
  const sampler = startSampler({ rootPid: child.pid!, logPath: path });
  await while_?.(child.pid!);
  await exitOf(child);
  sampler.stop();
  expect(sampler.problem).toBeUndefined();
  return { log: readLog(path), output, pid: child.pid! };
}

const python = (code: string, while_?: (pid: number) => Promise<void>) =>
  sampleProgram('python3', ['-c', code], while_);

/** Reads the kernel's files in the measured program's own words. */
const ORACLE = `
import os, sys, time
def hwm():
    return int(open('/proc/self/status').read().split('VmHWM:')[1].split()[0]) * 1024
def rollup(pid, key):
    return int(open('/proc/%d/smaps_rollup' % pid).read().split('\\n' + key + ':')[1].split()[0]) * 1024
`;

function find(log: SampleLog, pid: number) {
  const index = log.processes.findIndex((one) => one.pid === pid);
  const rows = [...log.samples.process.keys()].filter((row) => log.samples.process[row] === index);
  return { process: log.processes[index]!, rows };
}

test("VmHWM is the program's own, though the memory was freed at once", async () => {
  const { log, output } = await python(`${ORACLE}
a = bytearray(150 << 20)
del a
time.sleep(0.6)
print(os.getpid(), hwm())`);
  const [pid, hwm] = output.split(' ').map(Number);
  const { process, rows } = find(log, pid!);
  expect(Math.abs(process.hwm - hwm!)).toBeLessThan(MIB / 2);
  expect(process.hwm).toBeGreaterThan(150 * MIB);
  expect(process.hwmTime).toBeLessThanOrEqual(process.lastSeen);
  expect(rows.length).toBeGreaterThan(2);
  expect(log.samples.rss[rows.at(-1)!]).toBeLessThan(100 * MIB);
  expect(process.goneBy).toBeGreaterThanOrEqual(process.lastSeen);
});

test('the sum of PSS over forked children agrees with a reading from within', async () => {
  const { log, output } = await python(`${ORACLE}
shared = bytearray(120 << 20)
children = []
wait, let_go = os.pipe()
for i in range(3):
    pid = os.fork()
    if pid == 0:
        os.close(let_go)
        own = bytearray(20 << 20)
        os.read(wait, 1)
        os._exit(0)
    children.append(pid)
time.sleep(2.6)
print(sum(rollup(pid, 'Pss') for pid in [os.getpid()] + children))
print(sum(rollup(pid, 'Rss') for pid in [os.getpid()] + children))
os.close(let_go)
for pid in children: os.waitpid(pid, 0)`);
  const [pss, rss] = output.split('\n').map(Number);
  const sums = pssSums(log);
  const nearest = Math.min(...sums.map((sum) => Math.abs(sum - pss!)));
  // Other processes of the same interpreter come and go, and take their share of its pages with them.
  expect(nearest).toBeLessThan(8 * MIB);
  expect(Math.max(...sums)).toBeLessThan(pss! + 12 * MIB);
  expect(rss!).toBeGreaterThan(2 * pss!);
});

/** Of each tick at which PSS was read. */
function pssSums({ samples, pssReadings }: SampleLog): number[] {
  return [...pssReadings.time].map((time) => {
    const rows = [...samples.time.keys()].filter((row) => samples.time[row] === time);
    return rows.reduce((sum, row) => sum + samples.pss[row]!, 0);
  });
}

test('exec keeps the process and adds an image; its high-water mark is the largest of both', async () => {
  const { log, pid } = await sampleProgram('sh', [
    '-c',
    `exec python3 -c "import os, time; a = bytearray(60 << 20); time.sleep(0.4); os.execvp('sleep', ['sleep', '0.4'])"`,
  ]);
  const { process, rows } = find(log, pid);
  expect(process.images.map((image) => image.comm)).toContain('python3');
  expect(process).toMatchObject({ comm: 'sleep', command: 'sleep 0.4' });
  expect(process.executable).toMatch(/\/(sleep|coreutils|busybox)$/);
  expect(process.hwm).toBeGreaterThan(60 * MIB);
  expect(log.samples.rss[rows.at(-1)!]).toBeLessThan(10 * MIB);
});

test('a child of a large program is not counted as large again between vfork and exec', async () => {
  const { log } = await python(`
import subprocess, time
a = bytearray(200 << 20)
for i in range(40):
    subprocess.run(['true'])
    time.sleep(0.005) # or all of it may be over between two looks`);
  const sums = new Map<number, number>();
  for (const row of log.samples.time.keys()) {
    const time = log.samples.time[row]!;
    sums.set(time, (sums.get(time) ?? 0) + log.samples.rss[row]!);
  }
  expect(Math.max(...sums.values())).toBeGreaterThan(200 * MIB);
  // Parent and child are read one after the other: on a busy machine one tick of forty children may fall in between.
  expect([...sums.values()].filter((sum) => sum > 300 * MIB).length).toBeLessThanOrEqual(1);
});

test('a daemon whose parent has ended stays followed', async () => {
  const { log, output } = await python(`
import os, time
middle = os.fork()
if middle == 0:
    os.setsid()
    if os.fork() == 0:
        a = bytearray(40 << 20)
        print(os.getpid(), flush=True)
        time.sleep(2.5)
        os._exit(0)
    time.sleep(1)
    os._exit(0)
os.waitpid(middle, 0)
time.sleep(2)`);
  const { process, rows } = find(log, Number(output));
  expect(process.hwm).toBeGreaterThan(40 * MIB);
  const seconds = (log.samples.time[rows.at(-1)!]! - log.samples.time[rows[0]!]!) / 1e9;
  expect(seconds).toBeGreaterThan(0.5);
});

test('workers of multiprocessing: all seen, each with its own memory', async () => {
  const { log } = await python(`
import multiprocessing, time
def work(n):
    a = bytearray(30 << 20)
    time.sleep(0.5)
if __name__ == '__main__':
    workers = [multiprocessing.get_context('fork').Process(target=work, args=(n,)) for n in range(4)]
    for one in workers: one.start()
    for one in workers: one.join()`);
  const workers = log.processes.filter((one) => one.hwm > 30 * MIB);
  expect(workers.length).toBe(4);
  for (const one of workers) expect(log.processes.some((parent) => parent.pid === one.parentPid)).toBe(true);
});

test('a program that ends at once, or is gone already, leaves a readable log', async () => {
  const { log } = await sampleProgram('true', []);
  expect(log.complete).toBe(true);
  const path = join(folder, 'gone');
  startSampler({ rootPid: 2 ** 22 + 1, logPath: path }).stop();
  expect(readLog(path)).toMatchObject({ complete: true, processes: [] });
});

test('cgroup, machine and start facts are there, and system rows come about ten times a second', async () => {
  const { log } = await sampleProgram('sleep', ['1']);
  expect(log.facts.machine!.memory).toBeGreaterThan(0);
  expect(log.system.length).toBeGreaterThanOrEqual(6);
  expect(log.system.length).toBeLessThan(14);
  expect(log.system.available[0]).toBeGreaterThan(0);
  if (log.facts.cgroupAtStart) expect(log.facts.cgroupAtEnd!.usage).toBeGreaterThan(0);
});

test('what was read is in the file within 250 ms, without a stop', async () => {
  const path = join(folder, 'killed');
  const child = spawn('sleep', ['5']);
  const sampler = startSampler({ rootPid: child.pid!, logPath: path });
  await sleep(900);
  const age = Number(process.hrtime.bigint()) - readLog(path).processes[0]!.lastSeen;
  expect(age / 1e6).toBeLessThan(300);
  sampler.stop();
  child.kill();
  await exitOf(child);
});

test('a process that is no descendant can be followed, and stop may be called twice', async () => {
  const path = join(folder, 'followed');
  const [child, stranger] = [spawn('sleep', ['5']), spawn('sleep', ['5'])];
  const sampler = startSampler({ rootPid: child.pid!, logPath: path });
  sampler.follow(stranger.pid!);
  sampler.follow(2 ** 22 + 1);
  await sleep(100);
  sampler.stop();
  sampler.stop();
  expect(readLog(path).processes.map((one) => one.pid)).toEqual([child.pid, stranger.pid]);
  for (const one of [child, stranger]) one.kill();
  await Promise.all([exitOf(child), exitOf(stranger)]);
});

test('a full disk stops the log, not the run', async () => {
  const child = spawn('sleep', ['5']);
  const sampler = startSampler({ rootPid: child.pid!, logPath: '/dev/full' });
  await sleep(50);
  sampler.stop();
  expect(sampler.problem).toMatchObject({ code: 'sample-log-write', cause: 'ENOSPC' });
  child.kill();
  await exitOf(child);
});

test('libraries are noted while the program still runs', async () => {
  const copy = join(folder, 'libjemalloc.so.2');
  const { log, output } = await python(`
import ctypes, os, shutil, time
ctypes.CDLL('libm.so.6')
libm = next(line[line.index('/'):].strip() for line in open('/proc/self/maps') if '/libm.so' in line or '/libm-' in line)
time.sleep(0.3)
ctypes.CDLL(shutil.copy(libm, '${copy}'))
time.sleep(0.8)
print(os.getpid())`);
  expect(find(log, Number(output)).process.libraries).toEqual([copy]);
});
