// The fixtures of model files made anew, by whatever libraries this machine has: newer ones may write other bytes, and have to
// be read all the same. HIGHWATER_PYTHON_MODELS names an interpreter that has them all; else the one of the science set.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, type TestContext, test } from 'vitest';
import committed from '../fixtures/models/expected.json' with { type: 'json' };
import { loadModel, MODELS, readModel } from '../models.ts';
import { userEnvironment } from './paths.ts';
import { pythonWith } from './pythons.ts';

interface Made {
  readonly said: string;
  readonly expected: Readonly<Record<string, readonly [format: string, arrays: readonly { path: string }[] | null]>>;
}

const folder = mkdtempSync(join(tmpdir(), 'highwater-models-'));
let made: Made | undefined;

afterAll(() => rmSync(folder, { recursive: true, force: true }));

function makeAnew(ctx: TestContext): Made {
  if (made) return made;
  const python = process.env.HIGHWATER_PYTHON_MODELS || pythonWith('science', ctx);
  const ended = spawnSync(python, [join(MODELS, 'make.py'), folder], { encoding: 'utf8', env: userEnvironment() });
  expect(ended.status, ended.stderr).toBe(0);
  made = { said: ended.stdout, expected: JSON.parse(readFileSync(join(folder, 'expected.json'), 'utf8')) };
  return made;
}

for (const name of Object.keys(committed)) {
  test(`${name}, made anew, is read as what it is`, (ctx) => {
    const { said, expected } = makeAnew(ctx);
    const wanted = expected[name];
    if (!wanted) return ctx.skip(said.split('\n').find((line) => line.includes(name)) ?? 'it was not made');
    const result = readModel(name, loadModel(name, folder), folder);
    if (!result.ok) throw new Error(result.error.message);
    expect(result.value.format.id).toBe(wanted[0]);
    for (const row of wanted[1] ?? []) {
      expect(result.value.arrays.rows.find(({ path }) => path === row.path)).toMatchObject(row);
    }
  });
}
