// Numbers that look random and are the same for the same seed. One stream for each draw and run, so that the n-th instance
// stands at the same place whatever stands beside it: more instances then never need less.

export class PhaseStream {
  #a = 0;
  #b = 0;
  #c = 0;
  #counter = 1;

  /** sfc32 (Chris Doty-Humphrey, PractRand): 128 bits of state, which twelve rounds mix. */
  seed(seed: number, draw: number, run: number): void {
    this.#a = seed | 0;
    this.#b = draw | 0;
    this.#c = run | 0;
    this.#counter = 1;
    for (let round = 0; round < 12; round++) this.next();
  }

  /** 32 random bits. */
  next(): number {
    const sum = (this.#a + this.#b + this.#counter) | 0;
    this.#counter = (this.#counter + 1) | 0;
    this.#a = this.#b ^ (this.#b >>> 9);
    this.#b = (this.#c + (this.#c << 3)) | 0;
    this.#c = (((this.#c << 21) | (this.#c >>> 11)) + sum) | 0;
    return sum >>> 0;
  }

  /** A whole number from 0 to below `bound`. */
  below(bound: number): number {
    return Math.floor((this.next() / 2 ** 32) * bound);
  }
}
