// What imports cost, by package: heap at a moment, wall time, and pages of files; of the package itself and with all that it
// imported. A package that several import stands where it was loaded: below the one that asked first, as Python runs it.
import type { Bytes } from '#base/units.ts';
import type { IndexIntoMoments, IndexIntoProcesses, Profile } from '#profile/types.ts';
import { addLiveRow, isLiveMemory } from './domains.ts';
import { computeImportPaths, type ImportPath } from './import-paths.ts';
import { addImportTimes, type TimeEstimate, TimeSum } from './import-times.ts';
import type { Estimate } from './interval.ts';
import type { FileOwner } from './mapped-files.ts';
import { packageOf, partOf } from './module-names.ts';
import type { Ownership } from './ownership.ts';
import { samplingMean, Tally } from './tally.ts';

export interface ImportCost {
  readonly heap: Estimate;
  /** Wall time; null where it is not known: in profiles of before, or where no agent saw it. */
  readonly time: TimeEstimate | null;
  /** Resident pages of the package's own files, libraries mostly, near the peak; null where they were not read. */
  readonly files: Bytes | null;
}

/** Of what a package costs itself, the part of its submodule, deeper ones included. */
export interface ImportedModule extends Omit<ImportCost, 'files'> {
  /** "scipy.sparse"; the package's own name for what stands in none. */
  readonly name: string;
}

export interface ImportedPackage {
  readonly name: string;
  /** Without what it imported from elsewhere. */
  readonly self: ImportCost;
  /** `self` and the totals of `imported`. */
  readonly total: ImportCost;
  /** They add up to `self`, files aside. */
  readonly modules: readonly ImportedModule[];
  /** Other packages, as they were loaded on its behalf. The largest heap first. */
  readonly imported: readonly ImportedPackage[];
}

export interface ImportTree {
  readonly total: ImportCost;
  /** What the user's own code imported. */
  readonly packages: readonly ImportedPackage[];
}

/** Resident pages by package. */
export interface OwnedFiles {
  readonly rows: readonly Pick<FileOwner, 'name' | 'bytes'>[];
}

export interface ImportTreeOptions {
  readonly moment: IndexIntoMoments;
  /** Heap of this process only; absent: of all. */
  readonly process?: IndexIntoProcesses;
  /** Whose time is told: wall times of several processes are no time of anything. */
  readonly timed?: IndexIntoProcesses;
  readonly files?: OwnedFiles | null;
}

export function computeImportTree(profile: Profile, ownership: Ownership, options: ImportTreeOptions): ImportTree {
  const paths = computeImportPaths(profile, ownership);
  const builder = new TreeBuilder(samplingMean(profile, options.process));
  addHeap(profile, paths, options, builder);
  const isTimed = addImportTimes(profile, options.timed ?? 0, (row) => builder.placeOf(paths[row] ?? null));
  if (options.files) builder.addFiles(options.files);
  return builder.finish(isTimed, options.files !== undefined && options.files !== null);
}

function addHeap(
  { live }: Profile,
  paths: readonly (ImportPath | null)[],
  { moment, process }: ImportTreeOptions,
  builder: TreeBuilder,
): void {
  for (let row = 0; row < live.length; row++) {
    if (live.moment[row] !== moment || !isLiveMemory(live.domain[row]!)) continue;
    if (process !== undefined && live.process[row] !== process) continue;
    const path = paths[live.stack[row]!];
    if (path) addLiveRow(builder.placeOf(path).module!.heap, live, row);
  }
}

/** Deeper packages count for the one at this depth: whatever a file says, readers of the tree may recurse. */
const DEEPEST = 64;

interface Module {
  readonly heap: Tally;
  readonly time: TimeSum;
}

interface Package {
  readonly name: string;
  readonly parent: Package | null;
  readonly depth: number;
  readonly children: Map<string, Package>;
  readonly modules: Map<string, Module>;
  /** With all that it imported. */
  readonly heap: Tally;
  readonly time: TimeSum;
  files: Bytes;
}

/** Where a row counts; the root and no module for what is no import. */
interface Place {
  readonly package: Package;
  readonly module: Module | null;
}

class TreeBuilder {
  readonly #mean: Bytes;
  readonly #root: Package;
  /** Parents before children. */
  readonly #packages: Package[] = [];
  readonly #packageOf = new Map<ImportPath, Package>();

  constructor(mean: Bytes) {
    this.#mean = mean;
    this.#root = this.#newPackage('', null);
  }

  placeOf(path: ImportPath | null): Place {
    if (!path) return { package: this.#root, module: null };
    const found = this.#find(path);
    const name = packageOf(path.module) === found.name ? partOf(path.module) : found.name;
    let module = found.modules.get(name);
    if (!module) {
      module = { heap: new Tally(this.#mean), time: new TimeSum() };
      found.modules.set(name, module);
    }
    return { package: found, module };
  }

  /** Where a package stands in several places, its files count where it took most itself. */
  addFiles({ rows }: OwnedFiles): void {
    const weight = (one: Package) => [...one.modules.values()].reduce((sum, { time }) => sum + time.ms, 0);
    for (const { name, bytes } of rows) {
      const candidates = this.#packages.filter((one) => one !== this.#root && one.name === name);
      const heaviest = candidates.toSorted((a, b) => weight(b) - weight(a))[0];
      if (heaviest) heaviest.files += bytes;
    }
  }

  finish(isTimed: boolean, hasFiles: boolean): ImportTree {
    const finished = new Map<Package, ImportedPackage>();
    const known = { isTimed, hasFiles };
    for (const one of this.#packages.toReversed()) {
      for (const { heap } of one.modules.values()) addTally(one.heap, heap);
      const imported = [...one.children.values()].map((child) => finished.get(child)!).filter(isWorthTelling);
      finished.set(one, finishPackage(one, imported.sort(byCost), known));
      if (one.parent) addTally(one.parent.heap, one.heap);
      if (one.parent === this.#root) this.#root.time.add(one.time);
    }
    const { total, imported: packages } = finishPackage(this.#root, finished.get(this.#root)!.imported, known);
    return { total, packages };
  }

  #find(path: ImportPath): Package {
    const unknown: ImportPath[] = [];
    let at: ImportPath | null = path;
    for (; at && !this.#packageOf.has(at); at = at.by) unknown.push(at);
    let found = at ? this.#packageOf.get(at)! : this.#root;
    for (const one of unknown.reverse()) {
      found = this.#enter(found, packageOf(one.module));
      this.#packageOf.set(one, found);
    }
    return found;
  }

  // Where a package imports another that imports the first one again, that is its own all the same.
  #enter(from: Package, name: string): Package {
    for (let at: Package | null = from; at; at = at.parent) if (at !== this.#root && at.name === name) return at;
    if (from.depth === DEEPEST) return from;
    return from.children.get(name) ?? this.#newPackage(name, from);
  }

  #newPackage(name: string, parent: Package | null): Package {
    const made: Package = {
      name,
      parent,
      depth: parent ? parent.depth + 1 : 0,
      children: new Map(),
      modules: new Map(),
      heap: new Tally(this.#mean),
      time: new TimeSum(),
      files: 0,
    };
    this.#packages.push(made);
    parent?.children.set(name, made);
    return made;
  }
}

interface Known {
  readonly isTimed: boolean;
  readonly hasFiles: boolean;
}

function finishPackage(
  one: Package,
  imported: readonly ImportedPackage[],
  { isTimed, hasFiles }: Known,
): ImportedPackage {
  const own = new Tally(one.heap.mean);
  const ownTime = new TimeSum();
  ownTime.add(one.time);
  for (const { heap } of one.modules.values()) addTally(own, heap);
  for (const child of one.children.values()) ownTime.subtract(child.time);
  const filesBelow = imported.reduce((sum, { total }) => sum + (total.files ?? 0), 0);
  const costOf = (heap: Tally, time: TimeSum) => ({ heap: heap.estimate(), time: isTimed ? time.estimate() : null });
  const modules = [...one.modules].map(([name, { heap, time }]) => ({ name, ...costOf(heap, time) }));
  return {
    name: one.name,
    self: { ...costOf(own, ownTime), files: hasFiles ? one.files : null },
    total: { ...costOf(one.heap, one.time), files: hasFiles ? one.files + filesBelow : null },
    modules: modules.sort(byModuleCost),
    imported,
  };
}

function isWorthTelling({ total }: ImportedPackage): boolean {
  return total.heap.bytes > 0 || (total.time?.ms ?? 0) > 0;
}

function byCost(a: ImportedPackage, b: ImportedPackage): number {
  return byModuleCost(a.total, b.total);
}

function byModuleCost(a: Omit<ImportCost, 'files'>, b: Omit<ImportCost, 'files'>): number {
  return b.heap.bytes - a.heap.bytes || (b.time?.ms ?? 0) - (a.time?.ms ?? 0);
}

function addTally(to: Tally, { bytes, exactBytes, blocks, samples, variance }: Tally): void {
  to.add(bytes, exactBytes, blocks, samples, variance);
}
