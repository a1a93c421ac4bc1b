// /proc/PID/smaps: how much of each mapped file, and of each piece of shared memory, is resident. The kernel walks every page
// table for it and holds the lock of the memory map in the meantime: the caller must space it by what it costs.
import { type Bytes, KIB, MIB } from '#base/units.ts';
import { decodeName, readKernelPieces } from './kernel-file.ts';
import { readMounts } from './mountinfo.ts';

/** Some 20,000 mappings; beyond it the list is cut. */
const SMAPS_LIMIT: Bytes = 24 * MIB;

/** No file that is on a disk: System V, memfd_create, shared and anonymous. */
const ALWAYS_SHARED = /^\/(?:dev\/shm\/|memfd:|SYSV|dev\/zero|\[)/;

/** Anonymous mappings of huge pages from the pool: in no figure of resident memory. */
const POOL = '/anon_hugepage';

/** Pages of one file, over all of its mappings in a process, without private copies of them. */
export interface FileResidency {
  readonly path: string;
  /** The kernel counts its pages as shared memory, not as file-backed. */
  readonly isShared: boolean;
  readonly rss: Bytes;
  /** Each page divided by the number of processes that map it. */
  readonly pss: Bytes;
  /** Address space of the mappings. */
  readonly reserved: Bytes;
}

/** Undefined where it has ended or is another user's. */
export function readFileResidency(pid: number, root = ''): FileResidency[] | undefined {
  const parser = new SmapsParser(() => devicesInMemory(root));
  let rest = '';
  const done = readKernelPieces(`${root}/proc/${pid}/smaps`, SMAPS_LIMIT, (piece) => {
    const lines = (rest + piece).split('\n');
    rest = lines.pop()!;
    for (const line of lines) parser.line(line);
  });
  return done ? parser.finish() : undefined;
}

/** `inMemory`: devices of file systems that are in memory only. */
export function parseSmaps(text: string, inMemory: readonly string[] = []): FileResidency[] {
  const parser = new SmapsParser(() => new Set(inMemory));
  for (const line of text.split('\n')) parser.line(line);
  return parser.finish();
}

function devicesInMemory(root: string): ReadonlySet<string> {
  return new Set(
    readMounts(root)
      .filter(({ fileSystem }) => fileSystem === 'tmpfs')
      .map(({ device }) => device),
  );
}

/** Of one mapping, in KiB. */
const FIELDS = [
  'Size',
  'Rss',
  'Pss',
  'Pss_Dirty',
  'Shared_Clean',
  'Shared_Dirty',
  'Private_Clean',
  'Private_Dirty',
  'Anonymous',
] as const;
type Figures = Partial<Record<(typeof FIELDS)[number], number>>;

const KNOWN: ReadonlySet<string> = new Set(FIELDS);

/** A mapping is a line "start-end perms offset device inode path" and one line "Name: value kB" for each figure. */
class SmapsParser {
  readonly #files = new Map<string, { path: string; isShared: boolean; rss: Bytes; pss: Bytes; reserved: Bytes }>();
  /** Of the mapping that is being read; "" = no file. */
  #path = '';
  #isShared = false;
  #figures: Figures = {};
  readonly #askDevices: () => ReadonlySet<string>;
  #inMemory: ReadonlySet<string> | undefined;

  constructor(askDevices: () => ReadonlySet<string>) {
    this.#askDevices = askDevices;
  }

  line(line: string): void {
    if (isHeader(line)) {
      this.#keep();
      this.#path = pathIn(line);
      if (this.#path === POOL) this.#path = '';
      if (this.#path === '') return;
      this.#figures = {};
      this.#isShared = ALWAYS_SHARED.test(this.#path) || this.#isInMemory(deviceIn(line));
    } else if (this.#path !== '') {
      const colon = line.indexOf(':');
      const name = line.slice(0, colon);
      if (KNOWN.has(name)) this.#figures[name as keyof Figures] = Number.parseInt(line.slice(colon + 1), 10);
    }
  }

  finish(): FileResidency[] {
    this.#keep();
    this.#path = '';
    return [...this.#files.values()];
  }

  /** Devices with a number of their own are disks. */
  #isInMemory(device: string): boolean {
    if (!device.startsWith('00:')) return false;
    this.#inMemory ??= this.#askDevices();
    return this.#inMemory.has(device);
  }

  #keep(): void {
    if (this.#path === '') return;
    const { Size: size = 0, Rss: rss = 0, Anonymous: anonymous = 0 } = this.#figures;
    const file = this.#files.get(this.#path) ?? {
      path: this.#path,
      isShared: this.#isShared,
      rss: 0,
      pss: 0,
      reserved: 0,
    };
    file.rss += Math.max(0, rss - anonymous) * KIB;
    file.pss += pssOfFile(this.#figures) * KIB;
    file.reserved += size * KIB;
    this.#files.set(this.#path, file);
  }
}

/** What the kernel leaves off when it rounds one mapping's PSS down to whole KiB, on average. */
const ROUNDED_OFF = 0.5;

/**
 * The part of a mapping's PSS that are pages of the file: all but private copies, which the kernel names only by their full size.
 * Copies were written to and pages of the file were not, so they are told by being dirty; before Linux 6.0 shared ones
 * are divided as all shared pages of the mapping are.
 */
function pssOfFile(figures: Figures): number {
  const { Rss: rss = 0, Pss: pss = 0, Anonymous: anonymous = 0 } = figures;
  const most = Math.max(0, rss - anonymous);
  if (anonymous === 0) return Math.min(most, pss < rss ? pss + ROUNDED_OFF : pss);
  if (figures.Pss_Dirty !== undefined) return within(pss - figures.Pss_Dirty, most);
  const { Private_Clean: ownClean = 0, Private_Dirty: ownDirty = 0 } = figures;
  const { Shared_Clean: sharedClean = 0, Shared_Dirty: sharedDirty = 0 } = figures;
  const clean = sharedClean === 0 ? 0 : sharedClean / (sharedClean + sharedDirty);
  return within(ownClean + (pss - ownClean - ownDirty) * clean, most);
}

function within(value: number, most: number): number {
  return Math.min(Math.max(0, value), most);
}

/** Addresses are in small letters, names of figures begin with a capital. */
function isHeader(line: string): boolean {
  const first = line.charCodeAt(0);
  return first < 65 || first > 90;
}

function pathIn(line: string): string {
  const slash = line.indexOf('/');
  return slash < 0 ? '' : decodeName(line.slice(slash)).replace(/ \(deleted\)$/, '');
}

/** "08:01" */
function deviceIn(line: string): string {
  return line.split(' ', 4)[3] ?? '';
}
