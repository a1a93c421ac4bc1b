// `npm run check`: what everybody runs before a commit. Types beside the rest, as there are two cores nearly everywhere.
import { spawn } from 'node:child_process';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..');
const MODULES = path.join(ROOT, 'node_modules');
const TSC = [process.execPath, path.join(MODULES, 'typescript', 'bin', 'tsc')];
const VITEST = [process.execPath, path.join(MODULES, 'vitest', 'vitest.mjs'), 'run', '--project', 'unit'];
const BIOME = [process.execPath, path.join(MODULES, '@biomejs', 'biome', 'bin', 'biome')];

interface Step {
  readonly name: string;
  readonly command: readonly string[];
}

const TYPES: readonly Step[] = [
  { name: 'types', command: [...TSC, '-p', 'tsconfig.json'] },
  { name: 'types of the pages', command: [...TSC, '-p', 'src/ui/tsconfig.json'] },
];
const REST: readonly Step[] = [
  { name: 'lint', command: [...BIOME, 'check', '--formatter-enabled=false', '.'] },
  { name: 'format', command: [...BIOME, 'format', '.'] },
  { name: 'floors', command: [...VITEST, 'test/floors.test.ts'] },
  { name: 'unit tests', command: [...VITEST, '--exclude', 'test/floors.test.ts'] },
];

/** True when it went well. What a step says is shown only when it did not. */
function runStep({ name, command }: Step): Promise<boolean> {
  const start = performance.now();
  const child = spawn(command[0]!, command.slice(1), { cwd: ROOT, stdio: ['ignore', 'pipe', 'pipe'] });
  const said: Buffer[] = [];
  child.stdout.on('data', (chunk: Buffer) => said.push(chunk));
  child.stderr.on('data', (chunk: Buffer) => said.push(chunk));
  return new Promise((resolve) => {
    child.on('error', (error) => said.push(Buffer.from(`${error.message}: run \`npm ci\` first\n`)));
    child.on('close', (code) => {
      const seconds = ((performance.now() - start) / 1000).toFixed(1);
      if (code !== 0) process.stdout.write(Buffer.concat(said));
      process.stdout.write(`${code === 0 ? 'ok    ' : 'FAILED'} ${name} ${seconds} s\n`);
      resolve(code === 0);
    });
  });
}

async function runLane(steps: readonly Step[]): Promise<boolean> {
  let good = true;
  for (const step of steps) good = (await runStep(step)) && good;
  return good;
}

const start = performance.now();
const lanes = await Promise.all([runLane(TYPES), runLane(REST)]);
process.stdout.write(`check: ${((performance.now() - start) / 1000).toFixed(1)} s\n`);
process.exitCode = lanes.every(Boolean) ? 0 : 1;
