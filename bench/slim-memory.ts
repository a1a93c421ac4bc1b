// What `highwater slim` takes for files of very many small things, beside its goal: one and a half times the file and 100 MiB.
//
//     node bench/slim-memory.ts PYTHON [--main dist/cli/main.js of another build]      PYTHON has joblib
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { ROOT } from '../test/system/paths.ts';

const MIB = 2 ** 20;
const TELL =
  'process.on("exit",()=>{const u=process.resourceUsage();process.stderr.write("used "+u.maxRSS+" "+(u.userCPUTime+u.systemCPUTime)+"\\n")})';
const { values, positionals } = parseArgs({ options: { main: { type: 'string' } }, allowPositionals: true });
const main = values.main ?? join(ROOT, 'dist', 'cli', 'main.js');

const folder = mkdtempSync(join(tmpdir(), 'highwater-slim-memory-'));
const python = positionals[0] ?? 'python3';
const made = spawnSync(python, [join(ROOT, 'bench', 'slim', 'many_small.py'), folder], { encoding: 'utf8' });
if (made.status !== 0) throw new Error(made.stderr);

console.log('| file | MiB | peak of node, MiB | goal | kept | CPU s |');
console.log('| --- | --: | --: | --: | --- | --: |');
for (const name of readdirSync(folder).sort()) {
  const path = join(folder, name);
  const preload = `data:text/javascript,${encodeURIComponent(TELL)}`;
  const words = ['--import', preload, main, 'slim', path, '-o', `${path}.slim`];
  const { stderr, status } = spawnSync(process.execPath, words, { encoding: 'utf8', maxBuffer: 2 ** 26 });
  if (status !== 0) throw new Error(stderr);
  const [, kib, microseconds] = /used (\d+) (\d+)/.exec(stderr)!;
  const [size, peak] = [statSync(path).size / MIB, Number(kib) / 1024];
  const goal = 1.5 * size + 100;
  const cells = [size, peak, goal].map((mebibytes) => mebibytes.toFixed(1));
  console.log(
    `| ${[name, ...cells, peak <= goal ? 'yes' : 'NO', (Number(microseconds) / 1e6).toFixed(1)].join(' | ')} |`,
  );
}
rmSync(folder, { recursive: true });
