// Which characters of src/artifact have run so far, by V8's own block counters. The counters are set back each time they are read.
import { Session } from 'node:inspector/promises';

export class Coverage {
  readonly #session = new Session();
  /** By path of a source file: 1 where the character was in a block that ran. */
  readonly #ran = new Map<string, Uint8Array>();
  /** Ways through a function that were marked before: most are, and need no second look. */
  readonly #known = new Set<string>();

  async start(): Promise<void> {
    this.#session.connect();
    await this.#session.post('Profiler.enable');
    await this.#session.post('Profiler.startPreciseCoverage', { callCount: true, detailed: true });
  }

  /** Characters that ran since the last call and never before; `marks`: from now on they count as run. */
  async take(marks: boolean): Promise<number> {
    const { result } = await this.#session.post('Profiler.takePreciseCoverage');
    let fresh = 0;
    for (const { url, functions } of result) {
      const at = url.indexOf('/src/artifact/');
      if (at < 0) continue;
      for (const { ranges } of functions) fresh += this.#look(url.slice(at), ranges, marks);
    }
    return fresh;
  }

  get covered(): number {
    let sum = 0;
    for (const ran of this.#ran.values()) for (const one of ran) sum += one;
    return sum;
  }

  /** Ranges are nested, the outer ones first: the last that holds a character decides. */
  #look(file: string, ranges: readonly Range[], marks: boolean): number {
    const [whole] = ranges;
    if (!whole || whole.count === 0) return 0;
    let way = `${file} ${whole.startOffset}`;
    for (let i = 1; i < ranges.length; i++)
      way += ranges[i]!.count > 0 ? ` ${ranges[i]!.startOffset}` : ` -${ranges[i]!.startOffset}`;
    if (this.#known.has(way)) return 0;
    const runs = new Uint8Array(whole.endOffset - whole.startOffset);
    for (const { startOffset, endOffset, count } of ranges) {
      runs.fill(count > 0 ? 1 : 0, startOffset - whole.startOffset, endOffset - whole.startOffset);
    }
    const ran = this.#room(file, whole.endOffset);
    let fresh = 0;
    for (let i = 0; i < runs.length; i++) {
      if (runs[i] === 0 || ran[whole.startOffset + i] === 1) continue;
      if (marks) ran[whole.startOffset + i] = 1;
      fresh++;
    }
    if (marks || fresh === 0) this.#known.add(way);
    return fresh;
  }

  #room(file: string, length: number): Uint8Array {
    const known = this.#ran.get(file);
    if (known && known.length >= length) return known;
    const longer = new Uint8Array(Math.max(length, 2 * (known?.length ?? 0)));
    if (known) longer.set(known);
    this.#ran.set(file, longer);
    return longer;
  }
}

interface Range {
  readonly startOffset: number;
  readonly endOffset: number;
  readonly count: number;
}
