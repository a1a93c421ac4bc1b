// Is a run under the agent what the program does without?
import type { StreamFacts } from './check-streams.ts';
import type { Program } from './plan.ts';
import type { Ended } from './run-program.ts';

/** What is wrong with it, in words; nothing: all is as it should be. */
export function findHarm(program: Program, plain: Ended | undefined, ours: Ended, facts: StreamFacts): string[] {
  const harm = [...facts.problems];
  if (program.isKilled) harm.push(...findHarmOfKilled(ours));
  else harm.push(...findDifferences(plain!, ours));
  if (facts.streams < program.leastStreams) harm.push(`${facts.streams} streams of ${program.leastStreams}`);
  if (!program.isKilled && facts.unbegun > 0) harm.push(`${facts.unbegun} streams have no header`);
  if (!program.isKilled && facts.ended < facts.streams) harm.push(`${facts.streams - facts.ended} streams have no end`);
  return harm;
}

function findDifferences(plain: Ended, ours: Ended): string[] {
  const differing = (['end', 'stdout', 'stderr'] as const).filter((what) => plain[what] !== ours[what]);
  return differing.map((what) => `${what}: ${shorten(ours[what])}, plain ${shorten(plain[what])}`);
}

function shorten(text: string): string {
  return JSON.stringify(text.length > 300 ? `...${text.slice(-300)}` : text);
}

/** It counts up, a line a step, and nothing but the signal ends it. */
function findHarmOfKilled({ end, stdout, stderr }: Ended): string[] {
  const harm = end === 'SIGKILL' ? [] : [`ended by itself: ${end}`];
  if (stderr !== '') harm.push(`stderr: ${shorten(stderr)}`);
  const lines = stdout.split('\n');
  const first = Number(/^step (\d+)$/.exec(lines[0]!)?.[1]);
  const isCounting = lines.slice(0, -1).every((line, i) => line === `step ${first + i}`) && lines.at(-1) === '';
  return isCounting ? harm : [...harm, `stdout: ${shorten(stdout)}`];
}
