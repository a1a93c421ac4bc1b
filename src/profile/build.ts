// Making a profile: interning builders for strings, frames and stacks, and row-wise builders for the other tables.
// A builder is pushed to and finished once; what it gives is read only.
import { F64Column, I32Column, U8Column } from '#base/columns.ts';
import { type ColumnType, SCHEMA, type TableName } from './schema.ts';
import { FRAME_KIND, type FrameTable, type Profile, type StackTable } from './types.ts';

/** Each distinct text once, by index. Index 0 is always "". */
export class StringTableBuilder {
  readonly #index = new Map<string, number>([['', 0]]);
  readonly #strings: string[] = [''];

  intern(text: string): number {
    const known = this.#index.get(text);
    if (known !== undefined) return known;
    this.#index.set(text, this.#strings.length);
    return this.#strings.push(text) - 1;
  }

  finish(): readonly string[] {
    return this.#strings;
  }
}

export class FrameTableBuilder {
  readonly #index = new Map<string, number>();
  readonly #kind = new U8Column();
  readonly #file = new I32Column();
  readonly #func = new I32Column();
  readonly #line = new I32Column();

  /** `file` and `func` are indices into strings, `line` is 1-based or -1, `kind` a FRAME_KIND. */
  intern(file: number, func: number, line: number, kind: number = FRAME_KIND.python): number {
    const key = `${file}:${func}:${line}:${kind}`;
    const known = this.#index.get(key);
    if (known !== undefined) return known;
    this.#kind.push(kind);
    this.#file.push(file);
    this.#func.push(func);
    const row = this.#line.push(line);
    this.#index.set(key, row);
    return row;
  }

  finish(): FrameTable {
    return {
      length: this.#file.length,
      kind: this.#kind.finish(),
      file: this.#file.finish(),
      func: this.#func.finish(),
      line: this.#line.finish(),
    };
  }
}

// A stack's key packs parent + 1 and frame into one exact double; 2^26 frames and 2^27 stacks are far beyond any program.
const FRAME_SPAN = 2 ** 26;

export class StackTableBuilder {
  readonly #index = new Map<number, number>();
  readonly #frame = new I32Column();
  readonly #parent = new I32Column();

  /** `parent` is a row that was given before, or -1 for the outermost call. */
  intern(parent: number, frame: number): number {
    const key = (parent + 1) * FRAME_SPAN + frame;
    const known = this.#index.get(key);
    if (known !== undefined) return known;
    this.#frame.push(frame);
    const row = this.#parent.push(parent);
    this.#index.set(key, row);
    return row;
  }

  finish(): StackTable {
    return { length: this.#frame.length, frame: this.#frame.finish(), parent: this.#parent.finish() };
  }
}

type ColumnBuilder = F64Column | I32Column | U8Column;
type RowOf<T extends TableName> = { readonly [C in Exclude<keyof Profile[T], 'length'>]: number };

/** Rows of any table of SCHEMA, one object at a time: for tables that are small beside the stream they come from. */
export class TableBuilder<T extends TableName> {
  readonly #columns: [name: string, column: ColumnBuilder][];
  #length = 0;

  constructor(table: T) {
    this.#columns = Object.entries(SCHEMA[table]).map(([name, type]) => [name, newColumn(type)]);
  }

  get length(): number {
    return this.#length;
  }

  /** Gives the index of the new row. */
  add(row: RowOf<T>): number {
    for (const [name, column] of this.#columns) column.push((row as Record<string, number>)[name]!);
    return this.#length++;
  }

  finish(): Profile[T] {
    const columns = this.#columns.map(([name, column]) => [name, column.finish()]);
    return { length: this.#length, ...Object.fromEntries(columns) } as unknown as Profile[T];
  }
}

function newColumn(type: ColumnType): ColumnBuilder {
  return type === 'f64' ? new F64Column() : type === 'i32' ? new I32Column() : new U8Column();
}

/** A table without rows. */
export function emptyTable<T extends TableName>(table: T): Profile[T] {
  return new TableBuilder(table).finish();
}
