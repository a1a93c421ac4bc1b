// What it takes to make a profile, and a page, of millions of records: the folder of a run is kept, by killing highwater when
// its program has made its records, and read again and again.
//
// usage: node bench/decode.ts [--records 10000000] [--rounds 5]
//   Needs `npm run build`. The page is opened in Chromium where there is one.
import { spawn } from 'node:child_process';
import { existsSync, readdirSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { readStream } from '#capture/stream-file.ts';
import { Meter, type Metered } from './meter.ts';
import { median } from './statistics.ts';
import { describeCommit, findInterpreter, ROOT } from './tools.ts';

const MIB = 2 ** 20;
const BIN = join(ROOT, 'bin', 'highwater.cjs');
/** Records that the program makes for each unit of its count: of births and deaths alike. */
const RECORDS_PER_UNIT = 8;

const { values: options } = parseArgs({
  options: { records: { type: 'string', default: '10000000' }, rounds: { type: 'string', default: '5' } },
});

async function main(): Promise<void> {
  const meter = new Meter();
  const folder = await record(meter.scratch, Math.round(Number(options.records) / RECORDS_PER_UNIT));
  const records = countRecords(folder);
  const bytes = streamsOf(folder).reduce((sum, path) => sum + statSync(path).size, 0);
  print(
    `highwater ${describeCommit(ROOT)}; ${(records / 1e6).toFixed(2)} million records, ${(bytes / MIB).toFixed(0)} MiB`,
  );
  const runs: Metered[] = [];
  const profile = join(meter.scratch, 'records.highwater');
  for (let round = 0; round < Number(options.rounds); round++) {
    runs.push(await meter.run([process.execPath, BIN, 'report', folder, '-o', profile]));
  }
  print(`profile from records: ${describe(runs)}; ${(statSync(profile).size / MIB).toFixed(2)} MiB`);
  const page = join(meter.scratch, 'records.html');
  const pages: Metered[] = [];
  for (let round = 0; round < Number(options.rounds); round++) {
    pages.push(await meter.run([process.execPath, BIN, 'report', profile, `--html=${page}`]));
  }
  print(`page from profile:    ${describe(pages)}; ${(statSync(page).size / MIB).toFixed(2)} MiB`);
  await openPage(page);
}

/** Runs the program until its records are made; gives the folder that a killed highwater leaves. */
async function record(scratch: string, count: number): Promise<string> {
  const done = join(scratch, 'done');
  const program = join(import.meta.dirname, 'decode', 'records.py');
  const words = ['run', '--exact', '-q', '-o', join(scratch, 'kept.highwater'), '--python', findInterpreter().python];
  const child = spawn(process.execPath, [BIN, ...words, program, String(count), done], {
    cwd: scratch,
    stdio: 'ignore',
    detached: true,
  });
  while (!existsSync(done)) {
    await sleep(200);
    if (child.exitCode !== null) throw new Error(`highwater ended with ${child.exitCode} before the records were made`);
  }
  process.kill(-child.pid!, 'SIGKILL');
  rmSync(done);
  await sleep(500);
  const name = readdirSync(scratch).find((entry) => entry.endsWith('.highwater-run'));
  if (!name) throw new Error('no folder of a run was left');
  return join(scratch, name);
}

function streamsOf(folder: string): string[] {
  return readdirSync(folder).flatMap((name) => (name.endsWith('.hws') ? [join(folder, name)] : []));
}

function countRecords(folder: string): number {
  let records = 0;
  for (const path of streamsOf(folder)) {
    readStream(path, {
      before() {
        records++;
        return undefined;
      },
    });
  }
  return records;
}

function describe(runs: readonly Metered[]): string {
  const failed = runs.find((run) => run.code !== 0);
  if (failed) throw new Error(failed.stderr);
  const wall = median(runs.map((run) => run.wallMs)) / 1000;
  const cpu = median(runs.map((run) => run.userMs + run.systemMs)) / 1000;
  const peak = Math.max(...runs.map((run) => run.maxRssKib)) / 1024;
  return `${wall.toFixed(2)} s, ${cpu.toFixed(2)} s of CPU, largest peak ${peak.toFixed(0)} MiB`;
}

async function openPage(page: string): Promise<void> {
  const chromium = ['/usr/bin/chromium', '/usr/bin/google-chrome'].find(existsSync);
  if (!chromium) return print('page: no browser here');
  const { chromium: driver } = await import('playwright-core');
  const browser = await driver.launch({ executablePath: chromium, args: ['--no-sandbox'] });
  const times: Record<string, number[]> = {};
  for (let round = 0; round < Number(options.rounds); round++) {
    const tab = await browser.newPage();
    await timed(times, 'opened', async () => {
      await tab.goto(`file://${page}`);
      await tab.locator('main[aria-label="Overview"]').waitFor();
    });
    for (const view of ['Growth', 'Flame graph', 'Lines']) {
      await timed(times, view, async () => {
        await tab.getByRole('link', { name: view, exact: true }).click();
        await tab.locator(`main[aria-label="${view}"] table, main[aria-label="${view}"] canvas`).first().waitFor();
      });
    }
    await tab.close();
  }
  await browser.close();
  const words = Object.entries(times).map(([name, list]) => `${name} ${median(list).toFixed(0)} ms`);
  print(`page in the browser:  ${words.join(', ')}`);
}

async function timed(times: Record<string, number[]>, name: string, work: () => Promise<void>): Promise<void> {
  const start = performance.now();
  await work();
  times[name] ??= [];
  times[name].push(performance.now() - start);
}

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}

await main();
