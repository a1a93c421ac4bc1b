// Builds what is shipped: the command line into dist/cli, the pages into dist/ui. Does nothing when no source has changed
// since the last build.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..');
const DIST = path.join(ROOT, 'dist');
const STAMP = path.join(DIST, '.built-from');
const CLI_ENTRY = path.join(ROOT, 'src', 'cli', 'main.ts');
const UI_SCRIPT = path.join(ROOT, 'scripts', 'build-ui.ts');

interface Part {
  readonly name: string;
  readonly source: string;
  readonly outputs: readonly string[];
  readonly build: () => Promise<void>;
}

const PARTS: readonly Part[] = [
  { name: 'command line', source: CLI_ENTRY, outputs: ['cli/main.js'], build: buildCli },
  { name: 'pages', source: UI_SCRIPT, outputs: ['ui/report.js', 'ui/report.css'], build: buildUi },
];

/** Everything that can change what comes out: sources, these scripts, and the versions of what is bundled. */
function hashSources(): string {
  const hash = createHash('sha256').update(process.version);
  const files = fs
    .readdirSync(path.join(ROOT, 'src'), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && !entry.name.includes('.test.'))
    .map((entry) => path.join(entry.parentPath, entry.name));
  for (const name of ['package.json', 'package-lock.json', 'scripts/build.ts', 'scripts/build-ui.ts']) {
    files.push(path.join(ROOT, name));
  }
  for (const file of files.sort()) {
    if (fs.existsSync(file)) hash.update(path.relative(ROOT, file)).update('\0').update(fs.readFileSync(file));
  }
  return hash.digest('hex');
}

function isBuiltFrom(hash: string, parts: readonly Part[]): boolean {
  if (!fs.existsSync(STAMP) || fs.readFileSync(STAMP, 'utf8') !== hash) return false;
  return parts.every((part) => part.outputs.every((output) => fs.existsSync(path.join(DIST, output))));
}

/** Commands are loaded when they are called, so the bundle is split; folder depth is as in src, for relative URLs. */
async function buildCli(): Promise<void> {
  const esbuild = await import('esbuild');
  const outdir = path.join(DIST, 'cli');
  fs.rmSync(outdir, { recursive: true, force: true });
  const { metafile } = await esbuild.build({
    absWorkingDir: ROOT,
    entryPoints: { main: CLI_ENTRY },
    outdir,
    bundle: true,
    splitting: true,
    format: 'esm',
    platform: 'node',
    target: 'node22',
    chunkNames: '[name]-[hash]',
    keepNames: true,
    metafile: true,
    logLevel: 'warning',
    banner: {
      js: "import { createRequire as createRequireOfBundle } from 'node:module';\nconst require = createRequireOfBundle(import.meta.url);",
    },
  });
  writeNotices(findPackages(Object.keys(metafile.inputs)), outdir);
}

function findPackages(inputs: readonly string[]): string[] {
  const names = inputs.map((input) => input.match(/^node_modules\/((?:@[^/]+\/)?[^/]+)\//)?.[1]);
  return [...new Set(names)].filter((name) => name !== undefined).sort();
}

/** The licences of what is bundled ask that their text goes along. */
function writeNotices(packages: readonly string[], folder: string): void {
  const notices = packages.map((name) => {
    const home = path.join(ROOT, 'node_modules', name);
    const licence = fs.readdirSync(home).find((entry) => /^licen[cs]e/i.test(entry));
    if (!licence) throw new Error(`${name} is bundled, and has no licence file to ship`);
    return `${name}\n\n${fs.readFileSync(path.join(home, licence), 'utf8').trim()}\n`;
  });
  fs.writeFileSync(path.join(folder, 'third-party-licenses.txt'), notices.join('\n----\n\n'));
}

async function buildUi(): Promise<void> {
  const result = spawnSync(process.execPath, [UI_SCRIPT], { cwd: ROOT, stdio: ['ignore', 2, 2] });
  if (result.status !== 0) throw new Error('scripts/build-ui.ts failed');
  writeNotices(['preact', 'uplot'], path.join(DIST, 'ui'));
}

async function main(): Promise<void> {
  const parts = PARTS.filter((part) => fs.existsSync(part.source));
  const hash = hashSources();
  if (isBuiltFrom(hash, parts)) return;
  fs.rmSync(STAMP, { force: true });
  fs.mkdirSync(DIST, { recursive: true });
  for (const part of parts) {
    const start = performance.now();
    await part.build();
    process.stderr.write(`build: ${part.name} ${((performance.now() - start) / 1000).toFixed(1)} s\n`);
  }
  fs.writeFileSync(STAMP, hash);
}

try {
  await main();
} catch (error) {
  // esbuild has printed where; its stack says nothing about our sources.
  process.stderr.write(`build: ${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
}
