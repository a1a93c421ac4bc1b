// The folder of a run made into a profile. Works on whatever is there: a whole run, one whose program or whose profiler was
// killed, even one that is still going on.
import { readFileSync } from 'node:fs';
import { ok, type Result } from '#base/result.ts';
import type { MonotonicNs } from '#base/units.ts';
import { FrameTableBuilder, StackTableBuilder, StringTableBuilder } from '#profile/build.ts';
import type { Meta, Note, Profile } from '#profile/types.ts';
import { PROFILE_VERSION } from '#profile/types.ts';
import { withoutRepeats } from './agent-notes.ts';
import { ProfileTables } from './assemble-tables.ts';
import { describeCgroup, describeEnvironment } from './describe-environment.ts';
import { embedSources } from './embed-sources.ts';
import { type LaunchStatus, parseLaunchStatus } from './launch-status.ts';
import { NativeNames } from './native-names.ts';
import { isOwnFile } from './own-files.ts';
import { listProcesses, type StreamOfProcess } from './process-list.ts';
import type { RunDirectory, RunManifest } from './run-directory.ts';
import { notesOfEnd } from './run-notes.ts';
import type { RunSources } from './run-sources.ts';
import { readSampleLog, type SampleLog } from './sample-log.ts';
import { readStreamHeader } from './stream-file.ts';
import { notesOfUnfollowed } from './unfollowed.ts';

/** The host side's own cost, known only to the process that ran it. */
export type HostCost = Pick<NonNullable<Meta['ownCost']>, 'hostCpuMs' | 'hostPeakRss' | 'besideCpuMs'>;

/** `told`: the launcher's word as it came to the process that made the run; the file may have had no room for it. */
export function assembleProfile(
  directory: RunDirectory,
  hostCost: HostCost | null,
  told?: LaunchStatus,
): Result<Profile> {
  const manifest = directory.readManifest();
  if (!manifest.ok) return manifest;
  const notes: Note[] = [];
  const status = told ?? parseLaunchStatus(readTextOrNothing(directory.statusPath));
  const log = readLog(directory.samplesPath, notes);
  const streams = readHeaders(directory, notes);
  const rootPid = status.targetPid || log?.facts.rootPid || streams[0]?.header.pid || 0;
  const sources: RunSources = {
    manifest: manifest.value,
    status,
    log,
    processes: listProcesses(log?.processes ?? [], streams, rootPid, startOf(status, manifest.value)),
  };
  const shared = {
    strings: new StringTableBuilder(),
    frames: new FrameTableBuilder(),
    stacks: new StackTableBuilder(),
    native: new NativeNames(manifest.value.workingDirectory),
  };
  const tables = new ProfileTables(sources, shared);
  const built = tables.build();
  const frames = shared.frames.finish();
  const { python } = manifest.value;
  const sourceLines = embedSources(frames, shared.strings, {
    workingDirectory: manifest.value.workingDirectory,
    isOwn: (file) => isOwnFile(file, python),
    embed: manifest.value.embedSource,
  });
  const strings = shared.strings.finish();
  const unfollowed = notesOfUnfollowed(sources.processes, log?.processes ?? []);
  const own = shared.native.notes;
  const allNotes = [...notes, ...tables.notes, ...own, ...unfollowed, ...notesOfEnd(built.processes, status)];
  const meta = describeRun(sources, allNotes, strings, hostCost, tables);
  return ok({ meta, strings, frames, stacks: shared.stacks.finish(), sources: sourceLines, ...built });
}

function startOf(status: LaunchStatus, manifest: RunManifest): MonotonicNs {
  return Number.isNaN(status.startedAt) ? manifest.start : status.startedAt;
}

function readTextOrNothing(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}

function readLog(path: string, notes: Note[]): SampleLog | null {
  let problem: string;
  try {
    const log = readSampleLog(readFileSync(path));
    if (log.ok) return log.value;
    problem = log.error.message;
  } catch {
    problem = 'it is not there';
  }
  notes.push({
    severity: 'warning',
    code: 'samples-missing',
    text: `The kernel's figures over time are missing: ${problem}.`,
    process: -1,
  });
  return null;
}

function readHeaders(directory: RunDirectory, notes: Note[]): StreamOfProcess[] {
  const streams: StreamOfProcess[] = [];
  for (const path of directory.streamPaths()) {
    const header = readStreamHeader(path);
    if (header.ok) streams.push({ path, header: header.value });
    else {
      const text = `A stream of the agent was left out: ${header.error.message}.`;
      notes.push({ severity: 'warning', code: header.error.code, text, process: -1 });
    }
  }
  return streams;
}

function describeRun(
  sources: RunSources,
  notes: readonly Note[],
  strings: readonly string[],
  hostCost: HostCost | null,
  { agentBytes, intervals, end }: ProfileTables,
): Meta {
  const { manifest, status, log } = sources;
  return {
    version: PROFILE_VERSION,
    tool: { name: 'highwater', version: manifest.tool },
    command: manifest.command,
    title: manifest.title,
    workingDirectory: manifest.workingDirectory,
    startedAt: manifest.startedAt,
    durationMs: Math.max(0, (end - manifest.start) / 1e6),
    exit: status.exit,
    complete: status.exit.kind !== 'unknown' && hostCost !== null,
    usage: status.usage,
    environment: describeEnvironment(manifest, log, strings),
    cgroup: describeCgroup(log),
    intervals,
    ownCost: hostCost && { ...hostCost, agentBytes },
    notes: withoutRepeats(notes),
  };
}
