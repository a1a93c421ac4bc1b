// What a file imports by name. Each (module, name) is one row and one node, however often it stands in the file.
import type { NodeId } from './values.ts';

export interface Global {
  readonly module: string;
  readonly name: string;
  /** `module.name`, as it would be resolved: under today's name of the module. */
  readonly full: string;
  readonly node: NodeId;
  /** Byte of the file where it first stands. */
  readonly at: number;
  /** How often the file names it (a fetch from the memo is not counted). */
  count: number;
  /** Called while loading: REDUCE, NEWOBJ, OBJ, INST. */
  called: boolean;
}

/** Python 2's names of modules, which loading maps to today's. */
const OLD_MODULES: Readonly<Record<string, string>> = {
  __builtin__: 'builtins',
  copy_reg: 'copyreg',
  cPickle: 'pickle',
  UserDict: 'collections',
  UserList: 'collections',
};

/** What is imported for a module that a file names. */
export function currentModule(module: string): string {
  return Object.hasOwn(OLD_MODULES, module) ? OLD_MODULES[module]! : module;
}

const OLD_NAMES: Readonly<Record<string, string>> = {
  'builtins.unicode': 'builtins.str',
  'builtins.long': 'builtins.int',
  'builtins.xrange': 'builtins.range',
  'builtins.unichr': 'builtins.chr',
  'builtins.reduce': 'functools.reduce',
  'builtins.intern': 'sys.intern',
};

function currentName(module: string, name: string): string {
  const full = `${currentModule(module)}.${name}`;
  return module !== 'builtins' && Object.hasOwn(OLD_NAMES, full) ? OLD_NAMES[full]! : full;
}

export class GlobalTable {
  readonly rows: Global[] = [];
  readonly #byName = new Map<string, number>();

  find(module: string, name: string): number {
    return this.#byName.get(`${module}\n${name}`) ?? -1;
  }

  add(module: string, name: string, node: NodeId, at: number): number {
    const row =
      this.rows.push({ module, name, full: currentName(module, name), node, at, count: 0, called: false }) - 1;
    this.#byName.set(`${module}\n${name}`, row);
    return row;
  }
}
