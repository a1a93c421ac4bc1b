// For tests only: recorded files, and small trees of files that a test writes itself.
import { mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

const FOLDER = join(import.meta.dirname, 'fixtures');

export function fixtureRoot(name: string): string {
  return join(FOLDER, name);
}

export function readFixture(name: string): string {
  return readFileSync(join(FOLDER, name), 'latin1');
}

/** A folder that stands for "/" with the given files; the caller removes it. */
export function makeRoot(files: { readonly [path: string]: string }): string {
  const root = mkdtempSync(join(tmpdir(), 'highwater-root-'));
  writeFiles(root, files);
  return root;
}

export function writeFiles(root: string, files: { readonly [path: string]: string }): void {
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
  }
}

/** A stat file with the fields that tell kinship. */
export function statText(pid: number, parent: number, start: number, group = pid, session = 1, comm = 'p'): string {
  return `${pid} (${comm}) S ${parent} ${group} ${session} 0 -1 0 10 0 1 0 5 6 0 0 20 0 1 0 ${start} 1000 100 0\n`;
}
