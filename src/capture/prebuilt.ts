// Agent and launcher as they come in a package of their own, one for each processor and C library, for machines without a
// compiler. scripts/prebuild.ts makes them; docs/decisions/0005-prebuilt-agents.md says how they are to be published.
import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { findLibcPath } from '#proc/libc.ts';
import { readMappedPaths } from '#proc/maps.ts';
import { AGENT, LAUNCHER } from './agent-sources.ts';
import { WIRE_VERSION } from './wire.ts';

export type Libc = 'glibc' | 'musl';

/** What its package.json says; `os`, `cpu` and `libc` are npm's words, `highwater` is ours. */
export interface PrebuiltManifest {
  readonly name: string;
  readonly version: string;
  readonly os: readonly string[];
  readonly cpu: readonly string[];
  readonly libc: readonly Libc[];
  readonly highwater: { readonly wire: number; readonly sources: string };
}

export function prebuiltName(cpu: string, libc: Libc): string {
  return `@highwater/agent-linux-${cpu}-${libc}`;
}

/**
 * Ours, not the measured program's: the launcher is started by us, and any build of the agent can be loaded by either
 * library (agent/tests/cross.sh tries all four).
 */
export function ownLibc(): Libc {
  return findLibcPath(readMappedPaths('self') ?? [])?.includes('musl') ? 'musl' : 'glibc';
}

/** The folder of a package that holds a build of exactly these sources for this machine; looked for as from `root`. */
export function findPrebuilt(root: string, sources: string, libc: Libc): string | undefined {
  try {
    const file = createRequire(join(root, 'package.json')).resolve(`${prebuiltName(process.arch, libc)}/package.json`);
    const folder = dirname(file);
    const fits = isFor(JSON.parse(readFileSync(file, 'utf8')), sources, libc);
    return fits && [AGENT, LAUNCHER].every((name) => existsSync(join(folder, name))) ? folder : undefined;
  } catch {
    return undefined; // There is none, or it is not what it should be: then the sources are compiled.
  }
}

function isFor(manifest: PrebuiltManifest, sources: string, libc: Libc): boolean {
  const { cpu, libc: libcs, highwater } = manifest;
  if (!cpu.includes(process.arch) || !libcs.includes(libc)) return false;
  return highwater.wire === WIRE_VERSION && highwater.sources === sources;
}
