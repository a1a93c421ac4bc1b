// One run from start to profile: make the folder, start the program, sample beside it, and put together what was seen.
import { resourceUsage } from 'node:process';
import { type Failure, fail, messageOf, ok, type Result } from '#base/result.ts';
import type { Bytes } from '#base/units.ts';
import { readLimits } from '#proc/limits.ts';
import type { Profile, PythonFacts } from '#profile/types.ts';
import { assembleProfile, type HostCost } from './assemble.ts';
import { readThreadSettings } from './describe-environment.ts';
import { launch } from './launch.ts';
import type { LaunchStatus } from './launch-status.ts';
import { ensureNativeParts } from './native-build.ts';
import { createRunDirectory, type RunDirectory } from './run-directory.ts';
import { type Sampler, startSampler } from './sample.ts';

export interface SessionOptions {
  readonly command: readonly string[];
  readonly title: string;
  readonly profilePath: string;
  readonly toolVersion: string;
  /** The interpreter where one is known; null for `-- any command`. */
  readonly python: PythonFacts | null;
  /** The caller's environment, as the program is to have it. */
  readonly environment: NodeJS.ProcessEnv;
  /** Numbers of the signals that the caller had us ignore. */
  readonly ignoredSignals: readonly number[];
  readonly samplingMean: Bytes;
  /** Every block is recorded, none is sampled. */
  readonly isExact: boolean;
  /** Stacks go on into native code. */
  readonly native: boolean;
  readonly embedSource: boolean;
  /** The program gets our input and output unless this is true; then none. */
  readonly isQuiet?: boolean;
}

export interface FinishedRun {
  readonly status: LaunchStatus;
  readonly directory: RunDirectory;
  readonly hostCost: HostCost;
  /** Why the sampler's log is shorter than the run. */
  readonly samplerProblem: Failure | undefined;
}

/** The ceiling of a stream is where its file system has no more room: some 70 bytes an allocation. */
const EXACT = { HIGHWATER_EXACT: '1', HIGHWATER_MAX_STREAM: String(64 * 2 ** 30) };

/** Fails only where the program was not started at all. */
export async function runSession(options: SessionOptions): Promise<Result<FinishedRun>> {
  const parts = ensureNativeParts(options.environment);
  if (!parts.ok) return parts;
  const directory = createRunDirectory(options.profilePath);
  if (!directory.ok) return directory;
  const written = writeManifest(directory.value, options);
  if (!written.ok) {
    directory.value.remove();
    return written;
  }
  let sampler: Sampler | undefined;
  let status: LaunchStatus;
  try {
    status = await launch({
      parts: parts.value,
      command: options.command,
      environment: {
        ...options.environment,
        HIGHWATER_DIR: directory.value.path,
        HIGHWATER_MEAN: String(options.samplingMean),
        ...(options.isExact ? EXACT : {}),
        ...(options.native && { HIGHWATER_NATIVE: '1' }),
        HIGHWATER_PTRACER: String(process.pid),
      },
      statusPath: directory.value.statusPath,
      ignoredSignals: options.ignoredSignals,
      isQuiet: options.isQuiet === true,
      onStart: (pid) => {
        sampler = startSampler({ rootPid: pid, logPath: directory.value.samplesPath });
      },
    });
  } catch (error) {
    directory.value.remove();
    return fail('launcher-failed', 'the launcher could not be started', messageOf(error));
  }
  const beside = process.cpuUsage();
  sampler?.stop();
  if (status.failure) {
    directory.value.remove();
    const code = status.failure.errno === 2 ? 'command-not-found' : 'command-not-executable';
    return fail(code, `cannot run '${options.command[0]}'`, status.failure.text);
  }
  const hostCost = { besideCpuMs: (beside.user + beside.system) / 1000, hostCpuMs: 0, hostPeakRss: 0 };
  return ok({ status, directory: directory.value, hostCost, samplerProblem: sampler?.problem });
}

function writeManifest(directory: RunDirectory, options: SessionOptions): Result<void> {
  const limits = readLimits('self');
  return directory.writeManifest({
    tool: options.toolVersion,
    command: options.command,
    title: options.title,
    workingDirectory: process.cwd(),
    startedAt: Date.now(),
    start: Number(process.hrtime.bigint()),
    python: options.python,
    threadSettings: readThreadSettings(options.environment),
    limits: { addressSpace: limits?.addressSpace.soft ?? null, data: limits?.data.soft ?? null },
    embedSource: options.embedSource,
  });
}

/** The profile of a run that has ended, with the cost of getting there. */
export function finishSession(run: FinishedRun): Result<Profile> {
  const profile = assembleProfile(run.directory, run.hostCost, run.status);
  if (!profile.ok) return profile;
  const cpu = process.cpuUsage();
  const { meta } = profile.value;
  const ownCost = meta.ownCost && {
    ...meta.ownCost,
    hostCpuMs: (cpu.user + cpu.system) / 1000,
    hostPeakRss: resourceUsage().maxRSS * 1024,
  };
  const problem = run.samplerProblem;
  const notes = problem
    ? [
        ...meta.notes,
        {
          severity: 'warning' as const,
          code: 'samples-stopped',
          text: `The kernel's figures over time end early: ${problem.message}.`,
          process: -1,
        },
      ]
    : meta.notes;
  return ok({ ...profile.value, meta: { ...meta, ownCost, notes } });
}
