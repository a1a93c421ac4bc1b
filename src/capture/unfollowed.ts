// Processes that no agent was in although it was meant for them, and why: the report must not pass over memory in silence
// that it only has the kernel's word on. Programs that are simply no Python are not among them.
import { basename } from 'node:path';
import type { Note } from '#profile/types.ts';
import type { RunProcess } from './process-list.ts';
import { readProgramFile } from './program-file.ts';
import type { SampledProcess } from './sample-log.ts';

const MOST_NAMES = 4;

type Reason = (typeof REASONS)[number];
const REASONS = [
  'started without LD_PRELOAD in its environment',
  '32-bit',
  'statically linked',
  'linked with musl',
  'run with the rights of its file (set-uid)',
] as const;

/** One note for each reason. */
export function notesOfUnfollowed(processes: readonly RunProcess[], sampled: readonly SampledProcess[]): Note[] {
  const names = new Map<Reason, string[]>();
  for (const process of processes) {
    const seen = sampled[process.sampled];
    const reason = seen && process.streams.length === 0 ? findReason(seen) : undefined;
    if (reason) names.set(reason, [...(names.get(reason) ?? []), `${basename(seen!.executable)} ${process.pid}`]);
  }
  return [...names].map(([reason, who]) => ({
    severity: 'warning',
    code: 'not-followed',
    text: `${sayWho(who)} measured from outside only, without lines: ${reason}.`,
    process: -1,
  }));
}

function findReason({ executable, isBare }: SampledProcess): Reason | undefined {
  const file = readProgramFile(executable);
  if (file?.bits === 32) return '32-bit';
  if (file?.loader === '') return 'statically linked';
  if (file && /\/ld-musl/.test(file.loader)) return 'linked with musl';
  const user = process.getuid?.();
  if (file && file.setOwner !== null && file.setOwner !== user) return 'run with the rights of its file (set-uid)';
  return isBare ? 'started without LD_PRELOAD in its environment' : undefined;
}

function sayWho(names: readonly string[]): string {
  if (names.length === 1) return `Process ${names[0]} was`;
  const more = names.length - MOST_NAMES;
  return `${names.length} processes (${names.slice(0, MOST_NAMES).join(', ')}${more > 0 ? `, and ${more} more` : ''}) were`;
}
