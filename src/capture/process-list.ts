// Which processes a run had: what the sampler saw from outside and what agents wrote from inside, brought together by pid
// and time. Neither is complete: a child may live too short to be sampled, or run no Python.
import type { MonotonicNs } from '#base/units.ts';
import type { SampledProcess } from './sample-log.ts';
import type { StreamHeader } from './wire.ts';

export interface StreamOfProcess {
  readonly path: string;
  readonly header: StreamHeader;
}

export interface RunProcess {
  readonly pid: number;
  readonly parentPid: number;
  /** Index into the sampler's list; -1 = it never saw it. */
  readonly sampled: number;
  /** In order of time: one for each Python image. */
  readonly streams: readonly StreamOfProcess[];
  readonly start: MonotonicNs;
  /** Index into this list, before the process's own; -1 for the first. */
  readonly parent: number;
}

interface Draft {
  pid: number;
  parentPid: number;
  sampled: number;
  streams: StreamOfProcess[];
  start: MonotonicNs;
  end: MonotonicNs;
}

/** Clocks agree, but the sampler sees a process only at its next tick; a pid comes back only after thousands of others. */
const SLACK_NS = 2e9;

/** The root first, parents before children. The root is there even where it ended before anyone could look. */
export function listProcesses(
  sampled: readonly SampledProcess[],
  streams: readonly StreamOfProcess[],
  rootPid: number,
  rootStart: MonotonicNs,
): RunProcess[] {
  const drafts: Draft[] = sampled.map((process, index) => ({
    pid: process.pid,
    parentPid: process.parentPid,
    sampled: index,
    streams: [],
    start: process.firstSeen,
    end: Number.isNaN(process.goneBy) ? Number.POSITIVE_INFINITY : process.goneBy,
  }));
  if (rootPid > 0 && !drafts.some((draft) => draft.pid === rootPid)) {
    drafts.push({
      pid: rootPid,
      parentPid: 0,
      sampled: -1,
      streams: [],
      start: rootStart,
      end: Number.POSITIVE_INFINITY,
    });
  }
  for (const stream of [...streams].sort((a, b) => a.header.start - b.header.start)) place(stream, drafts);
  for (const draft of drafts) draft.streams.sort((a, b) => a.header.start - b.header.start);
  return inTreeOrder(drafts, rootPid);
}

function place(stream: StreamOfProcess, drafts: Draft[]): void {
  const { pid, parentPid, start } = stream.header;
  const home = drafts.find((d) => d.pid === pid && start >= d.start - SLACK_NS && start <= d.end);
  if (home) {
    home.streams.push(stream);
    home.start = Math.min(home.start, start);
  } else {
    drafts.push({ pid, parentPid, sampled: -1, streams: [stream], start, end: Number.POSITIVE_INFINITY });
  }
}

function inTreeOrder(drafts: readonly Draft[], rootPid: number): RunProcess[] {
  const left = [...drafts].sort((a, b) => Number(b.pid === rootPid) - Number(a.pid === rootPid) || a.start - b.start);
  const processes: RunProcess[] = [];
  const indexOf = (pid: number) => processes.findLastIndex((process) => process.pid === pid);
  while (left.length > 0) {
    // The next whose parent is listed; where none is, the oldest becomes a child of the root (its parent was not seen).
    const ready = left.findIndex((draft) => processes.length === 0 || indexOf(draft.parentPid) >= 0);
    const [draft] = left.splice(Math.max(0, ready), 1);
    const { pid, parentPid, sampled, streams, start } = draft!;
    const parent = processes.length === 0 ? -1 : Math.max(0, indexOf(parentPid));
    processes.push({ pid, parentPid, sampled, streams, start, parent });
  }
  return processes;
}
