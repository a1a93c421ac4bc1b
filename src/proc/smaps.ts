// /proc/PID/smaps: how much of each mapped file is resident. The kernel walks every page table for it and holds the lock of the
// memory map in the meantime: the caller must space it by what it costs.
import { type Bytes, KIB, MIB } from '#base/units.ts';
import { decodeName, readKernelPieces } from './kernel-file.ts';

/** Some 20,000 mappings; beyond it the list is cut. */
const SMAPS_LIMIT: Bytes = 24 * MIB;

/** Their pages count as shared memory. */
const SHARED = /^\/(?:dev\/shm\/|memfd:|SYSV|dev\/zero|\[)/;

/** By path: pages of the file itself, without private copies of them. Undefined where it has ended or is another user's. */
export function readFileResidency(pid: number, root = ''): Map<string, Bytes> | undefined {
  const parser = new SmapsParser();
  let rest = '';
  const done = readKernelPieces(`${root}/proc/${pid}/smaps`, SMAPS_LIMIT, (piece) => {
    const lines = (rest + piece).split('\n');
    rest = lines.pop()!;
    for (const line of lines) parser.line(line);
  });
  return done ? parser.files : undefined;
}

export function parseSmaps(text: string): Map<string, Bytes> {
  const parser = new SmapsParser();
  for (const line of text.split('\n')) parser.line(line);
  return parser.files;
}

/** A mapping is a line "start-end perms offset device inode path" and one line "Name: value kB" for each figure. */
class SmapsParser {
  readonly files = new Map<string, Bytes>();
  #path = '';

  line(line: string): void {
    if (/^[0-9a-f]+-[0-9a-f]+ /.test(line)) this.#path = pathIn(line);
    else if (this.#path === '') return;
    else if (line.startsWith('Rss:')) this.#add(sizeIn(line));
    else if (line.startsWith('Anonymous:')) this.#add(-sizeIn(line));
  }

  #add(bytes: Bytes): void {
    if (Number.isFinite(bytes) && bytes !== 0) this.files.set(this.#path, (this.files.get(this.#path) ?? 0) + bytes);
  }
}

function pathIn(line: string): string {
  const slash = line.indexOf('/');
  const path = slash < 0 ? '' : decodeName(line.slice(slash)).replace(/ \(deleted\)$/, '');
  return SHARED.test(path) ? '' : path;
}

function sizeIn(line: string): Bytes {
  return Number.parseInt(line.slice(line.indexOf(':') + 1), 10) * KIB;
}
