import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { type Debt, FLOORS, type Floors, findImports, findViolations, formatViolation } from './floors.ts';

const ROOT = path.resolve(import.meta.dirname, '..');

/** Imports that break the table and may stay for now. Each with what has to happen before it can go. */
const DEBT: readonly Debt[] = [];

describe('the floors of src', () => {
  it('are kept', () => {
    expect(findViolations(ROOT, FLOORS, DEBT).map(formatViolation)).toEqual([]);
  });

  it('go down only: a floor stands below those that import it', () => {
    const order = Object.keys(FLOORS);
    for (const [name, { below }] of Object.entries(FLOORS)) {
      for (const lower of below)
        expect(order.indexOf(lower), `${name} imports ${lower}`).toBeLessThan(order.indexOf(name));
    }
  });

  it('have a # name each in package.json once they have files', () => {
    const { imports } = JSON.parse(fs.readFileSync(path.join(ROOT, 'package.json'), 'utf8'));
    const folders = fs.readdirSync(path.join(ROOT, 'src')).filter((name) => FLOORS[name]);
    for (const name of folders) expect(imports[`#${name}/*`], name).toBe(`./src/${name}/*`);
  });
});

describe('findViolations', () => {
  const planted: string[] = [];
  afterEach(() => {
    for (const root of planted.splice(0)) fs.rmSync(root, { recursive: true });
  });

  const TWO_FLOORS: Floors = {
    low: { below: [], touchesMachine: false, packages: [] },
    high: { below: ['low'], touchesMachine: true, packages: ['commander'] },
  };

  function plant(files: Record<string, string>, debts: readonly Debt[] = []): string[] {
    const root = fs.mkdtempSync(path.join(os.tmpdir(), 'highwater-floors-'));
    planted.push(root);
    for (const [name, text] of Object.entries({ 'src/low/README.md': '', 'src/high/README.md': '', ...files })) {
      fs.mkdirSync(path.dirname(path.join(root, name)), { recursive: true });
      fs.writeFileSync(path.join(root, name), text);
    }
    return findViolations(root, TWO_FLOORS, debts).map(formatViolation);
  }

  it('finds nothing where all is well', () => {
    const files = {
      'src/low/a.ts': "import { b } from './b.ts';",
      'src/low/deep/c.ts': "import { b } from '../b.ts';",
      'src/high/d.ts': "import fs from 'node:fs';\nimport { a } from '#low/a.ts';\nimport 'commander';",
    };
    expect(plant(files)).toEqual([]);
  });

  it('names an import that goes up, by file and line', () => {
    expect(plant({ 'src/low/a.ts': "\nimport type { D } from '#high/d.ts';" })).toEqual([
      'src/low/a.ts:2: imports #high/d.ts, but low may import only its own files',
    ]);
  });

  it('names the machine touched from a floor that must not', () => {
    const [violation] = plant({ 'src/low/a.ts': "const fs = await import('node:fs');" });
    expect(violation).toMatch(/^src\/low\/a\.ts:1: imports node:fs, but low does not touch the machine/);
  });

  it('names a path that leaves its folder', () => {
    const [violation] = plant({ 'src/high/d.ts': "export * from '../low/a.ts';" });
    expect(violation).toMatch(/^src\/high\/d\.ts:1: imports \.\.\/low\/a\.ts, which leaves src\/high/);
  });

  it('names a package that the floor was not given', () => {
    expect(plant({ 'src/low/a.ts': "import { x } from '@scope/name/deep';" })).toEqual([
      'src/low/a.ts:1: imports the package @scope/name, which the table does not give to low',
    ]);
  });

  it('names a folder outside the table, and one without README', () => {
    expect(plant({ 'src/utils/x.ts': '' })).toEqual([
      'src/utils: is no floor: add utils to the table in test/floors.ts',
    ]);
    const root = planted.at(-1)!;
    fs.writeFileSync(path.join(root, 'src/low/a.ts'), '');
    fs.rmSync(path.join(root, 'src/low/README.md'));
    expect(findViolations(root, TWO_FLOORS).map(formatViolation)[0]).toMatch(/^src\/low: has no README\.md/);
  });

  it('lets test files use node:, vitest and test/, and holds them to their floor otherwise', () => {
    const helpers =
      "import 'node:fs';\nimport 'vitest';\nimport '../../test/profiles.ts';\nimport '#test/profiles.ts';\n";
    expect(plant({ 'src/low/a.test.ts': `${helpers}import '#high/d.ts';` })).toEqual([
      'src/low/a.test.ts:5: imports #high/d.ts, but low may import only its own files',
    ]);
    expect(plant({ 'src/low/a.ts': "import '../../test/profiles.ts';" })).toHaveLength(1);
  });

  it('lets a debt stand, and asks for its removal once it is paid', () => {
    const debt = { file: 'src/low/a.ts', specifier: 'node:fs', reason: 'planted' };
    expect(plant({ 'src/low/a.ts': "import 'node:fs';" }, [debt])).toEqual([]);
    expect(plant({ 'src/low/a.ts': '' }, [debt])).toEqual([
      'src/low/a.ts: no longer imports node:fs: take it off the list of debts',
    ]);
  });
});

describe('findImports', () => {
  it('sees every kind of import, over several lines', () => {
    const source = `import a from 'one';
import {
  b,
} from "two";
export { c } from 'three';
import 'four';
const d = await import('five');`;
    expect(findImports(source)).toEqual([
      { specifier: 'one', line: 1 },
      { specifier: 'two', line: 4 },
      { specifier: 'three', line: 5 },
      { specifier: 'four', line: 6 },
      { specifier: 'five', line: 7 },
    ]);
  });

  it('is not misled by comments and texts', () => {
    const source =
      "// import 'no'\n/* import 'no' */\nconst url = 'http://x'; const py = `import 'no'`;\nimport 'yes';";
    expect(findImports(source)).toEqual([{ specifier: 'yes', line: 4 }]);
  });
});
