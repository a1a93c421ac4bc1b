// The tables of a profile, filled process by process: survey each stream, settle the moments, replay to them.
import type { Bytes, Milliseconds, MonotonicNs } from '#base/units.ts';
import { TableBuilder } from '#profile/build.ts';
import type { Intervals, Note, Profile } from '#profile/types.ts';
import { Activity, type Reading } from './activity.ts';
import { notesOfAgent, notesOfFlags } from './agent-notes.ts';
import { AreaReadings, type AreaRow } from './area-readings.ts';
import { FailedRequests } from './failed-requests.ts';
import { fillFiles } from './file-readings.ts';
import type { LiveCopy } from './groups.ts';
import { Lifetimes } from './lifetimes.ts';
import { type Checkpoint, Moments } from './moments.ts';
import { NativePlaces } from './native-places.ts';
import type { RunProcess, StreamOfProcess } from './process-list.ts';
import { describeProcess } from './process-row.ts';
import { Replay, type SharedTables } from './replay.ts';
import { endOfRun, type RunSources } from './run-sources.ts';
import { fillSamples, fillSystem } from './sample-tables.ts';
import { readStream } from './stream-file.ts';
import { countersOf, type StreamSurvey, surveyStream } from './stream-survey.ts';
import { touchedSince } from './touched-since.ts';
import type { Snapshot } from './wire.ts';

type BuiltTables = Pick<
  Profile,
  | 'processes'
  | 'samples'
  | 'activity'
  | 'system'
  | 'moments'
  | 'areas'
  | 'files'
  | 'live'
  | 'churn'
  | 'lifetimes'
  | 'imports'
  | 'failed'
>;

export class ProfileTables {
  readonly notes: Note[] = [];

  readonly #sources: RunSources;
  readonly #shared: SharedTables;
  readonly #processes = new TableBuilder('processes');
  readonly #moments: Moments;
  readonly #live = new TableBuilder('live');
  readonly #churn = new TableBuilder('churn');
  readonly #imports = new TableBuilder('imports');
  readonly #areas: { process: number; row: AreaRow }[] = [];
  readonly #activity: { process: number; readings: Activity }[] = [];
  readonly #failed = new FailedRequests();
  readonly #lifetimes: Lifetimes;
  /** Of each process one for each of its streams. */
  readonly #surveys: readonly (readonly StreamSurvey[])[];
  readonly #agents: { start: MonotonicNs; end: Milliseconds; bytes: Bytes }[] = [];

  constructor(sources: RunSources, shared: SharedTables) {
    this.#sources = sources;
    this.#shared = shared;
    this.#moments = new Moments(sources);
    this.#surveys = sources.processes.map((process) => this.#survey(process));
    this.#lifetimes = new Lifetimes(sources.manifest.start, this.end);
  }

  build(): BuiltTables {
    const { log, processes, manifest } = this.#sources;
    for (const [index, process] of processes.entries()) this.#addProcess(process, index);
    const indexOf = new Map(processes.map((process, index) => [process.sampled, index]));
    return {
      processes: this.#processes.finish(),
      moments: this.#moments.finish(),
      live: this.#live.finish(),
      churn: this.#churn.finish(),
      lifetimes: this.#lifetimes.finish(),
      imports: this.#imports.finish(),
      failed: this.#failed.finish(),
      areas: this.#finishAreas(),
      activity: this.#finishActivity(),
      files: fillFiles(log, indexOf, manifest.start, this.#shared.strings),
      samples: fillSamples(log, indexOf, manifest.start),
      system: fillSystem(log, manifest.start),
    };
  }

  get intervals(): Intervals {
    return this.#lifetimes.intervals;
  }

  /** Of the run. Streams may tell of a time that nobody else saw the end of. */
  get end(): MonotonicNs {
    const seen = endOfRun(this.#sources);
    if (!Number.isNaN(this.#sources.status.endedAt)) return seen;
    return this.#surveys.flat().reduce((last, survey) => Math.max(last, survey.lastTime), seen);
  }

  /** Of the agents that ran at the moment of the peak; where one process leads, of the largest. */
  get agentBytes(): Bytes {
    const time = this.#moments.treePeak?.time;
    if (time === undefined) return Math.max(0, ...this.#agents.map((agent) => agent.bytes));
    const ran = this.#agents.filter((agent) => agent.start <= time && !(agent.end < this.#ms(time)));
    return ran.reduce((sum, agent) => sum + agent.bytes, 0);
  }

  #survey(process: RunProcess): StreamSurvey[] {
    const places = new NativePlaces();
    const times = this.#moments.timesToFind(process.sampled);
    const surveys = process.streams.map((stream) => surveyStream(stream.path, stream.header.start, times, places));
    this.#shared.native.learn(places);
    return surveys;
  }

  #addProcess(process: RunProcess, index: number): void {
    const sampled = process.sampled < 0 ? undefined : this.#sources.log!.processes[process.sampled];
    const surveys = this.#surveys[index]!;
    const checkpoints = this.#moments.settle(index, process.sampled, surveys);
    let mean = Number.NaN;
    process.streams.forEach((stream, image) => {
      const replay = this.#replayStream(stream, index, checkpoints[image]!, image === process.streams.length - 1);
      mean = Math.max(Number.isNaN(mean) ? 0 : mean, replay.largestMean);
      this.#noteEnd(stream, surveys[image]!, index);
    });
    const facts = { process, sampled, surveys, largestRss: this.#moments.outside(process.sampled)?.rss ?? 0, mean };
    const row = describeProcess(facts, this.#sources, this.#shared.strings);
    this.#agents.push({ start: process.start, end: row.end, bytes: row.agentBytes });
    this.#processes.add(row);
  }

  #replayStream(stream: StreamOfProcess, index: number, checkpoints: readonly Checkpoint[], isLast: boolean): Replay {
    const readings = new Activity();
    const areas = new AreaReadings();
    const replay = new Replay(
      this.#shared,
      checkpoints.map((checkpoint) => checkpoint.offset),
      {
        snapshot: (snapshot, stack) => {
          const time = this.#ms(snapshot.time);
          areas.snapshot(snapshot, time);
          if (snapshot.residentBytes >= 0) readings.add(readingOf(snapshot, time, stack));
        },
        areas: (reading) => areas.areas(reading),
        failed: (request, stack) => this.#failed.add(index, this.#ms(request.time), request, stack),
      },
      { process: index, lifetimes: this.#lifetimes },
    );
    readStream(stream.path, replay);
    replay.end(isLast);
    for (const [i, live] of replay.checkpoints.entries()) {
      const { moment, anon } = checkpoints[i]!;
      this.#addLive(moment, index, replay, touchedSince(live, replay.groups, replay.looksBefore[i]!, anon));
    }
    this.#addChurn(index, replay);
    this.#addImports(index, replay);
    this.#activity.push({ process: index, readings });
    this.#areas.push(...areas.rows.map((row) => ({ process: index, row })));
    for (const { code, text } of replay.notes) this.notes.push(...notesOfAgent(code, text, index));
    return replay;
  }

  #addLive(moment: number, process: number, { groups }: Replay, live: LiveCopy): void {
    for (let group = 0; group < live.bytes.length; group++) {
      if (!(live.bytes[group]! > 0)) continue;
      this.#live.add({
        moment,
        process,
        stack: groups.stack.at(group),
        domain: groups.domain.at(group),
        bytes: live.bytes[group]!,
        exactBytes: live.exactBytes[group]!,
        // Fractions of blocks are added and taken off: what rounding leaves must not become negative.
        blocks: Math.max(0, live.blocks[group]!),
        samples: live.samples[group]!,
        variance: Math.max(0, live.variance[group]!),
        resident: Math.max(0, live.bytes[group]! - live.untouched[group]!),
      });
    }
  }

  #addChurn(process: number, { groups }: Replay): void {
    const { allocated, freed } = groups;
    for (let group = 0; group < freed.length; group++) {
      this.#churn.add({
        process,
        stack: groups.stack.at(group),
        domain: groups.domain.at(group),
        allocated: allocated.bytes.at(group),
        exactAllocated: allocated.exactBytes.at(group),
        freed: freed.at(group),
        blocks: allocated.blocks.at(group),
        samples: allocated.samples.at(group),
        variance: allocated.variance.at(group),
      });
    }
  }

  #addImports(process: number, replay: Replay): void {
    const rowOf = new Map<number, number>();
    for (const { row, stack } of replay.importTimes()) {
      const added = this.#imports.add({
        process,
        stack,
        parent: rowOf.get(row.around) ?? -1,
        first: short(this.#ms(row.first)),
        time: short(row.time / 1e6),
        timeLow: short(row.least / 1e6),
        timeHigh: short(row.most / 1e6),
      });
      rowOf.set(row.place, added);
    }
  }

  #noteEnd(stream: StreamOfProcess, survey: StreamSurvey, index: number): void {
    this.notes.push(...notesOfFlags(stream.header.flags, index));
    if (survey.problem === undefined) return;
    const text = `A stream of the agent could be read only in part: ${survey.problem}.`;
    this.notes.push({ severity: 'warning', code: 'stream-damaged', text, process: index });
  }

  #finishAreas(): Profile['areas'] {
    const table = new TableBuilder('areas');
    for (const { process, row } of this.#areas.sort((a, b) => a.row.time - b.row.time)) table.add({ process, ...row });
    return table.finish();
  }

  #finishActivity(): Profile['activity'] {
    const rows = this.#activity.flatMap(({ process, readings }) =>
      Array.from({ length: readings.length }, (_, i) => ({ process, ...readings.at(i) })),
    );
    const table = new TableBuilder('activity');
    for (const row of rows.sort((a, b) => a.time - b.time)) table.add(row);
    return table.finish();
  }

  #ms(time: MonotonicNs): number {
    return (time - this.#sources.manifest.start) / 1e6;
  }
}

/** To the microsecond, in few bits: a third of the space in the file. */
function short(ms: Milliseconds): Milliseconds {
  return Math.round(ms * 1024) / 1024;
}

function readingOf(snapshot: Snapshot, time: Milliseconds, stack: number): Reading {
  const { residentBytes: rss, thread } = snapshot;
  const { mallocLive, pythonLive, heapGrown } = countersOf(snapshot);
  return { time, rss, stack, thread, mallocLive, pythonLive, heapGrown };
}
