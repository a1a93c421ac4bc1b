// Live at a moment, and allocated over the run, by line of code.
import type { Bytes } from '#base/units.ts';
import type { IndexIntoMoments, IndexIntoStacks, Profile } from '#profile/types.ts';
import { addLiveRow, FAMILIES, type Family, familyOf, isHeap, isLiveMemory, residentOf } from './domains.ts';
import type { Estimate } from './interval.ts';
import { type LineOfStack, type LineRule, lineOfStack } from './line-of-stack.ts';
import { moduleOf, packageOf } from './module-names.ts';
import { OWNER, type Ownership } from './ownership.ts';
import { samplingMean, Tally } from './tally.ts';

export interface LineRow {
  /** Path, or "" where no line of Python was running. */
  readonly file: string;
  /** 1-based, -1 = not known. */
  readonly line: number;
  /** Its function; for 'startup' the installed package that worked on its own, "" where none did. */
  readonly func: string;
  readonly place: LineOfStack['place'];
  readonly importing: boolean;
  /** Alive at the moment, with memory behind it. */
  readonly heap: Estimate;
  /** Asked for and alive, but never touched: large blocks and mappings only. */
  readonly untouched: Bytes;
  /** Parts of `heap`; mapped files stand beside it, with their address space. */
  readonly parts: Readonly<Record<Family, Bytes>>;
  /** Blocks alive, estimate. */
  readonly blocks: number;
  /** Heap allocated over the whole run, and of that freed before the end. */
  readonly allocated: Estimate;
  readonly freed: Bytes;
  readonly allocations: number;
}

export type LinePlace = Pick<LineRow, 'file' | 'line' | 'func' | 'place' | 'importing'>;

/** Which row of the table a stack counts for; -1 = no stack. */
export function placeOfStack(profile: Profile, ownership: Ownership, by: LineRule, stack: number): LinePlace {
  const { frames, strings } = profile;
  const { frame, place, importing } = lineOfStack(profile, ownership, by, stack);
  if (frame < 0) {
    const func = place === 'startup' ? libraryOf(profile, ownership, ownership.pythonStack[stack]!) : '';
    return { file: '', line: -1, func, place, importing };
  }
  const [file, func] = [strings[frames.file[frame]!]!, strings[frames.func[frame]!]!];
  return { file, line: frames.line[frame]!, func, place, importing };
}

/** The installed package that works on its own there: a pool of threads, a finaliser. */
function libraryOf({ frames, stacks, strings }: Profile, ownership: Ownership, stack: number): string {
  for (let at = stack; at >= 0; at = stacks.parent[at]!) {
    const frame = stacks.frame[at]!;
    if (ownership.frame[frame] === OWNER.library) return packageOf(moduleOf(strings[frames.file[frame]!]!));
  }
  return '';
}

/** The same line of one profile, whatever the moment. */
export function keyOfLine({ place, file, line, func, importing }: LinePlace): string {
  return `${place} ${file}:${line} ${importing} ${place === 'line' ? '' : func}`;
}

export interface LineOptions {
  /** The moment whose live table is used; -1 = none (churn only). */
  readonly moment: IndexIntoMoments;
  readonly by: LineRule;
  /** Only this process; absent = all. */
  readonly process?: number;
  /** Only stacks for which it holds; absent = all. */
  readonly isWanted?: (stack: IndexIntoStacks) => boolean;
}

/** Sorted by live heap, then by allocated. Totals are conserved: rows add up to the live and churn tables. */
export function computeLines(profile: Profile, ownership: Ownership, options: LineOptions): LineRow[] {
  const gather = new LineGatherer(profile, ownership, options);
  gather.addLive();
  gather.addChurn();
  return gather.rows();
}

class LineGatherer {
  readonly #profile: Profile;
  readonly #ownership: Ownership;
  readonly #options: LineOptions;
  readonly #lines = new Map<string, LineTally>();
  readonly #byStack: (LineTally | undefined)[];
  readonly #mean: Bytes;

  constructor(profile: Profile, ownership: Ownership, options: LineOptions) {
    this.#profile = profile;
    this.#ownership = ownership;
    this.#options = options;
    this.#byStack = new Array(profile.stacks.length + 1);
    this.#mean = samplingMean(profile, options.process);
  }

  addLive(): void {
    const { live } = this.#profile;
    for (let row = 0; row < live.length; row++) {
      if (live.moment[row] !== this.#options.moment || !this.#wants(live, row)) continue;
      const line = this.#lineOf(live.stack[row]!);
      const domain = live.domain[row]!;
      if (isLiveMemory(domain)) {
        addLiveRow(line.live, live, row);
        line.parts[familyOf(domain)] += residentOf(live, row);
        line.untouched += live.bytes[row]! - residentOf(live, row);
      } else line.parts[familyOf(domain)] += live.bytes[row]!;
    }
  }

  addChurn(): void {
    const { churn } = this.#profile;
    for (let row = 0; row < churn.length; row++) {
      if (!this.#wants(churn, row) || !isHeap(churn.domain[row]!)) continue;
      const line = this.#lineOf(churn.stack[row]!);
      line.churn.add(
        churn.allocated[row]!,
        churn.exactAllocated[row]!,
        churn.blocks[row]!,
        churn.samples[row]!,
        churn.variance[row]!,
      );
      line.freed += churn.freed[row]!;
    }
  }

  rows(): LineRow[] {
    const rows = [...this.#lines.values()].map((line) => line.row());
    return rows.sort((a, b) => b.heap.bytes - a.heap.bytes || b.allocated.bytes - a.allocated.bytes);
  }

  #wants(rows: { readonly process: Int32Array; readonly stack: Int32Array }, row: number): boolean {
    const { process, isWanted } = this.#options;
    return (process === undefined || process === rows.process[row]) && (isWanted?.(rows.stack[row]!) ?? true);
  }

  // One look-up per stack and not per row: a large profile has a hundred thousand of them.
  #lineOf(stack: number): LineTally {
    const known = this.#byStack[stack + 1];
    if (known) return known;
    const line = this.#intern(placeOfStack(this.#profile, this.#ownership, this.#options.by, stack));
    this.#byStack[stack + 1] = line;
    return line;
  }

  #intern(place: LinePlace): LineTally {
    const key = keyOfLine(place);
    let line = this.#lines.get(key);
    if (!line) {
      line = new LineTally(place, this.#mean);
      this.#lines.set(key, line);
    }
    return line;
  }
}

class LineTally {
  readonly live: Tally;
  readonly churn: Tally;
  readonly parts = Object.fromEntries(FAMILIES.map((f) => [f, 0])) as Record<Family, Bytes>;
  freed = 0;
  untouched = 0;
  readonly #place: LinePlace;

  constructor(place: LinePlace, mean: Bytes) {
    this.live = new Tally(mean);
    this.churn = new Tally(mean);
    this.#place = place;
  }

  row(): LineRow {
    return {
      ...this.#place,
      heap: this.live.estimate(),
      untouched: this.untouched,
      parts: this.parts,
      blocks: this.live.blocks,
      allocated: this.churn.estimate(),
      freed: this.freed,
      allocations: this.churn.blocks,
    };
  }
}
