// Builds the agent and the launcher as packages, one for each processor and C library that this machine has a compiler for,
// into OUT/NAME. Nothing is published. `node scripts/run.cjs scripts/prebuild.ts [NAME-PART [OUT]]`; OUT is dist/prebuilt.
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { AGENT, AGENT_SOURCES, hashAgentSources, LAUNCHER, PACKAGE_ROOT } from '../src/capture/agent-sources.ts';
import { type Libc, ownLibc, type PrebuiltManifest, prebuiltName } from '../src/capture/prebuilt.ts';
import { WIRE_VERSION } from '../src/capture/wire.ts';

interface Target {
  readonly cpu: 'x64' | 'arm64';
  readonly libc: Libc;
  readonly compiler: string;
}

const GNU_NAMES = { x64: 'x86_64', arm64: 'aarch64' } as const;
const SYMBOLS = path.join(AGENT_SOURCES, 'tests', 'symbols.sh');

/** cc builds for the machine itself; for others the compilers that Debian calls so, where they are there. */
function targets(): Target[] {
  const own = ownLibc();
  return (['x64', 'arm64'] as const).flatMap((cpu) =>
    (['glibc', 'musl'] as const).map((libc) => {
      const isOwnCpu = cpu === process.arch;
      const cross = `${GNU_NAMES[cpu]}-linux-${libc === 'musl' ? 'musl' : 'gnu'}-gcc`;
      const compiler = isOwnCpu && libc === own ? 'cc' : isOwnCpu && libc === 'musl' ? 'musl-gcc' : cross;
      return { cpu, libc, compiler };
    }),
  );
}

function manifestOf({ cpu, libc }: Target): PrebuiltManifest & Record<string, unknown> {
  const { version, license } = JSON.parse(fs.readFileSync(path.join(PACKAGE_ROOT, 'package.json'), 'utf8'));
  return {
    name: prebuiltName(cpu, libc),
    version,
    description: `highwater's agent and launcher for Linux on ${cpu} with ${libc}.`,
    license,
    os: ['linux'],
    cpu: [cpu],
    libc: [libc],
    files: [AGENT, LAUNCHER],
    highwater: { wire: WIRE_VERSION, sources: hashAgentSources() },
  };
}

/** Why it was not built; undefined when it was. */
function build(target: Target, out: string): string | undefined {
  if (spawnSync(target.compiler, ['--version'], { stdio: 'ignore' }).status !== 0) return `no ${target.compiler}`;
  const folder = path.join(out, prebuiltName(target.cpu, target.libc));
  fs.rmSync(folder, { recursive: true, force: true });
  const made = spawnSync('sh', [path.join(AGENT_SOURCES, 'build.sh'), folder], {
    env: { ...process.env, CC: target.compiler },
    stdio: ['ignore', 2, 2],
  });
  if (made.status !== 0) throw new Error(`${target.compiler} failed`);
  if (target.libc === 'glibc') refuseNewSymbols(folder);
  fs.writeFileSync(path.join(folder, 'package.json'), `${JSON.stringify(manifestOf(target), null, 2)}\n`);
  fs.copyFileSync(path.join(PACKAGE_ROOT, 'LICENSE'), path.join(folder, 'LICENSE'));
  return undefined;
}

/** A package that works only on new systems would be worse than none. */
function refuseNewSymbols(folder: string): void {
  const { status, stdout } = spawnSync('sh', [SYMBOLS, folder], { encoding: 'utf8' });
  if (status !== 0) throw new Error(`the symbol versions are not right: ${stdout.trim()}`);
}

function main(wanted = '', out = path.join(PACKAGE_ROOT, 'dist', 'prebuilt')): void {
  for (const target of targets()) {
    const name = prebuiltName(target.cpu, target.libc);
    if (!name.includes(wanted)) continue;
    const reason = build(target, out);
    process.stdout.write(reason === undefined ? `built ${name}\n` : `left out ${name}: ${reason}\n`);
  }
}

main(process.argv[2], process.argv[3]);
