// Where in imports each stack of a stream stands: in the body of which module, loaded by which other, or in the import
// system on behalf of one. Places are as few as import statements that ran, however many stacks go through them.
//
//   app.py:1 > import system > sklearn/__init__.py:5 > f > import system > numpy/__init__.py:9
//              statement       module                      statement       module
//
// A module of native code has no frame: it shows where the import system, while it loads one, is called again.
import { I32Column, U8Column } from '#base/columns.ts';
import { isImportBegin, isImportSystem, isLoading, isModuleBody } from '#profile/import-frames.ts';

/** Of a place, a row of the columns of ImportPlaces. */
export type IndexIntoPlaces = number;

/** No import is on the stack. */
export const OUTSIDE: IndexIntoPlaces = 0;

const ROLE = { other: 0, importSystem: 1, begin: 2, loading: 3, module: 4 } as const;

export const PLACE = {
  /** The import system is at work for a statement. */
  statement: 0,
  /** The body of a module. */
  module: 1,
  /** The code of a native module, as far as it imports others. */
  native: 2,
} as const;

export class ImportPlaces {
  /** PLACE. Statements and modules take turns. */
  readonly kind = new U8Column();
  /** The place around this one; parents come first. */
  readonly parent = new I32Column();
  /** Row of StackTable: the outermost frame of the place, as it was seen first. Of native code the innermost of Python. */
  readonly stack = new I32Column();
  // By stack of the stream.
  readonly #row = new I32Column();
  readonly #placeOf = new I32Column();
  readonly #isLoading = new U8Column();
  readonly #roleOf = new Map<number, number>();
  readonly #known = new Map<string, IndexIntoPlaces>();

  constructor() {
    this.#newPlace(0, -1, -1);
    this.#push(-1, OUTSIDE, 0); // stack 0: none
  }

  /** `id` of a CODE record. */
  code(id: number, file: string, func: string): void {
    this.#roleOf.set(id, roleOf(file, func));
  }

  /** The next stack of the stream, by the ids that its records have; `row` is where it stands in the profile. */
  add(parent: number, code: number, row: number): void {
    const role = this.#roleOf.get(code) ?? ROLE.other;
    const place = this.#find(parent, role, code, row);
    const isSame = place === this.of(parent);
    this.#push(row, place, role === ROLE.loading || (isSame && this.#isLoadingAt(parent)) ? 1 : 0);
  }

  /** A call in native code stands where its caller does. */
  native(parent: number, row: number): void {
    this.#push(row, this.of(parent), this.#isLoadingAt(parent) ? 1 : 0);
  }

  of(stack: number): IndexIntoPlaces {
    return stack < this.#placeOf.length ? this.#placeOf.at(stack) : OUTSIDE;
  }

  #find(parent: number, role: number, code: number, row: number): IndexIntoPlaces {
    const around = this.of(parent);
    const isStatement = around !== OUTSIDE && this.kind.at(around) === PLACE.statement;
    if (role === ROLE.module)
      return isStatement ? this.#intern(`module ${around} ${code}`, PLACE.module, around, row) : around;
    if (role === ROLE.other) return around;
    if (!isStatement) return this.#intern(`statement ${parent}`, PLACE.statement, around, row);
    // Else a package is imported before its module, on behalf of the same statement.
    if (role !== ROLE.begin || !this.#isLoadingAt(parent)) return around;
    const native = this.#intern(`native ${around}`, PLACE.native, around, this.#row.at(parent));
    return this.#intern(`statement ${parent}`, PLACE.statement, native, row);
  }

  #isLoadingAt(stack: number): boolean {
    return stack < this.#isLoading.length && this.#isLoading.at(stack) === 1;
  }

  #push(row: number, place: IndexIntoPlaces, isLoading: 0 | 1): void {
    this.#row.push(row);
    this.#placeOf.push(place);
    this.#isLoading.push(isLoading);
  }

  #intern(key: string, kind: number, parent: IndexIntoPlaces, row: number): IndexIntoPlaces {
    const known = this.#known.get(key);
    if (known !== undefined) return known;
    const place = this.#newPlace(kind, parent, row);
    this.#known.set(key, place);
    return place;
  }

  #newPlace(kind: number, parent: IndexIntoPlaces, row: number): IndexIntoPlaces {
    this.kind.push(kind);
    this.stack.push(row);
    return this.parent.push(parent);
  }
}

function roleOf(file: string, func: string): number {
  if (!isImportSystem(file)) return isModuleBody(file, func) ? ROLE.module : ROLE.other;
  if (isLoading(func)) return ROLE.loading;
  return isImportBegin(func) ? ROLE.begin : ROLE.importSystem;
}
