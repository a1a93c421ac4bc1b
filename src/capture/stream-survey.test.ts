import { expect, test } from 'vitest';
import { NativePlaces } from './native-places.ts';
import { Surveyor } from './stream-survey.ts';
import { FROM_REALLOC, SNAPSHOT_REASON, type Snapshot } from './wire.ts';

const MIB = 1024 * 1024;
const DOMAIN = 1;

/** What a stream says, a word each: `look 100` and `edge 100` are snapshots of so many MiB, the latter right before a free. */
function peakOf(story: string): number {
  const surveyor = new Surveyor(0, [], new NativePlaces());
  story.split(', ').forEach((line, time) => {
    const [what, name] = line.split(' ');
    const number = Number(name);
    if (what === 'make' || what === 'remake') {
      surveyor.alloc(time, number, number * MIB, number * MIB, 0, 0, DOMAIN | (what === 'remake' ? FROM_REALLOC : 0));
    } else if (what === 'free') surveyor.free(time, number);
    else surveyor.snapshot(snapshotOf(time, what === 'edge', number * MIB), time);
  });
  return surveyor.peak.time;
}

function snapshotOf(time: number, isEdge: boolean, residentBytes: number): Snapshot {
  const { periodic, beforeFree } = SNAPSHOT_REASON;
  const none = {
    thread: 1,
    sharedBytes: 0,
    hwmBytes: 0,
    heapLive: 0,
    pythonLive: 0,
    pythonHeld: 0,
    heapGrown: 0,
    allocated: 0,
    stack: 0,
  };
  return { ...none, time, reason: isEdge ? beforeFree : periodic, residentBytes };
}

test.each([
  ['the highest look', 'look 50, look 100, look 80', 1],
  ['of looks that are alike the first', 'look 100, look 100.5', 0],
  ['or the one right before something large goes', 'look 100, edge 100, edge 100', 1],
  ['unless something large went in between: that is another peak', 'make 40, look 100, free 40, edge 100', 1],
  ['a block that grew did not go', 'make 40, look 100, free 40, remake 41, edge 100', 4],
])('the peak is %s', (_, story, expected) => expect(peakOf(story)).toBe(expected));
