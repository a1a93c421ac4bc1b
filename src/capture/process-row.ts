// One row of the process table: the kernel's word on a process, from whoever had it last.
import type { Bytes, Milliseconds } from '#base/units.ts';
import type { StringTableBuilder } from '#profile/build.ts';
import { HWM_SOURCE } from '#profile/types.ts';
import type { RunProcess } from './process-list.ts';
import type { RunSources } from './run-sources.ts';
import type { SampledProcess } from './sample-log.ts';
import type { StreamSurvey } from './stream-survey.ts';
import { formatPythonVersion, STREAM_FLAG } from './wire.ts';

export interface ProcessFacts {
  readonly process: RunProcess;
  readonly sampled: SampledProcess | undefined;
  /** One for each stream of the process. */
  readonly surveys: readonly StreamSurvey[];
  /** Largest resident memory that was read from outside. */
  readonly largestRss: Bytes;
  /** Largest sampling mean that was used; NaN where no agent was. */
  readonly mean: Bytes;
}

const LONGEST_COMMAND = 4096;

export function describeProcess(facts: ProcessFacts, sources: RunSources, strings: StringTableBuilder) {
  const { process, sampled, mean } = facts;
  const last = process.streams[process.streams.length - 1]?.header;
  const words = last ? last.command : (sampled?.command ?? '').split(' ');
  const command = words.join(' ');
  return {
    pid: process.pid,
    parent: process.parent,
    name: strings.intern(nameOf(words, sampled)),
    command: strings.intern(command.slice(0, LONGEST_COMMAND)),
    start: Math.max(0, (process.start - sources.manifest.start) / 1e6),
    end: endOf(facts, sources),
    ...hwmOf(facts, sources),
    traced: process.streams.length > 0 ? 1 : 0,
    python: strings.intern(formatPythonVersion(last?.pythonVersion ?? 0)),
    mean,
    agentBytes: Math.max(0, ...process.streams.map((stream) => stream.header.agentBytes)),
    inherited: process.streams[0]?.header.inheritedHeap ?? 0,
  };
}

function hwmOf(facts: ProcessFacts, { status, processes }: RunSources): { hwm: Bytes; hwmSource: number } {
  const { process, sampled, surveys, largestRss } = facts;
  const exitHwm = Math.max(0, ...surveys.map((survey) => survey.exitHwm));
  // The kernel takes VmHWM down from counters that it keeps by core and sums only when they are read: what was resident
  // at some moment may have been more than the mark that was left of it.
  const seen = Math.max(
    exitHwm,
    sampled && !Number.isNaN(sampled.hwm) ? sampled.hwm : 0,
    largestRss,
    ...process.streams.map((stream) => stream.header.hwmBytes),
    ...surveys.map((survey) => survey.peak.resident),
  );
  // wait4's maximum is its own where it has reaped no descendant; one may have been too short to be seen.
  if (exitHwm === 0 && processes.length === 1 && status.usage && process.pid === status.targetPid) {
    return { hwm: Math.max(seen, status.usage.maxRssBytes), hwmSource: HWM_SOURCE.waited };
  }
  if (seen === 0) return { hwm: Number.NaN, hwmSource: HWM_SOURCE.unknown };
  return { hwm: seen, hwmSource: endedInOrder(process) ? HWM_SOURCE.atExit : HWM_SOURCE.whileRunning };
}

function endOf({ process, sampled, surveys }: ProcessFacts, { status, manifest }: RunSources): Milliseconds {
  const ms = (time: number) => (time - manifest.start) / 1e6;
  if (process.pid === status.targetPid && !Number.isNaN(status.endedAt)) return ms(status.endedAt);
  if (sampled && !Number.isNaN(sampled.goneBy)) return ms(sampled.goneBy);
  return endedInOrder(process) ? ms(surveys[surveys.length - 1]!.lastTime) : Number.NaN;
}

function endedInOrder(process: RunProcess): boolean {
  return process.streams.some((stream) => (stream.header.flags & STREAM_FLAG.cleanExit) !== 0);
}

/** What a Python runs: its script; else the program's own name. */
function nameOf(words: readonly string[], sampled: SampledProcess | undefined): string {
  const program = baseOf(words[0] ?? '');
  const script = /^(?:python|pypy)/.test(program) ? words.slice(1).find((word) => /\.pyw?$/.test(word)) : undefined;
  return script === undefined ? (sampled?.comm ?? program) : baseOf(script);
}

function baseOf(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}
