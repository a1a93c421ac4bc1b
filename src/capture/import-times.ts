// How long each import took, from the times at which it was seen: records of the agent come every fraction of a
// millisecond while modules are loaded. A visit lasts at least from the first record in it to the last, at most from the
// record before to the record after; what lies between is shared in halves.
//
//   record      a     b     c        d     e          sure:  c to d
//   place     outside  |  in  in  in  |  outside      most:  b to e
import { F64Column } from '#base/columns.ts';
import type { MonotonicNs } from '#base/units.ts';
import { type ImportPlaces, type IndexIntoPlaces, OUTSIDE, PLACE } from './import-places.ts';

interface Beginning {
  /** First record inside. */
  first: MonotonicNs;
  /** When it began, probably and at the earliest. */
  begin: MonotonicNs;
  earliest: MonotonicNs;
}

/** Of a statement: since the last module that it loaded. */
interface Visit extends Beginning {
  readonly place: IndexIntoPlaces;
}

interface Thread {
  readonly thread: number;
  place: IndexIntoPlaces;
  /** Of its last record. */
  time: MonotonicNs;
  /** Outermost first. */
  readonly open: Visit[];
}

/** How a statement's own visit says that all its time went to modules so far. */
const NONE = Number.POSITIVE_INFINITY;

/** Times of one place, summed over its visits. */
export interface ImportTime {
  readonly place: IndexIntoPlaces;
  /** The innermost module around it; OUTSIDE where there is none. */
  readonly around: IndexIntoPlaces;
  readonly first: MonotonicNs;
  readonly time: MonotonicNs;
  readonly least: MonotonicNs;
  readonly most: MonotonicNs;
}

export class ImportTimes {
  readonly #places: ImportPlaces;
  readonly #threads = new Map<number, Thread>();
  #current: Thread | undefined;
  readonly #edge = new Edge();
  readonly #first = new F64Column();
  readonly #time = new F64Column();
  readonly #least = new F64Column();
  readonly #most = new F64Column();

  constructor(places: ImportPlaces) {
    this.#places = places;
  }

  /** A thread was seen at a place. */
  see(now: MonotonicNs, thread: number, place: IndexIntoPlaces): void {
    // Millions of records come here, mostly runs of one thread.
    const state = thread === this.#current?.thread ? this.#current : this.#threadOf(thread, now);
    const time = Math.max(now, state.time); // a damaged record may go back
    if (place !== OUTSIDE && state.place !== OUTSIDE) this.#edge.learn(time - state.time);
    if (place !== state.place) this.#move(state, time, place);
    state.time = time;
  }

  #threadOf(thread: number, now: MonotonicNs): Thread {
    const known = this.#threads.get(thread);
    this.#current = known ?? { thread, place: OUTSIDE, time: now, open: [] };
    if (!known) this.#threads.set(thread, this.#current);
    return this.#current;
  }

  /** After the last record. */
  end(time: MonotonicNs): void {
    for (const state of this.#threads.values()) this.#move(state, Math.max(time, state.time), OUTSIDE);
  }

  /** Places that took time, parents first. */
  rows(): ImportTime[] {
    const rows: ImportTime[] = [];
    for (let place = 1; place < this.#first.length; place++) {
      if (!(this.#first.at(place) < NONE)) continue;
      rows.push({
        place,
        around: this.#moduleAround(place),
        first: this.#first.at(place),
        time: this.#time.at(place),
        least: this.#least.at(place),
        most: this.#most.at(place),
      });
    }
    return rows;
  }

  #move(state: Thread, time: MonotonicNs, place: IndexIntoPlaces): void {
    const path = this.#pathOf(place);
    const { open } = state;
    let kept = 0;
    while (kept < open.length && open[kept]!.place === path[kept]) kept++;
    const gap = time - state.time;
    // Code outside of imports may run for seconds without a record: of such a gap only a little is the import's.
    const isEdge = place === OUTSIDE || state.place === OUTSIDE;
    const share = isEdge ? this.#edge.likely(gap) : gap / 2;
    const most = isEdge ? this.#edge.most(gap) : gap;
    const next: Beginning = { first: time, begin: time - share, earliest: time - most };
    const ended = open[kept];
    while (open.length > kept) this.#close(open.pop()!, state.time, state.time + share, state.time + most);
    // What the statement does from here on is its own, or that of the next module.
    if (ended && kept > 0 && this.#places.kind.at(ended.place) !== PLACE.statement)
      Object.assign(open[kept - 1]!, next);
    // Loading a native library takes long and has no records: next to nothing of it is what its code imports first.
    const inNative = { ...next, begin: time - this.#edge.likely(gap) };
    let isInNative = false;
    for (const inner of path.slice(kept)) {
      this.#open(open, inner, isInNative ? inNative : next);
      isInNative ||= this.#places.kind.at(inner) === PLACE.native;
    }
    state.place = place;
    state.time = time;
  }

  #open(open: Visit[], place: IndexIntoPlaces, begun: Beginning): void {
    const statement = open[open.length - 1];
    const isStatement = this.#places.kind.at(place) === PLACE.statement;
    if (isStatement || !statement || statement.first === NONE) {
      open.push({ place, ...begun });
      return;
    }
    // The import system looked for this module and read its code: that belongs to it.
    open.push({ place, first: statement.first, begin: statement.begin, earliest: statement.earliest });
    statement.first = NONE;
  }

  #close({ place, first, begin, earliest }: Visit, last: MonotonicNs, end: MonotonicNs, latest: MonotonicNs): void {
    if (first > last) return; // a statement whose time went to modules
    while (this.#first.length <= place) {
      for (const column of [this.#time, this.#least, this.#most]) column.push(0);
      this.#first.push(NONE);
    }
    this.#first.set(place, Math.min(this.#first.at(place), first));
    this.#time.add(place, end - begin);
    this.#least.add(place, last - first);
    this.#most.add(place, latest - earliest);
  }

  #pathOf(place: IndexIntoPlaces): IndexIntoPlaces[] {
    const path: IndexIntoPlaces[] = [];
    for (let at = place; at !== OUTSIDE; at = this.#places.parent.at(at)) path.push(at);
    return path.reverse();
  }

  #moduleAround(place: IndexIntoPlaces): IndexIntoPlaces {
    let at = this.#places.parent.at(place);
    while (at !== OUTSIDE && this.#places.kind.at(at) === PLACE.statement) at = this.#places.parent.at(at);
    return at;
  }
}

/** Before records tell, as if so many had come at such a distance. */
const FIRST_GUESS = { count: 10, ns: 1e6 };

/** 95 % of gaps that are distributed exponentially are no longer than so many mean ones: -ln 0.05. */
const LONG = -Math.log(0.05);

/** How much of a gap at the edge of all imports is the import's: about as much as lies between two records inside. */
class Edge {
  #count = FIRST_GUESS.count;
  #sum = FIRST_GUESS.count * FIRST_GUESS.ns;

  learn(gap: number): void {
    this.#count++;
    this.#sum += gap;
  }

  likely(gap: number): number {
    return Math.min(gap / 2, this.#sum / this.#count);
  }

  most(gap: number): number {
    return Math.min(gap, (LONG * this.#sum) / this.#count);
  }
}
