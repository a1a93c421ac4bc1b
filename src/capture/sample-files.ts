// Which files and which shared memory the processes have resident, read seldom: of one process when it has more of them than
// ever, and of all of them near the peak of the tree.
import type { Bytes, Milliseconds, MonotonicNs } from '#base/units.ts';
import { type FileResidency, readFileResidency } from '#proc/smaps.ts';
import { readCpu } from './sample-cost.ts';
import { FileBudget } from './sample-files-budget.ts';
import type { SampleLogWriter } from './sample-log-write.ts';
import type { SeenProcess } from './sample-tree.ts';
import { TreeFilesBudget, type TreeReading } from './sample-tree-files-budget.ts';

/** Of a process, of either kind; the path of the rest is "". */
const MOST_FILES = 192;

/** No tick shall take much longer: a reading of many processes goes on in the next one. */
const SLICE: Milliseconds = 60;

/** The rest of a reading of all processes; all of it bears the time at which it began. */
interface OpenReading {
  readonly time: MonotonicNs;
  readonly left: SeenProcess[];
  readonly found: { readonly pss: Bytes; pssFile: Bytes; pssShmem: Bytes };
}

export class FileSampler {
  readonly #log: SampleLogWriter;
  readonly #ofOne: FileBudget;
  readonly #ofAll: TreeFilesBudget;
  #open: OpenReading | undefined;

  constructor(log: SampleLogWriter, time: MonotonicNs) {
    this.#log = log;
    this.#ofOne = new FileBudget(time / 1e6);
    this.#ofAll = new TreeFilesBudget(time / 1e6);
  }

  /** To be called at each tick, with PSS in the rows where it was read. Gives the CPU time that it took. */
  read(time: MonotonicNs, seen: readonly SeenProcess[]): Milliseconds {
    const tree = this.#open ? undefined : sumUp(seen);
    if (tree && this.#ofAll.isDue(time / 1e6, tree)) {
      this.#open = { time, left: [...seen], found: { pss: tree.pss, pssFile: 0, pssShmem: 0 } };
    }
    return this.#open ? this.#goOn(this.#open) : this.#readOne(time, seen);
  }

  #goOn({ time, left, found }: OpenReading): Milliseconds {
    let spent = 0;
    while (left.length > 0 && spent < SLICE) {
      const one = left.shift()!;
      const { rows, cost } = this.#readProcess(time, one);
      for (const { isShared, pss } of rows) found[isShared ? 'pssShmem' : 'pssFile'] += pss;
      this.#ofOne.noteReading(one.row.process, one.row.file, 0); // it need not be asked once more
      this.#ofAll.noteCost(cost);
      spent += cost;
    }
    if (left.length > 0) return spent;
    this.#ofAll.noteReading(found);
    this.#open = undefined;
    return spent;
  }

  /** Of one process a tick, so that no tick takes long. */
  #readOne(time: MonotonicNs, seen: readonly SeenProcess[]): Milliseconds {
    const [due] = seen.filter(({ row }) => this.#ofOne.isDue(time / 1e6, row.process, row.file)); // all are asked each time
    if (!due) return 0;
    const { cost } = this.#readProcess(time, due);
    this.#ofOne.noteReading(due.row.process, due.row.file, cost);
    return cost;
  }

  #readProcess(time: MonotonicNs, { pid, row }: SeenProcess) {
    const before = readCpu();
    const rows = readFileRows(pid) ?? [];
    if (rows.length > 0) this.#log.addFiles(time, row.process, rows);
    return { rows, cost: readCpu() - before };
  }
}

/** Undefined where PSS was not read, or not of all. */
function sumUp(seen: readonly SeenProcess[]): TreeReading | undefined {
  const sum = { processes: seen.length, pss: 0, pssFile: 0, pssShmem: 0 };
  for (const { row } of seen) {
    sum.pss += row.pss ?? Number.NaN;
    sum.pssFile += row.pssFile ?? Number.NaN;
    sum.pssShmem += row.pssShmem ?? Number.NaN;
  }
  return Number.isNaN(sum.pss) ? undefined : sum;
}

/** The largest first; undefined where it could not be read. */
export function readFileRows(pid: number): FileResidency[] | undefined {
  const files = readFileResidency(pid);
  if (!files) return undefined;
  const rows = files.sort((a, b) => b.rss - a.rss);
  const resident = rows.filter(({ rss }) => rss > 0).length; // of the others only the address space counts
  const named = Math.min(resident, MOST_FILES);
  return [...rows.slice(0, named), ...restOf(rows.slice(named))];
}

/** One row for what is in files, one for shared memory, as far as there is any. */
function restOf(rows: readonly FileResidency[]): FileResidency[] {
  return [false, true].flatMap((isShared) => {
    const rest = rows.filter((row) => row.isShared === isShared);
    const sum = (of: (row: FileResidency) => Bytes) => rest.reduce((bytes, row) => bytes + of(row), 0);
    return rest.length === 0
      ? []
      : [
          {
            path: '',
            isShared,
            rss: sum((row) => row.rss),
            pss: sum((row) => row.pss),
            reserved: sum((row) => row.reserved),
          },
        ];
  });
}
