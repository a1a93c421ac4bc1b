// The tree of imports, for machines.
import type { ImportCost, ImportedModule, ImportedPackage, ImportTree } from '#analysis/import-tree.ts';
import type { Overview } from '#analysis/overview.ts';
import { estimateOf } from './json-text.ts';

export function importsOf({ imports, importTree }: Overview) {
  return { imports: imports.map(({ name, bytes }) => ({ name, bytes })), importTree: treeOf(importTree) };
}

function treeOf({ total, packages }: ImportTree) {
  return { total: costOf(total), packages: packages.map(packageOf) };
}

interface JsonPackage {
  readonly name: string;
  readonly self: ReturnType<typeof costOf>;
  readonly total: ReturnType<typeof costOf>;
  readonly modules: readonly ReturnType<typeof moduleOf>[];
  readonly imported: readonly JsonPackage[];
}

function packageOf({ name, self, total, modules, imported }: ImportedPackage): JsonPackage {
  return {
    name,
    self: costOf(self),
    total: costOf(total),
    modules: modules.map(moduleOf),
    imported: imported.map(packageOf),
  };
}

function moduleOf({ name, heap, time }: ImportedModule) {
  return { name, heap: estimateOf(heap), time: time && { ...time } };
}

function costOf({ heap, time, files }: ImportCost) {
  return { heap: estimateOf(heap), time: time && { ...time }, files };
}
