// What a file imports by name. Each (module, name) is one row and one node, however often it stands in the file.
import { currentName } from '../python2-names.ts';
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

/** Stands for a module or name that is no text of the file: something that was called or changed before gives it. */
export const MADE_NAME = '(made while loading)';

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
