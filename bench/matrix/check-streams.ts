// Every stream that a run left is read to its end by two readers that share no code: agent/tests/dump.py, which checks each
// promise of wire.h, and the reader of the reports. They must count the same.
import { spawnSync } from 'node:child_process';
import { closeSync, openSync, readdirSync, readSync } from 'node:fs';
import { join } from 'node:path';
import { readStream, readStreamHeader } from '#capture/stream-file.ts';
import { DOMAIN_MASK, STREAM_FLAG, STREAM_NAME } from '#capture/wire.ts';

/** What both readers can tell of a stream. */
export interface StreamCounts {
  readonly records: number;
  readonly allocs: number;
  readonly weight: number;
  /** Blocks that are alive at the end; mappings not counted. */
  readonly live: number;
}

export interface StreamFacts {
  readonly streams: number;
  readonly records: number;
  /** Files whose process was killed while it made them, before the first byte of a header. */
  readonly unbegun: number;
  /** Streams of processes that had a last word: at their end, or before an exec. */
  readonly ended: number;
  /** What is wrong with any of them. */
  readonly problems: readonly string[];
}

export function checkStreams(folder: string, dump: readonly string[]): StreamFacts {
  const all = readdirSync(folder)
    .filter((name) => STREAM_NAME.test(name))
    .map((name) => join(folder, name));
  const paths = all.filter((path) => !isUnbegun(path));
  const problems: string[] = [];
  const dumped = dumpStreams(paths, dump, problems);
  let [records, ended] = [0, 0];
  paths.forEach((path, i) => {
    const ours = countStream(path, problems);
    if (!ours) return;
    records += ours.records;
    if (hasEnded(path)) ended++;
    const theirs = dumped[i];
    if (theirs && !isSame(ours, theirs)) {
      problems.push(`${path}: ${JSON.stringify(ours)}, and dump.py ${JSON.stringify(theirs)}`);
    }
  });
  return { streams: paths.length, records, unbegun: all.length - paths.length, ended, problems };
}

function isUnbegun(path: string): boolean {
  const magic = new Uint8Array(8);
  const fd = openSync(path, 'r');
  readSync(fd, magic, 0, 8, 0);
  closeSync(fd);
  return magic.every((byte) => byte === 0);
}

function hasEnded(path: string): boolean {
  const header = readStreamHeader(path);
  return header.ok && (header.value.flags & (STREAM_FLAG.cleanExit | STREAM_FLAG.execed)) !== 0;
}

const SUMMARY = /: pid \d+ .*? records (\d+) allocs (\d+) weight (\d+) live (\d+) /;

/** One process of dump.py for all; its summary of each, in the same order. */
function dumpStreams(paths: readonly string[], dump: readonly string[], problems: string[]): StreamCounts[] {
  if (paths.length === 0) return [];
  const { status, stdout, stderr } = spawnSync(dump[0]!, [...dump.slice(1), '--quiet', ...paths], { encoding: 'utf8' });
  const lines = stdout.trim().split('\n');
  if (status !== 0 || lines.length !== paths.length) problems.push(`dump.py: ${stderr.trim() || `status ${status}`}`);
  return lines.flatMap((line) => {
    const [, records, allocs, weight, live] = (SUMMARY.exec(line) ?? []).map(Number);
    return records === undefined ? [] : [{ records, allocs: allocs!, weight: weight!, live: live! }];
  });
}

function isSame(a: StreamCounts, b: StreamCounts): boolean {
  return a.records === b.records && a.allocs === b.allocs && a.weight === b.weight && a.live === b.live;
}

const MAPPINGS = new Set([4, 5, 7]); // HW_MMAP, HW_MMAP_FILE, HW_MMAP_SHARED

function countStream(path: string, problems: string[]): StreamCounts | undefined {
  let [records, allocs, weight] = [0, 0, 0];
  const live = new Set<number>();
  const read = readStream(path, {
    before: () => {
      records++;
      return undefined;
    },
    alloc: (_time, address, _bytes, more, _stack, _mean, flag) => {
      allocs++;
      weight += more;
      if (!MAPPINGS.has(flag & DOMAIN_MASK)) live.add(address);
    },
    free: (_time, address) => {
      live.delete(address);
    },
  });
  const problem = read.ok ? read.value.problem : read.error.message;
  if (problem !== undefined) problems.push(`${path}: ${problem}`);
  return read.ok ? { records, allocs, weight, live: live.size } : undefined;
}
