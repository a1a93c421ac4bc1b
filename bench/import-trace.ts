// What `python -X importtime` says, summed up by package as highwater does it.
import { packageOf, partOf } from '#analysis/module-names.ts';

/** Milliseconds. */
export interface PackageTime {
  self: number;
  total: number;
}

export interface ImportTrace {
  /** Of what the script itself imported. */
  readonly total: number;
  readonly modules: number;
  /** By package: its own modules, wherever they were imported; `total` with what they imported in turn. */
  readonly packages: ReadonlyMap<string, PackageTime>;
  /** Own time by module, one level down. */
  readonly parts: ReadonlyMap<string, number>;
}

interface Line {
  readonly self: number;
  readonly total: number;
  readonly depth: number;
  readonly name: string;
}

const LINE = /^import time:\s+(\d+) \|\s+(\d+) \| ( *)(\S+)$/;

/** A module is printed once it is loaded: after those that it imported, which stand deeper. */
export function parseImportTrace(text: string): ImportTrace {
  const lines = text.split('\n').flatMap((line): Line[] => {
    const match = LINE.exec(line);
    if (!match) return [];
    return [{ self: +match[1]! / 1000, total: +match[2]! / 1000, depth: match[3]!.length / 2, name: match[4]! }];
  });
  const own = lines.slice(lines.findIndex(({ name }) => name === 'site') + 1).reverse();
  const packages = new Map<string, PackageTime>();
  const parts = new Map<string, number>();
  const around: string[] = [];
  for (const { self, total, depth, name } of own) {
    const owner = packageOf(name);
    const time = packages.get(owner) ?? { self: 0, total: 0 };
    packages.set(owner, time);
    time.self += self;
    if (!around.slice(0, depth).includes(owner)) time.total += total;
    parts.set(partOf(name), (parts.get(partOf(name)) ?? 0) + self);
    around[depth] = owner;
  }
  const outermost = own.filter(({ depth }) => depth === 0);
  return { total: outermost.reduce((sum, line) => sum + line.total, 0), modules: own.length, packages, parts };
}
