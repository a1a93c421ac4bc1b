// On behalf of which module each stack ran, and which modules had imported that one: from the user's own code inwards.
import { isImportBegin, isLoading, isModuleBody } from '#profile/import-frames.ts';
import type { Profile } from '#profile/types.ts';
import { moduleOf, packageOf } from './module-names.ts';
import { OWNER, type Ownership } from './ownership.ts';

/** What is imported before any user code. */
export const INTERPRETER_START = '(interpreter start)';

/** What an import statement loaded where nothing below the import system tells which package it was. */
export const IMPORT_SYSTEM = '(import system)';

/** A module as it was imported by another. */
export interface ImportPath {
  /** Dotted: "scipy.sparse._csr"; or one of the names in parentheses. */
  readonly module: string;
  /** Who imported it; null for what the user's own code named. */
  readonly by: ImportPath | null;
}

/** Of each row of StackTable; null where no import is on the stack inside the innermost frame of the user's own. */
export function computeImportPaths(profile: Profile, ownership: Ownership): readonly (ImportPath | null)[] {
  const { stacks, frames, strings } = profile;
  const paths = new PathFinder(profile);
  const fileOf = (row: number) => strings[frames.file[row]!]!;
  for (let row = 0; row < stacks.length; row++) {
    const frame = stacks.frame[row]!;
    const parent = stacks.parent[row]!;
    const owner = ownership.frame[frame]!;
    if (owner === OWNER.user) paths.leave(frame);
    else if (owner === OWNER.importing) paths.search(parent, strings[frames.func[frame]!]!);
    else if (owner !== OWNER.native && isModuleBody(fileOf(frame), strings[frames.func[frame]!]!)) {
      paths.enter(parent, fileOf(frame), owner === OWNER.library);
    } else paths.stay(parent, owner === OWNER.library);
  }
  return paths.finish();
}

interface Standing {
  readonly path: ImportPath | null;
  /** While the import system looks for a module: the stack row of the statement (-1: there is none); else undefined. */
  readonly statement: number | undefined;
  /** It has found one, and runs its code: native, where no body of a module shows. */
  readonly isLoading: boolean;
  /** The user's frame around; -1 = none. */
  readonly user: number;
  /** A frame of an installed package is on the stack. */
  readonly inLibrary: boolean;
}

const START: Standing = { path: null, statement: undefined, isLoading: false, user: -1, inLibrary: false };

class PathFinder {
  readonly #profile: Profile;
  readonly #standing: Standing[] = [];
  /** What each statement loaded, by its stack row. */
  readonly #loaded = new Map<number, Set<string>>();
  readonly #children = new Map<ImportPath | null, Map<string, ImportPath>>();

  constructor(profile: Profile) {
    this.#profile = profile;
  }

  /** A frame of the user's own: what it imports begins anew. */
  leave(frame: number): void {
    this.#standing.push({ ...START, user: frame });
  }

  search(parent: number, func: string): void {
    const at = this.#at(parent);
    const isNew = at.statement === undefined || (at.isLoading && isImportBegin(func));
    const next = isNew ? { ...at, statement: parent, isLoading: false } : at;
    this.#standing.push(isLoading(func) ? { ...next, isLoading: true } : next);
  }

  enter(parent: number, file: string, isLibrary: boolean): void {
    const at = this.#at(parent);
    if (at.statement === undefined) {
      this.stay(parent, isLibrary); // run by other means than an import
      return;
    }
    const module = moduleOf(file);
    const loaded = this.#loaded.get(at.statement);
    if (loaded) loaded.add(module);
    else this.#loaded.set(at.statement, new Set([module]));
    const inLibrary = at.inLibrary || isLibrary;
    this.#standing.push({
      ...at,
      path: this.#child(at.path, module),
      statement: undefined,
      isLoading: false,
      inLibrary,
    });
  }

  stay(parent: number, isLibrary: boolean): void {
    const at = this.#at(parent);
    this.#standing.push(at.inLibrary || !isLibrary ? at : { ...at, inLibrary: true });
  }

  finish(): (ImportPath | null)[] {
    const statements = importStatements(this.#profile);
    const { file, line } = this.#profile.frames;
    return this.#standing.map((at) => {
      const path = this.#pathOf(at, () => statements.get(`${file[at.user]}:${line[at.user]}`));
      return path && at.user < 0 ? this.#withoutUser(path, at.inLibrary) : path;
    });
  }

  #pathOf(at: Standing, findStatement: () => string | undefined): ImportPath | null {
    if (at.statement === undefined) return at.path;
    const module = commonModule(this.#loaded.get(at.statement));
    if (module !== undefined) return this.#child(at.path, module);
    return at.path ?? this.#child(null, (at.user < 0 ? undefined : findStatement()) ?? IMPORT_SYSTEM);
  }

  /** A worker process, or python -m: what runs there is some package's, and no line of the user's asked for it. */
  #withoutUser(path: ImportPath, inLibrary: boolean): ImportPath {
    let outermost = path;
    while (outermost.by) outermost = outermost.by;
    const isPackage = inLibrary && outermost.module !== 'site' && outermost.module !== IMPORT_SYSTEM;
    return isPackage ? path : this.#child(null, INTERPRETER_START);
  }

  #at(row: number): Standing {
    return row < 0 ? START : this.#standing[row]!;
  }

  #child(by: ImportPath | null, module: string): ImportPath {
    let children = this.#children.get(by);
    if (!children) {
      children = new Map();
      this.#children.set(by, children);
    }
    let child = children.get(module);
    if (!child) {
      child = { module, by };
      children.set(module, child);
    }
    return child;
  }
}

/** The module, or at least the package, that all are. */
function commonModule(modules: ReadonlySet<string> | undefined): string | undefined {
  if (!modules) return undefined;
  if (modules.size === 1) return [...modules][0];
  const packages = new Set([...modules].map(packageOf));
  return packages.size === 1 ? [...packages][0] : undefined;
}

const IMPORT_STATEMENT = /^\s*(?:import|from)\s+([A-Za-z_]\w*)(?![^#]*[,;])|^\s*from\s+([A-Za-z_]\w*)/;

/** Package that a source line imports, by "file:line", where it names one only. */
function importStatements(profile: Profile): Map<string, string> {
  const { sources, strings } = profile;
  const statements = new Map<string, string>();
  for (let row = 0; row < sources.length; row++) {
    const match = IMPORT_STATEMENT.exec(strings[sources.text[row]!]!);
    if (match) statements.set(`${sources.file[row]}:${sources.line[row]}`, (match[1] ?? match[2])!);
  }
  return statements;
}
