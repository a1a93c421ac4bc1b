// Growing typed columns. A table of a million rows is then a handful of arrays that the garbage collector need not walk.

type Numbers = Float64Array | Int32Array | Uint8Array;

class Column<A extends Numbers> {
  #values: A;
  #length = 0;
  readonly #make: (capacity: number) => A;

  constructor(make: (capacity: number) => A, capacity = 16) {
    this.#make = make;
    this.#values = make(capacity);
  }

  get length(): number {
    return this.#length;
  }

  push(value: number): number {
    if (this.#length === this.#values.length) this.#grow();
    this.#values[this.#length] = value;
    return this.#length++;
  }

  at(index: number): number {
    return this.#values[index]!;
  }

  set(index: number, value: number): void {
    this.#values[index] = value;
  }

  add(index: number, value: number): void {
    this.#values[index]! += value;
  }

  /** An exact-size copy; the column may go on growing. */
  finish(): A {
    return this.#values.slice(0, this.#length) as A;
  }

  #grow(): void {
    const bigger = this.#make(this.#values.length * 2);
    bigger.set(this.#values);
    this.#values = bigger;
  }
}

export class F64Column extends Column<Float64Array<ArrayBuffer>> {
  constructor(capacity?: number) {
    super((n) => new Float64Array(n), capacity);
  }
}

export class I32Column extends Column<Int32Array<ArrayBuffer>> {
  constructor(capacity?: number) {
    super((n) => new Int32Array(n), capacity);
  }
}

export class U8Column extends Column<Uint8Array<ArrayBuffer>> {
  constructor(capacity?: number) {
    super((n) => new Uint8Array(n), capacity);
  }
}
