// The peak as printed beside the program's own reading of VmHWM, for the twenty programs of test/system/programs.
//
//   node bench/peaks.ts [PYTHON, for the programs that need numpy]
//
// test/system/peak.test.ts runs the same programs and fails where the two differ.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { BIN, PROGRAMS, userEnvironment } from '../test/system/paths.ts';

const science = process.argv[2] && resolve(process.argv[2]);
const folder = mkdtempSync(join(tmpdir(), 'highwater-peaks-'));
const env = userEnvironment();

console.log('program               own VmHWM KiB   printed KiB  difference');
for (const file of readdirSync(PROGRAMS).sort()) {
  const source = readFileSync(join(PROGRAMS, file), 'utf8');
  if (!source.includes('print_own_peak()') || file === 'own_peak.py') continue;
  if (source.includes('numpy') && !science) continue;
  const python = source.includes('numpy') ? ['--python', String(science)] : [];
  const profile = join(folder, 'p.highwater');
  const args = [BIN, 'run', '-q', '-o', profile, ...python, join(PROGRAMS, file)];
  const run = spawnSync(process.execPath, args, { cwd: folder, env, encoding: 'utf8' });
  const own = Number(/VmHWM (\d+)/.exec(run.stdout)?.[1]);
  const report = spawnSync(process.execPath, [BIN, 'report', '--json', profile], {
    encoding: 'utf8',
    maxBuffer: 1 << 28,
  });
  const printed = JSON.parse(report.stdout).mainPeak.bytes / 1024;
  const difference = `${(((printed - own) / own) * 100).toFixed(2)} %`;
  console.log(
    [file.padEnd(20), String(own).padStart(14), String(printed).padStart(13), difference.padStart(11)].join(' '),
  );
}
rmSync(folder, { recursive: true });
