// Names and versions of the installed distributions whose files appear in a profile, read from their metadata folders.
import { closeSync, openSync, readdirSync, readFileSync, readSync } from 'node:fs';
import { join } from 'node:path';

export interface Package {
  readonly name: string;
  readonly version: string;
}

const INSTALLED = /^(.*\/(?:site|dist)-packages)\/([^/]+)/;
const METADATA = /^(.+)-([^-]+)\.(?:dist|egg)-info$/;
const RECORD_BYTES = 64 * 1024;

/** `files`: paths as they stand in stacks. Sorted by name. Unreadable metadata is passed over. */
export function findPackages(files: Iterable<string>): Package[] {
  const modulesOf = new Map<string, Set<string>>();
  for (const file of files) {
    const match = INSTALLED.exec(file);
    if (!match) continue;
    const modules = modulesOf.get(match[1]!) ?? new Set();
    modulesOf.set(match[1]!, modules.add(match[2]!.replace(/\.(?:py|so)$/, '')));
  }
  const packages = [...modulesOf].flatMap(([folder, modules]) => packagesIn(folder, modules));
  return packages.sort((a, b) => a.name.localeCompare(b.name));
}

function packagesIn(folder: string, modules: ReadonlySet<string>): Package[] {
  let entries: string[];
  try {
    entries = readdirSync(folder);
  } catch {
    return [];
  }
  const packages: Package[] = [];
  for (const entry of entries) {
    const match = METADATA.exec(entry);
    if (!match || !topLevelModules(join(folder, entry), match[1]!).some((module) => modules.has(module))) continue;
    packages.push({ name: match[1]!, version: match[2]! });
  }
  return packages;
}

/** What a distribution installs: top_level.txt says it outright, otherwise the first folders of its RECORD do. */
function topLevelModules(metadata: string, name: string): string[] {
  try {
    return readFileSync(join(metadata, 'top_level.txt'), 'utf8').split(/\s+/).filter(Boolean);
  } catch {
    const folders = readHead(join(metadata, 'RECORD'))
      .split('\n')
      .map((line) => line.split('/')[0]!.replace(/\.py,.*$/, ''));
    return [...new Set([name.replaceAll('-', '_').toLowerCase(), ...folders])];
  }
}

function readHead(path: string): string {
  try {
    const fd = openSync(path, 'r');
    try {
      const bytes = Buffer.alloc(RECORD_BYTES);
      return bytes.toString('utf8', 0, readSync(fd, bytes, 0, bytes.length, 0));
    } finally {
      closeSync(fd);
    }
  } catch {
    return '';
  }
}
