import { describe, expect, it } from 'vitest';
import type { Profile } from '#profile/types.ts';
import { profileOfImports } from '../../test/import-profiles.ts';
import { computeImportTree, type ImportCost, type ImportedPackage } from './import-tree.ts';
import { computeOwnership } from './ownership.ts';

/** "sk 12/20 KiB 5/9 ms", itself and in all; modules with a dash, imported packages indented. */
function show(profile: Profile, files?: Readonly<Record<string, number>>): string[] {
  const rows = Object.entries(files ?? {}).map(([name, bytes]) => ({ name, bytes }));
  const given = files ? { files: { time: 0, rows } } : {};
  const tree = computeImportTree(profile, computeOwnership(profile), { moment: 0, ...given });
  return tree.packages.flatMap((one) => showPackage(one, ''));
}

function showPackage({ name, self, total, modules, imported }: ImportedPackage, indent: string): string[] {
  const pair = (of: (cost: ImportCost) => number | undefined) => `${of(self)}/${of(total)}`;
  const time = total.time ? ` ${pair((cost) => cost.time?.ms)} ms` : '';
  const files = total.files === null ? '' : ` ${pair((cost) => cost.files ?? 0)} in files`;
  const parts = modules.length > 1 || modules[0]?.name !== name ? modules : [];
  return [
    `${indent}${name} ${pair(({ heap }) => heap.bytes / 1024)} KiB${time}${files}`,
    ...parts.map(
      (part) => `${indent}- ${part.name} ${part.heap.bytes / 1024} KiB${part.time ? ` ${part.time.ms} ms` : ''}`,
    ),
    ...imported.flatMap((one) => showPackage(one, `${indent}  `)),
  ];
}

describe('the tree of imports', () => {
  it('tells each package with and without what it imported', () => {
    const profile = profileOfImports(`
      app.py:1 > IMPORT > sk/__init__.py = 100 ms
      app.py:1 > IMPORT > sk/__init__.py > IMPORT > sc/__init__.py = 60 ms
      app.py:1 > IMPORT > sk/__init__.py > IMPORT > sc/__init__.py > IMPORT > np/__init__.py = 25 ms
      app.py:1 > IMPORT > sk/__init__.py = 8 KiB
      app.py:1 > IMPORT > sk/__init__.py > IMPORT > sc/__init__.py = 4 KiB
      app.py:1 > IMPORT > sk/__init__.py > IMPORT > sc/__init__.py > IMPORT > np/__init__.py = 2 KiB
      app.py:9 > IMPORT > six.py = 1 KiB
    `);
    expect(show(profile)).toEqual([
      'sk 8/14 KiB 40/100 ms',
      '  sc 4/6 KiB 35/60 ms',
      '    np 2/2 KiB 25/25 ms',
      'six 1/1 KiB 0/0 ms',
    ]);
  });

  it('puts submodules together one level down, and their own costs add up to that of the package', () => {
    const at = 'app.py:1 > IMPORT > sc/__init__.py';
    const profile = profileOfImports(`
      ${at} = 50 ms
      ${at} > IMPORT > sc/stats/__init__.py = 40 ms
      ${at} > IMPORT > sc/stats/__init__.py > IMPORT > sc/stats/_a.py = 30 ms
      ${at} > IMPORT > sc/stats/__init__.py > IMPORT > sc/stats/_a.py > IMPORT > sc/linalg.py = 7 ms
      ${at} = 1 KiB
      ${at} > IMPORT > sc/stats/__init__.py = 2 KiB
      ${at} > IMPORT > sc/stats/__init__.py > IMPORT > sc/stats/_a.py = 4 KiB
      ${at} > IMPORT > sc/stats/__init__.py > IMPORT > sc/stats/_a.py > IMPORT > sc/linalg.py = 8 KiB
    `);
    expect(show(profile)).toEqual([
      'sc 15/15 KiB 50/50 ms',
      '- sc.linalg 8 KiB 7 ms',
      '- sc.stats 6 KiB 33 ms',
      '- sc 1 KiB 10 ms',
    ]);
  });

  it('counts a package for itself that is imported again by one that it imported', () => {
    const at = 'app.py:1 > IMPORT > pd/__init__.py';
    const profile = profileOfImports(`
      ${at} = 50 ms
      ${at} > IMPORT > tz.py = 30 ms
      ${at} > IMPORT > tz.py > IMPORT > pd/core.py = 20 ms
      ${at} > IMPORT > tz.py = 1 KiB
      ${at} > IMPORT > tz.py > IMPORT > pd/core.py = 4 KiB
    `);
    expect(show(profile)).toEqual([
      'pd 4/5 KiB 40/50 ms',
      '- pd.core 4 KiB 20 ms',
      '- pd 0 KiB 20 ms',
      '  tz 1/1 KiB 10/10 ms',
    ]);
  });

  it('gives what the import system does to the package that the statement loads, and native modules to their importer', () => {
    const at = 'app.py:1 > IMPORT > to/__init__.py';
    const profile = profileOfImports(`
      app.py:1 > IMPORT = 1 KiB
      ${at} > IMPORT > NATIVE = 16 KiB
      ${at} > IMPORT > NATIVE > IMPORT > np/__init__.py = 4 KiB
      ${at} > to/x.py:f:1 > IMPORT = 2 KiB
      ${at} > to/x.py:f:1 > IMPORT > json/__init__.py = 8 KiB
    `);
    expect(show(profile)).toEqual(['to 17/31 KiB', '  json 10/10 KiB', '  np 4/4 KiB']);
  });

  it("leaves out the user's own modules, also those that a package imports", () => {
    const profile = profileOfImports(`
      app.py:1 > IMPORT > helpers.py:3 = 90 ms
      app.py:1 > IMPORT > helpers.py:3 > IMPORT > np/__init__.py = 30 ms
      app.py:2 > IMPORT > plug.py = 50 ms
      app.py:2 > IMPORT > plug.py > IMPORT > helpers.py:7 = 40 ms
      app.py:2 > IMPORT > plug.py > IMPORT > helpers.py:7 > IMPORT > six.py = 15 ms
      app.py:1 > IMPORT > helpers.py:3 = 64 KiB
    `);
    expect(show(profile)).toEqual(['np 0/0 KiB 30/30 ms', 'six 0/0 KiB 15/15 ms', 'plug 0/0 KiB 10/10 ms']);
  });

  it('keeps files apart from heap, each once: where the package took most time', () => {
    const profile = profileOfImports(`
      app.py:1 > IMPORT > a.py = 30 ms
      app.py:1 > IMPORT > a.py > IMPORT > np/__init__.py = 5 ms
      app.py:2 > IMPORT > b.py = 30 ms
      app.py:2 > IMPORT > b.py > IMPORT > np/__init__.py = 8 ms
    `);
    expect(show(profile, { np: 700, '(Python)': 90, a: 3 })).toEqual([
      'a 0/0 KiB 25/30 ms 3/3 in files',
      '  np 0/0 KiB 5/5 ms 0/0 in files',
      'b 0/0 KiB 22/30 ms 0/700 in files',
      '  np 0/0 KiB 8/8 ms 700/700 in files',
    ]);
  });

  it('carries the bounds along', () => {
    const profile = profileOfImports(`
      app.py:1 > IMPORT > a.py = 30 ms
      app.py:1 > IMPORT > a.py > IMPORT > np/__init__.py = 10 ms
    `);
    const { packages, total } = computeImportTree(profile, computeOwnership(profile), { moment: 0 });
    expect(total.time).toEqual({ ms: 30, low: 29, high: 32 });
    expect(packages[0]!.self.time).toEqual({ ms: 20, low: 17, high: 23 });
    expect(packages[0]!.total.files).toBeNull();
  });

  it('knows no time where the profile has none, and stays shallow whatever the stacks', () => {
    const deep = Array.from({ length: 200 }, (_, i) => `p${i}.py`).join(' > IMPORT > ');
    const { packages } = computeImportTree(...treeArguments(profileOfImports(`app.py:1 > IMPORT > ${deep} = 1 KiB`)));
    let depth = 0;
    for (let at: ImportedPackage | undefined = packages[0]; at; at = at.imported[0]) depth++;
    expect(depth).toBe(64);
    expect(packages[0]!.total.time).toBeNull();
    expect(packages[0]!.total.heap.bytes).toBe(1024);
  });
});

function treeArguments(profile: Profile) {
  return [profile, computeOwnership(profile), { moment: 0 }] as const;
}
