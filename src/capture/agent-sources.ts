// The agent's C sources, and the word by which a build of them is known: what was made of other sources is never used.
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The package's root, from src/capture/ as well as from the bundle in dist/cli/. */
export const PACKAGE_ROOT = join(dirname(fileURLToPath(import.meta.url)), '..', '..');
export const AGENT_SOURCES = join(PACKAGE_ROOT, 'agent');

/** What agent/build.sh makes. */
export const AGENT = 'highwater-agent.so';
export const LAUNCHER = 'highwater-launch';

export function hashAgentSources(): string {
  const hash = createHash('sha256');
  for (const file of readdirSync(AGENT_SOURCES).sort()) {
    if (/\.(?:c|h|inc|sh|map)$/.test(file)) hash.update(file).update(readFileSync(join(AGENT_SOURCES, file)));
  }
  return hash.digest('hex').slice(0, 16);
}
