// What the symbolic machine says a pickle imports, held against what a real unpickler was asked for, on random object graphs
// of every protocol.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { MemorySource } from '../../src/artifact/byte-source.ts';
import { runPickle } from '../../src/artifact/pickle/machine.ts';
import { pythonOf } from './pythons.ts';

const ARTIFACT = join(import.meta.dirname, '..', 'artifact');
const FOLDER = mkdtempSync(join(tmpdir(), 'highwater-globals-'));
const FILES = 150;
afterAll(() => rmSync(FOLDER, { recursive: true, force: true }));

function runPython(python: string, args: readonly string[]): string {
  const { stdout, stderr, status } = spawnSync(python, args, { encoding: 'utf8', maxBuffer: 1 << 26 });
  if (status !== 0) throw new Error(stderr);
  return stdout;
}

describe.each(['3.9', '3.11', '3.13'])('Python %s', (version) => {
  it('imports what the machine says, and ends where it says', (ctx) => {
    const python = pythonOf(version, ctx);
    runPython(python, [join(ARTIFACT, 'random_graphs.py'), FOLDER, '7000', String(FILES)]);
    const paths = readdirSync(FOLDER).map((name) => join(FOLDER, name));
    const said = runPython(python, [join(ARTIFACT, 'record_globals.py'), ...paths])
      .trim()
      .split('\n');
    expect(said).toHaveLength(FILES);
    paths.forEach((path, i) => {
      const bytes = readFileSync(path);
      const { graph, end } = runPickle(new MemorySource(bytes), 0, { ceiling: 1e9 });
      const names = graph.globals.rows.map(({ module, name }) => `${module}.${name}`).sort();
      const { globals, rest } = JSON.parse(said[i]!);
      expect({ names, rest: bytes.length - end }, path).toEqual({ names: globals, rest });
    });
  });
});
