// A growing set of small whole numbers, one bit each, that can say how many of its members come before one: the members are
// then numbered without gaps, and tables about them have no unused rows.

const WORDS_A_BLOCK = 16;

export class BitSet {
  #words: Uint32Array;
  /** Members before each block of words; made by `rankAll`, void after the next `add`. */
  #before: Uint32Array | undefined;

  /** Small at first: a file may hold a million small pickles, each with sets of its own. */
  constructor(capacity = 0) {
    this.#words = new Uint32Array((capacity >>> 5) + 1);
  }

  /** A set may hold numbers up to 2^32. */
  add(member: number): void {
    const word = Math.floor(member / 32);
    if (word >= this.#words.length) this.#grow(word + 1);
    this.#words[word]! |= 1 << (member % 32);
    this.#before = undefined;
  }

  has(member: number): boolean {
    const word = Math.floor(member / 32);
    return word < this.#words.length && ((this.#words[word]! >>> (member % 32)) & 1) === 1;
  }

  /** Counts once, so that `rankOf` is quick. Gives the number of members. */
  rankAll(): number {
    this.#before = new Uint32Array(Math.ceil(this.#words.length / WORDS_A_BLOCK));
    let members = 0;
    for (let word = 0; word < this.#words.length; word++) {
      if (word % WORDS_A_BLOCK === 0) this.#before[word / WORDS_A_BLOCK] = members;
      members += countBits(this.#words[word]!);
    }
    return members;
  }

  /** How many members are smaller. */
  rankOf(member: number): number {
    const last = Math.floor(member / 32);
    let rank = this.#before![Math.floor(last / WORDS_A_BLOCK)]!;
    for (let word = last - (last % WORDS_A_BLOCK); word < last; word++) rank += countBits(this.#words[word]!);
    return rank + countBits(this.#words[last]! & (2 ** (member % 32) - 1));
  }

  #grow(words: number): void {
    const bigger = new Uint32Array(Math.max(words, this.#words.length * 2));
    bigger.set(this.#words);
    this.#words = bigger;
  }
}

function countBits(word: number): number {
  let bits = word - ((word >>> 1) & 0x55555555);
  bits = (bits & 0x33333333) + ((bits >>> 2) & 0x33333333);
  return Math.imul((bits + (bits >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24;
}
