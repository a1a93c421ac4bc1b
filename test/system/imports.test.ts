// Imports: packages that know what they hold and how long they take, against the tree of imports.
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { makeFolder, measure, userEnvironment } from './highwater.ts';
import { pythonOf, VERSIONS } from './pythons.ts';

const MIB = 2 ** 20;

// Each holds something before and after what takes long, as modules do. Times are those around the import statement.
const PACKAGES: Readonly<Record<string, string>> = {
  'outer/__init__.py': `import time
first = b"a" * (1 << 20)
time.sleep(0.15)
second = b"b" * (1 << 20)
begun = time.perf_counter()
import inner
print("inner", time.perf_counter() - begun)
third = b"c" * (1 << 20)
begun = time.perf_counter()
from outer import part
print("outer.part", time.perf_counter() - begun)
last = b"d" * (1 << 20)
`,
  'outer/part.py': `import time
first = b"e" * (2 << 20)
time.sleep(0.1)
last = b"f" * (1 << 20)
`,
  'inner/__init__.py': `import time
first = b"g" * (4 << 20)
time.sleep(0.25)
last = b"h" * (2 << 20)
`,
};
const PROGRAM = `import time
mine = b"m" * (1 << 20)
time.sleep(0.3)
begun = time.perf_counter()
import outer
print("outer", time.perf_counter() - begun)
time.sleep(0.3)
import inner
mine += b"m"
`;

interface Cost {
  readonly heap: { readonly bytes: number };
  readonly time: { readonly ms: number; readonly low: number; readonly high: number };
}

interface Package {
  readonly name: string;
  readonly self: Cost;
  readonly total: Cost;
  readonly modules: readonly ({ readonly name: string } & Cost)[];
  readonly imported: readonly Package[];
}

function measureImports(python: string) {
  const files = Object.entries(PACKAGES).map(([name, text]) => [join('lib', 'site-packages', name), text] as const);
  const cwd = makeFolder({ 'main.py': PROGRAM });
  for (const [name, text] of files) {
    mkdirSync(join(cwd, dirname(name)), { recursive: true });
    writeFileSync(join(cwd, name), text);
  }
  const env = { ...userEnvironment(), PYTHONPATH: join(cwd, 'lib', 'site-packages') };
  const { ended, report } = measure(['--python', python, 'main.py'], { cwd, env });
  expect(ended.status, ended.stderr).toBe(0);
  const took = new Map(
    ended.stdout
      .trim()
      .split('\n')
      .map((line) => line.split(' ') as [string, string])
      .map(([name, seconds]) => [name, Number(seconds) * 1000]),
  );
  const { importTree } = report as unknown as { readonly importTree: { readonly packages: readonly Package[] } };
  const find = (packages: readonly Package[], name: string) => packages.find((one) => one.name === name)!;
  const outer = find(importTree.packages, 'outer');
  return { tree: importTree, outer, inner: find(outer.imported, 'inner'), took };
}

/** Within the bounds, but for what small blocks that no sample fell on may hide. */
function expectTook({ time }: Cost, ms: number): void {
  expect(time.low).toBeLessThan(ms + 2);
  expect(time.high).toBeGreaterThan(ms - 10);
  expect(Math.abs(time.ms - ms)).toBeLessThan(10 + (time.high - time.low) / 2);
  expect(time.high - time.low).toBeLessThan(100);
}

function expectHeld({ heap }: Cost, mib: number): void {
  expect(heap.bytes).toBeGreaterThan(mib * MIB);
  expect(heap.bytes).toBeLessThan((mib + 0.5) * MIB);
}

describe.for(VERSIONS)('imports on Python %s', (version) => {
  test('are told with and without what they imported, by the package that asked first', (ctx) => {
    const { tree, outer, inner, took } = measureImports(pythonOf(version, ctx));
    const [ofOuter, ofPart, ofInner] = ['outer', 'outer.part', 'inner'].map((name) => took.get(name)!);
    expectTook(outer.total, ofOuter!);
    expectTook(inner.total, ofInner!);
    expectTook(inner.self, ofInner!);
    expectTook(outer.self, ofOuter! - ofInner!);
    const part = outer.modules.find(({ name }) => name === 'outer.part')!;
    expectTook(part, ofPart!);
    expectHeld(outer.total, 13);
    expectHeld(outer.self, 7);
    expectHeld(part, 3);
    expectHeld(inner.total, 6);
    expect(tree.packages.filter(({ name }) => name === 'inner')).toEqual([]);
  });
});
