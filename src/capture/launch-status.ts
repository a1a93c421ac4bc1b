// The lines that the launcher writes (agent/launch.c), read back: what became of the program, in wait4's own words.

import { constants } from 'node:os';
import { KIB, type MonotonicNs } from '#base/units.ts';
import type { Exit, Usage } from '#profile/types.ts';

export interface LaunchStatus {
  readonly launcherPid: number;
  /** 0 = never started. */
  readonly targetPid: number;
  readonly startedAt: MonotonicNs;
  /** exec failed: the errno and its text. */
  readonly failure: { readonly errno: number; readonly text: string } | null;
  readonly exit: Exit;
  readonly endedAt: MonotonicNs;
  readonly usage: Usage | null;
}

/** Understands a status file that is cut anywhere. */
export function parseLaunchStatus(text: string): LaunchStatus {
  const status = {
    launcherPid: 0,
    targetPid: 0,
    startedAt: Number.NaN,
    failure: null as LaunchStatus['failure'],
    exit: { kind: 'unknown' } as Exit,
    endedAt: Number.NaN,
    usage: null as Usage | null,
  };
  // A line counts once its end was written.
  for (const line of text.split('\n').slice(0, -1)) {
    const [word, ...fields] = line.split(' ');
    const numbers = fields.map(Number);
    // Each line begins with two numbers, but for that of a failure: a number and words.
    if (!Number.isInteger(numbers[0]) || (word !== 'failed' && !Number.isInteger(numbers[1]))) continue;
    if (word === 'launcher') status.launcherPid = numbers[0]!;
    else if (word === 'started') [status.targetPid, status.startedAt] = numbers as [number, number];
    else if (word === 'failed') status.failure = { errno: numbers[0]!, text: fields.slice(1).join(' ') };
    else if (word === 'exited' || word === 'killed') {
      status.exit = exitOf(word, numbers[0]!);
      status.endedAt = numbers[1]!;
      status.usage = usageOf(numbers.slice(2));
    }
  }
  return status;
}

function exitOf(word: 'exited' | 'killed', value: number): Exit {
  return word === 'exited'
    ? { kind: 'exited', code: value }
    : { kind: 'signaled', signal: value, name: signalName(value) };
}

export function signalName(signal: number): string {
  const known = Object.entries(constants.signals).find(([, number]) => number === signal);
  return known ? known[0] : `signal ${signal}`;
}

function usageOf(fields: readonly number[]): Usage | null {
  const [userUs, systemUs, maxRssKib, minorFaults, majorFaults] = fields;
  if (majorFaults === undefined) return null;
  return {
    userMs: userUs! / 1000,
    systemMs: systemUs! / 1000,
    maxRssBytes: maxRssKib! * KIB,
    minorFaults: minorFaults!,
    majorFaults,
  };
}
