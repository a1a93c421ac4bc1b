// Pages of files that a process had resident, by what they belong to: an installed package, Python itself, the system's libraries,
// or a data file by its own name.
import type { Bytes, Milliseconds } from '#base/units.ts';
import type { IndexIntoProcesses, MappedFilesReading, Profile } from '#profile/types.ts';

export interface MappedFiles {
  /** When it was read: near the peak, but not at it. */
  readonly time: Milliseconds;
  /** The largest first. */
  readonly rows: readonly { readonly name: string; readonly bytes: Bytes }[];
}

const PACKAGE = /\/(?:site|dist)-packages\/([^/]+)/;
const PYTHON = /\/(?:libpython3[^/]*|python3[^/]*|lib-dynload\/[^/]+)$/;
const SYSTEM = /^\/(?:usr\/)?lib(?:32|64|exec)?\/|\.so(?:\.[\d.]+)?$/;
const OWN = /\/(?:agent-\d+-\d+\.hws|highwater-agent[^/]*\.so)$/;
const OTHERS = 'other files';

/**
 * The reading that comes nearest to the pages of files that the kernel counted at `time`; where it did not (NaN), the last before
 * `time`, else the first after it. Null where there was no reading.
 */
export function mappedFilesAt(
  { meta }: Profile,
  process: IndexIntoProcesses,
  time: Milliseconds,
  counted: Bytes = Number.NaN,
): MappedFiles | null {
  const readings = (meta.mappedFiles ?? []).filter((reading) => reading.process === process);
  const reading = Number.isNaN(counted)
    ? (readings.findLast((one) => one.time <= time) ?? readings[0])
    : nearestTo(counted, readings);
  if (!reading) return null;
  const sums = new Map<string, Bytes>();
  for (const { path, bytes } of reading.files) {
    const name = nameOf(path);
    sums.set(name, (sums.get(name) ?? 0) + bytes);
  }
  const rows = [...sums].map(([name, bytes]) => ({ name, bytes })).sort((a, b) => b.bytes - a.bytes);
  return { time: reading.time, rows };
}

function nearestTo(counted: Bytes, readings: readonly MappedFilesReading[]): MappedFilesReading | undefined {
  const distance = ({ files }: MappedFilesReading) => Math.abs(files.reduce((sum, { bytes }) => sum + bytes, -counted));
  return readings.toSorted((a, b) => distance(a) - distance(b))[0];
}

function nameOf(path: string): string {
  if (path === '') return OTHERS;
  if (OWN.test(path)) return '(highwater)';
  const installed = PACKAGE.exec(path)?.[1];
  if (installed !== undefined) return installed.replace(/\.libs$/, '').replace(/\..*\.so$|\.so$|\.py$/, '');
  if (PYTHON.test(path)) return '(Python)';
  if (SYSTEM.test(path)) return "(the system's libraries)";
  return path.slice(path.lastIndexOf('/') + 1);
}
